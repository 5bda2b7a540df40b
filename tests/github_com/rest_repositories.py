"""Repositories: one, lists, searches, branches, forks."""

from __future__ import annotations

from collections.abc import Iterable

from github_com.access import allow, reads, seen
from github_com.refusal import Refusal, invalid, not_found
from github_com.shapes import full_repository, moment, repository, user
from github_com.shapes_git import api, commit
from github_com.wire import Level, Request, Response, Route, page
from github_com.world import Account, Repository

_READS: tuple[tuple[str, Level], ...] = (("contents", "read"),)
_ANY: tuple[tuple[str, Level], ...] = (("metadata", "read"),)


def here(request: Request) -> Repository:
    """The repository that the path names."""
    return seen(request.world, request.caller, request.parts["owner"], request.parts["repo"])


def signed_in(request: Request) -> Account:
    if request.caller.account is None:
        raise Refusal(401, "Requires authentication")
    return request.caller.account


def _one(request: Request) -> Response:
    return Response(200, full_repository(request, here(request)))


def _visible(request: Request) -> Iterable[Repository]:
    for one in list(request.world.repositories.values()):
        if reads(request.world, request.caller, one):
            yield one


def _listed(request: Request, found: Iterable[Repository]) -> Response:
    """Sorted as asked, 30 or as many as asked on a page."""
    by = request.query.get("sort", "full_name")
    keys = {"pushed": lambda one: -one.pushed, "updated": lambda one: -one.pushed, "created": lambda one: -one.created}
    whole = sorted(found, key=keys.get(by, lambda one: one.full_name.lower()))
    default = "asc" if by == "full_name" else "desc"
    if request.query.get("direction", default) != default:
        whole.reverse()
    told = page(request, whole)
    told.document = [repository(request, one) for one in told.document]
    return told


def _of_organization(request: Request) -> Response:
    account = request.world.accounts.get(request.parts["org"].lower())
    if account is None or account.type != "Organization":
        raise not_found()
    return _listed(request, (one for one in _visible(request) if one.owner is account))


def _of_user(request: Request) -> Response:
    account = request.world.accounts.get(request.parts["username"].lower())
    if account is None:
        raise not_found()
    return _listed(request, (one for one in _visible(request) if one.owner is account and not one.private))


def _own(request: Request) -> Response:
    me = signed_in(request)
    return _listed(request, (one for one in _visible(request) if one.owner is me or me.login in one.roles))


def _of_installation(request: Request) -> Response:
    credential = request.caller.credential
    if credential is None or credential.permissions is None:
        raise Refusal(403, "You must authenticate with an installation access token in order to list repositories")
    held = credential.repositories
    found = [one for one in request.world.repositories.values() if held is None or one.id in held]
    told = page(request, found, key="repositories")
    told.document["repositories"] = [repository(request, one) for one in told.document["repositories"]]
    told.document["repository_selection"] = "all" if held is None else "selected"
    return told


def _search(request: Request) -> Response:
    """Qualifiers org:, user:, topic:, repo:, archived:, fork:, pushed:>; other words are looked for in the name."""
    asked = request.query.get("q", "")
    if not asked.strip():
        raise invalid("Search", "q", "missing")
    words = asked.split()
    found = [one for one in _visible(request) if all(_meets(one, word) for word in words)]
    if not any(word.startswith("fork:") for word in words):
        found = [one for one in found if one.parent is None]  # as GitHub: forks only where they are asked for
    told = page(request, sorted(found, key=lambda one: one.id)[:1000], key="items")
    shown = [{**repository(request, one), "score": 1.0} for one in told.document["items"]]
    told.document = {**told.document, "incomplete_results": False, "items": shown}
    return told


def _meets(one: Repository, word: str) -> bool:
    name, colon, value = word.partition(":")
    if not colon:
        return word.lower() in one.name.lower()
    if name in ("org", "user"):
        return one.owner.login.lower() == value.lower()
    if name == "pushed":
        return moment(one.pushed) > value.lstrip(">=")
    facts = {"topic": value in one.topics, "repo": one.full_name.lower() == value.lower()}
    facts |= {
        "archived": one.archived == (value == "true"),
        "fork": value == "true" or bool(one.parent) == (value == "only"),
    }
    if name not in facts:
        raise Refusal(422, f"the fake knows no qualifier {name}")
    return facts[name]


