"""Accounts and repositories as GitHub's JSON shows them."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from github_com.access import Caller
from github_com.wire import Request
from github_com.world import ROLES, Account, Repository

Document = dict[str, Any]
_OF_USER = ("followers", "subscriptions", "orgs", "repos", "received_events")
_PLAIN = (
    "contributors", "deployments", "downloads", "events", "forks", "hooks", "languages", "merges", "stargazers",
    "subscribers", "subscription", "tags", "teams",
)  # fmt: skip
_WITH_A_PART = {
    "archive": "/{archive_format}{/ref}", "assignees": "/assignees{/user}", "blobs": "/git/blobs{/sha}",
    "branches": "/branches{/branch}", "collaborators": "/collaborators{/collaborator}",
    "comments": "/comments{/number}",
    "commits": "/commits{/sha}", "compare": "/compare/{base}...{head}", "contents": "/contents/{+path}",
    "git_commits": "/git/commits{/sha}", "git_refs": "/git/refs{/sha}", "git_tags": "/git/tags{/sha}",
    "issue_comment": "/issues/comments{/number}", "issue_events": "/issues/events{/number}",
    "issues": "/issues{/number}",
    "keys": "/keys{/key_id}", "labels": "/labels{/name}", "milestones": "/milestones{/number}",
    "notifications": "/notifications{?since,all,participating}", "pulls": "/pulls{/number}",
    "releases": "/releases{/id}",
    "statuses": "/statuses/{sha}", "trees": "/git/trees{/sha}",
}  # fmt: skip
_NO = {
    "has_projects": False, "has_wiki": False, "has_pages": False, "has_discussions": False, "has_downloads": False,
    "disabled": False, "homepage": None, "language": None, "mirror_url": None, "license": None, "size": 1,
    "stargazers_count": 0, "watchers": 0, "watchers_count": 0, "forks": 0, "forks_count": 0, "visibility": "public",
    "is_template": False, "web_commit_signoff_required": False, "allow_forking": True,
}  # fmt: skip


def moment(at: float) -> str:
    return datetime.fromtimestamp(int(at), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def user(request: Request, account: Account) -> Document:
    api, web = f"{request.address}/users/{account.login}", f"{request.web}/{account.login}"
    more = {f"{word if word != 'orgs' else 'organizations'}_url": f"{api}/{word}" for word in _OF_USER}
    return {
        "login": account.login, "id": account.id, "node_id": f"U_{account.id}", "avatar_url": f"{web}.png",
        "gravatar_id": "", "url": api, "html_url": web, "type": account.type, "site_admin": False,
        "following_url": f"{api}/following{{/other_user}}", "gists_url": f"{api}/gists{{/gist_id}}",
        "starred_url": f"{api}/starred{{/owner}}{{/repo}}", "events_url": f"{api}/events{{/privacy}}", **more,
    }  # fmt: skip


def repository(request: Request, one: Repository) -> Document:
    """As it stands in lists, and inside other documents."""
    api, web = f"{request.address}/repos/{one.full_name}", f"{request.web}/{one.full_name}"
    urls = {f"{word}_url": f"{api}/{word}" for word in _PLAIN}
    urls |= {f"{word}_url": api + rest for word, rest in _WITH_A_PART.items()}
    still_open = sum(issue.state == "open" for issue in one.issues.values())
    return {
        "id": one.id, "node_id": f"R_{one.id}", "name": one.name, "full_name": one.full_name, "private": one.private,
        "owner": user(request, one.owner), "html_url": web, "description": None, "fork": one.parent is not None,
        "url": api, **urls, **_NO, "visibility": "private" if one.private else "public",
        "clone_url": f"{web}.git", "git_url": f"git{web[4:]}.git", "ssh_url": f"git@host:{one.full_name}.git",
        "svn_url": web,
        "default_branch": one.default_branch, "has_issues": one.has_issues, "archived": one.archived,
        "open_issues": still_open, "open_issues_count": still_open, "topics": list(one.topics),
        "created_at": moment(one.created), "updated_at": moment(one.pushed), "pushed_at": moment(one.pushed),
        "permissions": permissions(request, request.caller, one),
    }  # fmt: skip


def full_repository(request: Request, one: Repository) -> Document:
    """As it stands alone."""
    told = {**repository(request, one), "network_count": 0, "subscribers_count": 0}
    if one.parent:
        parent = repository(request, one.parent)
        told |= {"parent": parent, "source": parent}
    return told


def permissions(request: Request, caller: Caller, one: Repository) -> dict[str, bool]:
    """What the caller may: an App's token by its contents permission."""
    held: str | None = None
    if caller.credential and caller.credential.permissions is None:
        held = request.world.role(caller.credential.account, one)
    elif caller.credential:
        held = (caller.credential.permissions or {}).get("contents")
    rank = ROLES.index(held) if held in ROLES else (-1 if one.private else 0)
    return {
        "admin": rank >= 3, "maintain": rank >= 3, "push": rank >= 2, "triage": rank >= 1, "pull": rank >= 0,
    }  # fmt: skip
