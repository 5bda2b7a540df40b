"""Issues, pull requests, comments and labels as GitHub's JSON shows them."""

from __future__ import annotations

from github_com.shapes import Document, moment, repository, user
from github_com.shapes_git import api, web
from github_com.wire import Request
from github_com.world import Account, Comment, Event, Issue, Label, Pull, Repository


def label(request: Request, home: Repository, one: Label) -> Document:
    return {
        "id": one.id, "node_id": f"L_{one.id}", "url": f"{api(request, home)}/labels/{one.name}", "name": one.name,
        "color": one.color, "default": False, "description": one.description,
    }  # fmt: skip


def labels(request: Request, home: Repository, issue: Issue) -> list[Document]:
    return [label(request, home, home.labels[name.lower()]) for name in issue.labels]


def comment(request: Request, home: Repository, issue: Issue, one: Comment) -> Document:
    place = "pull" if issue.pull else "issues"
    base = api(request, home)
    return {
        "id": one.id, "node_id": f"IC_{one.id}", "url": f"{base}/issues/comments/{one.id}", "body": one.body,
        "html_url": f"{web(request, home)}/{place}/{issue.number}#issuecomment-{one.id}", "user": user(request,
        one.author),
        "issue_url": f"{base}/issues/{issue.number}", "created_at": moment(one.created),
        "updated_at": moment(one.updated),
        "author_association": association(request, home, one.author),
    }  # fmt: skip


def of_pull(request: Request, home: Repository, issue: Issue) -> list[Document]:
    """Inside of a pull request a description is text, GitHub's own schema says."""
    return [{**one, "description": one["description"] or ""} for one in labels(request, home, issue)]


def people(request: Request, logins: list[str]) -> list[Document]:
    return [user(request, request.world.account(login)) for login in logins]


def association(request: Request, home: Repository, account: Account) -> str:
    if account is home.owner:
        return "OWNER"
    return "COLLABORATOR" if account.login in home.roles else "NONE"


def event(request: Request, home: Repository, one: Event) -> Document:
    told = {
        "id": one.id, "node_id": f"E_{one.id}", "url": f"{api(request, home)}/issues/events/{one.id}",
        "event": one.word,
        "actor": user(request, one.actor), "commit_id": None, "commit_url": None, "created_at": moment(one.at),
        "performed_via_github_app": None,
    }  # fmt: skip
    if one.word in ("labeled", "unlabeled"):
        return {**told, "label": {"name": one.label, "color": "ededed"}}
    if one.word == "assigned":
        return {**told, "assignee": user(request, one.actor), "assigner": user(request, one.actor)}
    if one.word == "review_requested":
        return {**told, "review_requester": user(request, one.actor), "requested_reviewer": user(request, one.actor)}
    return {**told, "state_reason": None}


def issue(request: Request, home: Repository, one: Issue) -> Document:
    base, place = api(request, home), f"{api(request, home)}/issues/{one.number}"
    page = f"{web(request, home)}/{'pull' if one.pull else 'issues'}/{one.number}"
    told = {
        "id": one.id, "node_id": f"I_{one.id}", "url": place, "repository_url": base,
        "labels_url": f"{place}/labels{{/name}}",
        "comments_url": f"{place}/comments", "events_url": f"{place}/events", "html_url": page, "number": one.number,
        "title": one.title, "body": one.body, "state": one.state, "locked": False, "assignee": None,
        "assignees": people(request, one.assignees),
        "milestone": None, "comments": len(one.comments), "user": user(request, one.author),
        "labels": labels(request, home, one), "author_association": association(request, home, one.author),
        "closed_by": user(request, one.closed_by) if one.closed_by else None, **_moments(one),
    }  # fmt: skip
    if one.pull is None:
        return told
    links = {
        "url": f"{base}/pulls/{one.number}",
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
    }
    return {**told, "pull_request": {**links, "merged_at": _merged_at(one, one.pull)}}


def _moments(one: Issue) -> Document:
    closed = None if one.closed is None else moment(one.closed)
    return {"created_at": moment(one.created), "updated_at": moment(one.updated), "closed_at": closed}


def _merged_at(one: Issue, pull: Pull) -> str | None:
    return moment(one.closed) if pull.merged and one.closed is not None else None


def _side(request: Request, home: Repository, ref: str, sha: str) -> Document:
    owner = home.owner
    return {
        "label": f"{owner.login}:{ref}", "ref": ref, "sha": sha, "user": user(request, owner),
        "repo": repository(request, home),
    }  # fmt: skip


def pull(request: Request, home: Repository, one: Issue) -> Document:
    """As it stands in lists."""
    held = one.pull
    assert held is not None
    base, page = f"{api(request, home)}/pulls/{one.number}", f"{web(request, home)}/pull/{one.number}"
    urls = {
        "url": base, "html_url": page, "diff_url": f"{page}.diff", "patch_url": f"{page}.patch",
        "issue_url": f"{api(request, home)}/issues/{one.number}", "commits_url": f"{base}/commits",
        "review_comments_url": f"{base}/comments", "review_comment_url":
        f"{api(request, home)}/pulls/comments{{/number}}",
        "comments_url": f"{api(request, home)}/issues/{one.number}/comments",
        "statuses_url": f"{api(request, home)}/statuses/{held.head_sha}",
    }  # fmt: skip
    words = ("html", "issue", "comments", "review_comments", "review_comment", "commits", "statuses")
    links = {"self": {"href": base}, **{word: {"href": urls[f"{word}_url"]} for word in words}}
    return {
        "id": one.id, "node_id": f"PR_{one.id}", **urls, "_links": links, "number": one.number, "state": one.state,
        "locked": False, "title": one.title, "body": one.body, "user": user(request, one.author), "draft": held.draft,
        "labels": of_pull(request, home, one), "milestone": None, "assignee": None, "assignees": people(request,
        one.assignees), "auto_merge": None,
        "requested_reviewers": people(request, held.reviewers), "requested_teams": [], "merge_commit_sha": None,
        "merged_at": _merged_at(one,
        held),
        "head": _side(request, held.head, held.head_ref, held.head_sha),
        "base": _side(request, home, held.base_ref, held.base_sha),
        "author_association": association(request, home, one.author), **_moments(one),
    }  # fmt: skip


def full_pull(request: Request, home: Repository, one: Issue) -> Document:
    """As it stands alone."""
    held = one.pull
    assert held is not None
    bare = held.head.bare
    merges = bare.merges(held.base_sha, held.head_sha)
    return {
        **pull(request, home, one), "merged": held.merged, "mergeable": merges,
        "mergeable_state": "clean" if merges else "dirty",
        "merged_by": None,
        "comments": len(one.comments), "review_comments": 0, "maintainer_can_modify": False, "additions": 0,
        "deletions": 0,
        "commits": int(bare.fact("rev-list", "--count", f"{held.base_sha}..{held.head_sha}")),
        "changed_files": len(bare.changed(held.base_sha, held.head_sha)),
    }  # fmt: skip