def _me(request: Request) -> Response:
    """A person; an App's tokens get 403 here, as on GitHub."""
    me = signed_in(request)
    if request.caller.credential and request.caller.credential.permissions is not None:
        raise Refusal(403, "Resource not accessible by integration")
    now = moment(request.world.now())
    counts = ("followers", "following", "public_gists", "public_repos", "collaborators", "disk_usage",
    "owned_private_repos",
              "private_gists", "total_private_repos")  # fmt: skip
    texts = ("bio", "blog", "company", "email", "hireable", "location", "name")
    more = {
        **dict.fromkeys(counts, 0),
        **dict.fromkeys(texts),
        "two_factor_authentication": True,
        "user_view_type": "private",
    }
    return Response(200, {**user(request, me), **more, "created_at": now, "updated_at": now})


def _account(request: Request) -> Response:
    account = request.world.accounts.get(request.parts["username"].lower())
    if account is None:
        raise not_found()
    now = moment(request.world.now())
    counts = dict.fromkeys(("followers", "following", "public_gists", "public_repos"), 0)
    texts = dict.fromkeys(("bio", "blog", "company", "email", "hireable", "location", "name"))
    dates = {"created_at": now, "updated_at": now}
    return Response(200, {**user(request, account), **counts, **texts, **dates, "user_view_type": "public"})


def _branch(request: Request) -> Response:
    home, name = here(request), request.parts["branch"]
    allow(request.world, request.caller, home, _READS, "read")
    sha = home.bare.resolved(f"refs/heads/{name}")
    if sha is None:
        raise Refusal(404, "Branch not found")
    (found,) = home.bare.commits(sha)
    own = f"{api(request, home)}/branches/{name}"
    links = {"self": own, "html": f"{request.web}/{home.full_name}/tree/{name}"}
    told = {"name": name, "commit": commit(request, home, found), "_links": links, "protected": False}
    return Response(200, {**told, "protection": {"enabled": False}, "protection_url": f"{own}/protection"})


def _fork(request: Request) -> Response:
    home, me = here(request), signed_in(request)
    if request.caller.credential and request.caller.credential.permissions is not None:
        raise Refusal(403, "Resource not accessible by integration")
    owner = request.given("organization")
    account = request.world.account(owner, "Organization") if owner else me
    if account is home.owner:
        raise Refusal(403, "The repository cannot be forked to its own owner.")
    made = request.world.fork(home, account, str(request.given("name") or home.name))
    made.roles[me.login] = "admin"
    return Response(202, full_repository(request, made))


def _forks(request: Request) -> Response:
    home = here(request)
    return _listed(request, (one for one in _visible(request) if one.parent is home))


def _merge_upstream(request: Request) -> Response:
    home, branch = here(request), request.given("branch")
    allow(request.world, request.caller, home, (("contents", "write"),), "write")
    if home.parent is None:
        raise Refusal(422, "Repository is not a fork")
    sha = home.parent.bare.resolved(f"refs/heads/{branch}")
    if sha is None:
        raise Refusal(422, "Branch not found")
    home.bare.git("fetch", "--quiet", str(home.parent.bare.path), f"+refs/heads/{branch}:refs/heads/{branch}")
    told = {"message": "Successfully fetched and fast-forwarded", "merge_type": "fast-forward", "base_branch": branch}
    return Response(200, told)


def _rate(request: Request) -> Response:
    one = {"limit": 5000, "remaining": 4999, "reset": int(request.world.now()) + 3600, "used": 1}
    return Response(200, {"rate": one, "resources": {"core": one, "search": {**one, "limit": 30, "remaining": 29}}})


ROUTES = (
    Route("GET", "/user", _me),
    Route("GET", "/rate_limit", _rate),
    Route("GET", "/users/{username}", _account),
    Route("GET", "/repos/{owner}/{repo}", _one, need=_ANY),
    Route("GET", "/orgs/{org}/repos", _of_organization),
    Route("GET", "/users/{username}/repos", _of_user),
    Route("GET", "/user/repos", _own),
    Route("GET", "/installation/repositories", _of_installation),
    Route("GET", "/search/repositories", _search),
    Route("GET", "/repos/{owner}/{repo}/branches/{branch}", _branch, need=_READS),
    Route("GET", "/repos/{owner}/{repo}/forks", _forks),
    Route("POST", "/repos/{owner}/{repo}/forks", _fork, "fork"),
    Route("POST", "/repos/{owner}/{repo}/merge-upstream", _merge_upstream, "ref"),
)
