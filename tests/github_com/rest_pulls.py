"""Pull requests: made once per head and base, updated, closed; refused in GitHub's words."""

from __future__ import annotations

from typing import Any

from github_com.access import allow, seen
from github_com.refusal import Refusal, custom, invalid, not_accessible, not_found
from github_com.rest_commits import MOST_COMPARED
from github_com.rest_issues import change_state, found_issue, happened
from github_com.rest_repositories import here, signed_in
from github_com.shapes_git import changed_file, commit
from github_com.shapes_issue import full_pull, pull
from github_com.wire import Level, Request, Response, Route, page
from github_com.world import Issue, Pull, Repository

LONGEST_BODY = 65_536
_WRITE: tuple[tuple[str, Level], ...] = (("pull_requests", "write"),)
_READ: tuple[tuple[str, Level], ...] = (("pull_requests", "read"),)


def follow(home: Repository) -> None:
    """Open pull requests have their branches' heads."""
    for issue in home.pulls:
        held = issue.pull
        assert held is not None
        if issue.state == "open":
            held.head_sha = held.head.bare.resolved(f"refs/heads/{held.head_ref}") or held.head_sha
            held.base_sha = home.bare.resolved(f"refs/heads/{held.base_ref}") or held.base_sha
            _bring(home, held)


def _bring(home: Repository, held: Pull) -> None:
    """A fork's commits are in the base's object store, too."""
    if held.head is not home and not (home.bare.has(held.head_sha) and held.head.bare.has(held.base_sha)):
        home.bare.git("fetch", "--quiet", str(held.head.bare.path), held.head_sha)
        held.head.bare.git("fetch", "--quiet", str(home.bare.path), held.base_sha)


def _listed(request: Request) -> Response:
    home = here(request)
    allow(request.world, request.caller, home, _READ, "read")
    follow(home)
    state, head, base = request.query.get("state", "open"), request.query.get("head", ""), request.query.get("base", "")
    found = [one for one in home.pulls if state in ("all", one.state) and _is_wanted(one, head, base)]
    by = "updated" if request.query.get("sort") == "updated" else "created"
    found.sort(key=lambda one: (getattr(one, by), one.number), reverse=request.query.get("direction", "desc") == "desc")
    told = page(request, found)
    told.document = [pull(request, home, one) for one in told.document]
    return told


def _is_wanted(one: Issue, head: str, base: str) -> bool:
    held = one.pull
    assert held is not None
    label = f"{held.head.owner.login}:{held.head_ref}"
    # As on GitHub: a head that is not OWNER:BRANCH filters nothing.
    return (":" not in head or label.lower() == head.lower()) and base in ("", held.base_ref)


def _create(request: Request) -> Response:
    home, me = here(request), signed_in(request)
    allow(request.world, request.caller, home, _WRITE, "read")
    head, ref = _head(request, home, str(request.given("head", "")))
    base, title, body = request.given("base"), request.given("title"), request.given("body")
    if not title:
        raise invalid("PullRequest", "title", "missing_field")
    if body is not None and len(body) > LONGEST_BODY:
        raise custom("PullRequest", "body is too long (maximum is 65536 characters)")
    old = home.bare.resolved(f"refs/heads/{base}")
    new = head.bare.resolved(f"refs/heads/{ref}") if head.bare.path.exists() else None
    if old is None or new is None:
        raise invalid("PullRequest", "base" if old is None else "head")
    if request.given("draft") and not home.has_drafts:
        raise Refusal(422, "Draft pull requests are not supported in this repository.")
    held = Pull(head, ref, new, str(base), old, draft=bool(request.given("draft")))
    for one in home.pulls:
        if (
            one.state == "open"
            and one.pull
            and (one.pull.head, one.pull.head_ref, one.pull.base_ref) == (head, ref, base)
        ):
            raise custom("PullRequest", f"A pull request already exists for {head.owner.login}:{ref}.")
    _bring(home, held)
    if home.bare.is_ancestor(new, old):
        raise custom("PullRequest", f"No commits between {base} and {ref}")
    world, now = request.world, request.world.now()
    made = Issue(world.number(), len(home.issues) + 1, title, body, me, now, now, pull=held)
    home.issues[made.number] = made
    return Response(201, full_pull(request, home, made))


