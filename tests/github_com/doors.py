"""Which part of the fake GitHub a request is for: the API, git, or LFS."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from github_com import smart_http
from github_com.access import Caller
from github_com.answering import Answered, Sent
from github_com.answering import answered as by_api
from github_com.hub import Hub
from github_com.lfs import MEDIA
from github_com.refusal import Refusal
from github_com.wire import Response

_GIT = re.compile(r"/(?P<owner>[^/]+)/(?P<name>[^/]+?)(\.git)?(?P<rest>/info/refs|/git-upload-pack|/git-receive-pack)")
_LFS = re.compile(r"/(?P<owner>[^/]+)/(?P<name>[^/]+)\.git/info/lfs(?P<rest>/.*)")


def routed(hub: Hub, sent: Sent) -> Answered:
    path = urlsplit(sent.target).path
    if path.startswith("/api/"):
        return by_api(hub, sent)
    for pattern, answers in ((_LFS, _lfs), (_GIT, _git)):
        found = pattern.fullmatch(path)
        if found:
            try:
                return answers(hub, sent, found)
            except Refusal as refusal:
                return Answered(_refused(refusal, path), None, "")
    hub.journal.unknown.append(f"{sent.method} {path}")
    return Answered(Response(404, raw=b"Not Found", media="text/plain"), None, "")


def _refused(refusal: Refusal, path: str) -> Response:
    headers = {"WWW-Authenticate": 'Basic realm="GitHub"'} if refusal.status == 401 else {}
    if "/info/lfs" in path:
        return Response(
            refusal.status,
            {"message": refusal.message},
            headers={**headers, "LFS-Authenticate": headers.get("WWW-Authenticate", "")},
            media=MEDIA,
        )
    return Response(refusal.status, raw=refusal.message.encode(), headers=headers, media="text/plain")


def _login(who: Caller) -> str:
    return who.account.login if who.account else ""


def _git(hub: Hub, sent: Sent, found: re.Match[str]) -> Answered:
    asked = smart_http.Asked(sent.method, found["rest"], urlsplit(sent.target).query, sent.body, sent.headers)
    with hub.world.lock:
        header = sent.headers.get("Authorization", "")
        who, home = smart_http.admitted(hub.world, header, found["owner"], found["name"], push=asked.is_push)
    if found["rest"] != "/git-receive-pack":
        status, headers, body = smart_http.answered(home, asked)
        return Answered(
            Response(status, raw=body, headers=headers, media=headers.pop("Content-Type", "")), None, _login(who)
        )
    with hub.world.lock:
        before = home.bare.refs("refs/")
        status, headers, body = smart_http.answered(home, asked)
        has_moved = home.bare.refs("refs/") != before
        if has_moved:
            home.pushed = hub.world.now()
    write = hub.written("push", home.full_name, _login(who), found["rest"], status if has_moved else 422, sent.at)
    return Answered(
        Response(status, raw=body, headers=headers, media=headers.pop("Content-Type", "")), write, _login(who)
    )


def _lfs(hub: Hub, sent: Sent, found: re.Match[str]) -> Answered:
    """Locks are not kept, as where nobody has asked GitHub for them: 404 makes git-lfs go on without."""
    if found["rest"] != "/objects/batch":
        return Answered(Response(404, {"message": "Not Found"}, media=MEDIA), None, "")
    header = sent.headers.get("Authorization", "")
    push = b'"upload"' in sent.body
    with hub.world.lock:
        who, home = smart_http.admitted(hub.world, header, found["owner"], found["name"], push=False)
        if push and who.credential is None:
            raise Refusal(401, "Credentials needed")
        status, body = hub.lfs.batch(hub.world, who, home, sent.body)
    return Answered(Response(status, raw=body, media=MEDIA), None, _login(who))
