"""Issues, their comments and labels; a pull request is an issue, too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from github_com.access import allow
from github_com.refusal import Refusal, custom, invalid, not_found
from github_com.rest_repositories import here, signed_in
from github_com.shapes_issue import comment, event, issue, label, labels
from github_com.wire import Level, Request, Response, Route, page
from github_com.world import Comment, Event, Issue, Label, Repository, Role

LONGEST = 65_536
_EITHER: tuple[tuple[str, Level], ...] = (("issues", "write"), ("pull_requests", "write"))
_EITHER_READ: tuple[tuple[str, Level], ...] = (("issues", "read"), ("pull_requests", "read"))
_ISSUES: tuple[tuple[str, Level], ...] = (("issues", "write"),)


def found_issue(request: Request, home: Repository, key: str = "issue_number") -> Issue:
    number = request.parts[key]
    found = home.issues.get(int(number)) if number.isdecimal() else None
    if found is None:
        raise not_found()
    return found


def change_state(request: Request, one: Issue, state: str) -> None:
    """Close or open it, and remember who did."""
    if state == one.state:
        return
    if state not in ("open", "closed"):
        raise invalid("Issue", "state")
    now, me = request.world.now(), signed_in(request)
    one.state = state  # type: ignore[assignment]
    one.closed, one.closed_by = (now, me) if state == "closed" else (None, None)
    happened(request, one, "closed" if state == "closed" else "reopened")


def happened(request: Request, one: Issue, word: str, name: str = "") -> None:
    """Remember it, and who did it."""
    one.updated = request.world.now()
    one.events.append(Event(request.world.number(), word, signed_in(request), request.world.now(), name))


def _home(request: Request, needs: tuple[tuple[str, Level], ...], role: Role = "read") -> Repository:
    home = here(request)
    allow(request.world, request.caller, home, needs, role)
    return home


def _all(request: Request) -> Response:
    """As GitHub: pull requests among them."""
    home = _home(request, _EITHER_READ)
    state, creator = request.query.get("state", "open"), request.query.get("creator", "")
    wanted = [name.lower() for name in request.query.get("labels", "").split(",") if name]
    found = [
        one for one in home.issues.values()
        if state in ("all", one.state) and creator.lower() in ("",
        one.author.login.lower()) and set(wanted) <= {name.lower() for name in one.labels}
    ]  # fmt: skip
    told = page(request, sorted(found, key=lambda one: -one.number))
    told.document = [issue(request, home, one) for one in told.document]
    return told


def _create(request: Request) -> Response:
    home, me = _home(request, _ISSUES), signed_in(request)
    if not home.has_issues:
        raise Refusal(410, "Issues are disabled for this repo")
    _short(request.given("body") or "", "Issue")
    now = request.world.now()
    made = Issue(
        request.world.number(), len(home.issues) + 1, str(request.given("title")), request.given("body"), me, now, now
    )
    home.issues[made.number] = made
    if request.given("labels") and request.world.role(me, home) != "read":
        _add(request, home, made, request.given("labels"))
    return Response(201, issue(request, home, made))


def _short(body: str, resource: str) -> None:
    if len(body) > LONGEST:
        raise custom(resource, "body is too long (maximum is 65536 characters)")


def _one(request: Request) -> Response:
    home = _home(request, _EITHER_READ)
    return Response(200, issue(request, home, found_issue(request, home)))


def _update(request: Request) -> Response:
    home = here(request)
    one = found_issue(request, home)
    allow(request.world, request.caller, home, _EITHER, "read" if one.author is request.caller.account else "triage")
    _short(request.given("body") or "", "Issue")
    one.title, one.body = request.given("title", one.title), request.given("body", one.body)
    change_state(request, one, request.given("state", one.state))
    if request.given("labels") is not None:
        one.labels.clear()
        _add(request, home, one, request.given("labels"))
    one.updated = request.world.now()
    return Response(200, issue(request, home, one))


def _comments(request: Request) -> Response:
    home = _home(request, _EITHER_READ)
    one = found_issue(request, home)
    told = page(request, list(one.comments))
    told.document = [comment(request, home, one, each) for each in told.document]
    return told


def _say(request: Request) -> Response:
    home, me = _home(request, _EITHER), signed_in(request)
    one, body = found_issue(request, home), str(request.given("body", ""))
    if not body.strip():
        raise invalid("IssueComment", "body", "missing_field")
    _short(body, "IssueComment")
    now = request.world.now()
    made = Comment(request.world.number(), body, me, now, now)
    one.comments.append(made)
    one.updated = now
    return Response(201, comment(request, home, one, made))


def _said(request: Request, home: Repository) -> tuple[Issue, Comment]:
    for one in home.issues.values():
        for each in one.comments:
            if str(each.id) == request.parts["comment_id"]:
                return one, each
    raise not_found()


def _resay(request: Request) -> Response:
    home = here(request)
    one, each = _said(request, home)
    allow(request.world, request.caller, home, _EITHER, "read" if each.author is request.caller.account else "write")
    _short(str(request.given("body")), "IssueComment")
    each.body, each.updated = str(request.given("body")), request.world.now()
    return Response(200, comment(request, home, one, each))


def _unsay(request: Request) -> Response:
    home = here(request)
    one, each = _said(request, home)
    allow(request.world, request.caller, home, _EITHER, "read" if each.author is request.caller.account else "write")
    one.comments.remove(each)
    return Response(204)


def _events(request: Request) -> Response:
    home = _home(request, _EITHER_READ)
    told = page(request, list(found_issue(request, home).events))
    told.document = [event(request, home, each) for each in told.document]
    return told


def _known(request: Request) -> Response:
    home = _home(request, _EITHER_READ)
    told = page(request, list(home.labels.values()))
    told.document = [label(request, home, each) for each in told.document]
    return told


def _label(request: Request) -> Response:
    home = _home(request, _EITHER_READ)
    found = home.labels.get(request.parts["name"].lower())
    if found is None:
        raise not_found()
    return Response(200, label(request, home, found))


def _new_label(request: Request) -> Response:
    home, name = _home(request, _EITHER, "write"), str(request.given("name"))
    if name.lower() in home.labels:
        raise invalid("Label", "name", "already_exists")
    made = Label(request.world.number(), name, request.given("color", "ededed"), request.given("description"))
    home.labels[name.lower()] = made
    return Response(201, label(request, home, made))


def _labels(request: Request) -> Response:
    home = _home(request, _EITHER_READ)
    return Response(200, labels(request, home, found_issue(request, home)))


def _add_labels(request: Request) -> Response:
    home = _home(request, _EITHER, "triage")
    one = found_issue(request, home)
    if request.method == "PUT":
        one.labels.clear()
    _add(request, home, one, request.given("labels", request.document))
    return Response(200, labels(request, home, one))


def _add(request: Request, home: Repository, one: Issue, names: Iterable[Any]) -> None:
    """A label that the repository does not have is made, as GitHub does for whoever may write."""
    for each in names:
        name = str(each["name"] if isinstance(each, dict) else each)
        if len(name) > 50:
            raise invalid("Label", "name")
        known = home.labels.setdefault(name.lower(), Label(request.world.number(), name))
        if known.name not in one.labels:
            one.labels.append(known.name)
            happened(request, one, "labeled", known.name)


def _assign(request: Request) -> Response:
    """As GitHub: whoever cannot be assigned is left out without a word."""
    home = _home(request, _EITHER, "triage")
    one = found_issue(request, home)
    may = [login for login in request.given("assignees", []) if login in home.roles or login == home.owner.login]
    new = [login for login in may if login not in one.assignees]
    one.assignees += new
    for _ in new:
        happened(request, one, "assigned")
    return Response(201, issue(request, home, one))


def _drop_label(request: Request) -> Response:
    home = _home(request, _EITHER, "triage")
    one, name = found_issue(request, home), request.parts["name"]
    held = [each for each in one.labels if each.lower() == name.lower()]
    if not held:
        raise Refusal(404, "Label does not exist")
    one.labels.remove(held[0])
    happened(request, one, "unlabeled", held[0])
    return Response(200, labels(request, home, one))


_AT = "/repos/{owner}/{repo}"
_ISSUE = f"{_AT}/issues/{{issue_number}}"
_COMMENT = f"{_AT}/issues/comments/{{comment_id}}"
ROUTES = (
    Route("GET", f"{_AT}/issues", _all),
    Route("POST", f"{_AT}/issues", _create, "issue"),
    Route("PATCH", _COMMENT, _resay, "comment-update"),
    Route("DELETE", _COMMENT, _unsay, "comment-delete"),
    Route("GET", _ISSUE, _one),
    Route("PATCH", _ISSUE, _update, "issue-update"),
    Route("GET", f"{_ISSUE}/comments", _comments),
    Route("POST", f"{_ISSUE}/comments", _say, "comment"),
    Route("GET", f"{_ISSUE}/events", _events),
    Route("GET", f"{_AT}/labels", _known),
    Route("POST", f"{_AT}/labels", _new_label, "label"),
    Route("GET", f"{_AT}/labels/{{name}}", _label),
    Route("GET", f"{_ISSUE}/labels", _labels),
    Route("POST", f"{_ISSUE}/labels", _add_labels, "label"),
    Route("PUT", f"{_ISSUE}/labels", _add_labels, "label"),
    Route("POST", f"{_ISSUE}/assignees", _assign, "assignees"),
    Route("DELETE", f"{_ISSUE}/labels/{{name}}", _drop_label, "label"),
)