def _head(request: Request, home: Repository, named: str) -> tuple[Repository, str]:
    """The repository and branch that a proposal comes from, which takes the right to push there."""
    owner, colon, ref = named.rpartition(":")
    if not colon or owner.lower() == home.owner.login.lower():
        found = home
    else:
        of_owner = [one for one in request.world.repositories.values() if one.owner.login.lower() == owner.lower()]
        forks = [one for one in of_owner if one.parent is home]
        if not forks:
            raise invalid("PullRequest", "head")
        found = seen(request.world, request.caller, forks[0].owner.login, forks[0].name)
    credential = request.caller.credential
    if credential and credential.permissions is None:
        role = request.world.role(credential.account, found)
        if role not in ("write", "admin"):
            raise not_accessible()
    return found, ref


def _one(request: Request) -> Response:
    home = here(request)
    allow(request.world, request.caller, home, _READ, "read")
    follow(home)
    return Response(200, full_pull(request, home, _found(request, home)))


def _found(request: Request, home: Repository) -> Issue:
    issue = found_issue(request, home, "pull_number")
    if issue.pull is None:
        raise not_found()
    return issue


def _update(request: Request) -> Response:
    home = here(request)
    issue = _found(request, home)
    role = "read" if issue.author is request.caller.account else "triage"
    allow(request.world, request.caller, home, _WRITE, role)  # type: ignore[arg-type]
    follow(home)
    _edit(request, home, issue)
    return Response(200, full_pull(request, home, issue))


def _edit(request: Request, home: Repository, issue: Issue) -> None:
    told: Any = request.document
    if len(told.get("body") or "") > LONGEST_BODY:
        raise custom("PullRequest", "body is too long (maximum is 65536 characters)")
    issue.title, issue.body = told.get("title", issue.title), told.get("body", issue.body)
    if "base" in told and issue.pull:
        if home.bare.resolved(f"refs/heads/{told['base']}") is None:
            raise invalid("PullRequest", "base")
        issue.pull.base_ref = told["base"]
    if told.get("state") == "open" and issue.state == "closed":
        _has_not_moved(issue)
    change_state(request, issue, told.get("state", issue.state))
    issue.updated = request.world.now()


def _has_not_moved(issue: Issue) -> None:
    """Raises Refusal: a closed one whose branch is another now is never opened again."""
    held = issue.pull
    assert held is not None
    if held.head.bare.resolved(f"refs/heads/{held.head_ref}") != held.head_sha:
        told = f"state cannot be changed. The {held.head_ref} branch was force-pushed or recreated."
        raise custom("PullRequest", told)


def _files(request: Request) -> Response:
    home = here(request)
    allow(request.world, request.caller, home, _READ, "read")
    follow(home)
    held = _found(request, home).pull
    assert held is not None
    middle = home.bare.fact("merge-base", held.base_sha, held.head_sha).decode().strip()
    found = home.bare.changed(middle, held.head_sha)[: 10 * MOST_COMPARED]
    told = page(request, found)
    told.document = [changed_file(request, home, held.head_sha, one) for one in told.document]
    return told


def _commits(request: Request) -> Response:
    home = here(request)
    allow(request.world, request.caller, home, _READ, "read")
    follow(home)
    held = _found(request, home).pull
    assert held is not None
    told = page(request, home.bare.commits(f"{held.base_sha}..{held.head_sha}", 250)[::-1])
    told.document = [commit(request, home, one) for one in told.document]
    return told


def _reviewers(request: Request) -> Response:
    home = here(request)
    allow(request.world, request.caller, home, _WRITE, "write")
    issue = _found(request, home)
    held = issue.pull
    assert held is not None
    for login in request.given("reviewers", []):
        if login.lower() == issue.author.login.lower():
            raise Refusal(422, "Review cannot be requested from pull request author.")
        if login not in home.roles and login != home.owner.login:
            raise Refusal(422,
            "Reviews may only be requested from collaborators. One or more of the users or teams you "
                          f"specified is not a collaborator of the {home.full_name} repository.")  # fmt: skip
    new = [login for login in request.given("reviewers", []) if login not in held.reviewers]
    held.reviewers += new
    for _ in new:
        happened(request, issue, "review_requested")
    return Response(201, pull(request, home, issue))


_AT = "/repos/{owner}/{repo}/pulls"
ROUTES = (
    Route("GET", _AT, _listed),
    Route("POST", _AT, _create, "pull"),
    Route("GET", f"{_AT}/{{pull_number}}", _one),
    Route("PATCH", f"{_AT}/{{pull_number}}", _update, "pull-update"),
    Route("GET", f"{_AT}/{{pull_number}}/files", _files),
    Route("GET", f"{_AT}/{{pull_number}}/commits", _commits),
    Route("POST", f"{_AT}/{{pull_number}}/requested_reviewers", _reviewers, "reviewers"),
)
