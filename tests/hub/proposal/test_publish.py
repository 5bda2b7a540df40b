"""A pull request is opened once, kept, closed and given up, as the people there want it."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace

import pytest

from dimorder.flow.stated import Bot
from dimorder.hub.problem import ApiProblem
from dimorder.hub.proposal import carriage
from dimorder.hub.proposal.asked import asked
from dimorder.hub.proposal.body import TICKED, UNTICKED
from dimorder.hub.proposal.carriage import Carriage
from dimorder.hub.proposal.closing import retire
from dimorder.hub.proposal.content import Manners, Outcome, Person, mark_in
from dimorder.hub.proposal.standing import standing
from github_com.faults import Kind
from github_com.world import Issue
from support.proposals import CERTIFICATE, OLD, OTHER, TWIN, Nets

HELD = "1 weight file converted and proven"
NEW = b"\x89HDF th, trained on"


def silent(nets: Nets, outcome: Outcome, word: str) -> None:
    """The same again writes nothing."""
    before = nets.writes()
    assert (outcome.word, nets.publish().word) == (word, word)
    assert nets.writes() == before


# What must not happen.


def test_a_second_run_writes_nothing(nets: Nets) -> None:
    nets.publish()
    before = nets.writes()
    outcome = nets.publish()
    assert (outcome.word, outcome.because) == ("unchanged", "nothing is to be done")
    assert nets.writes() == before
    assert len(nets.pulls()) == 1


def test_what_somebody_closed_does_not_come_back(nets: Nets) -> None:
    nets.publish()
    nets.hub.close(nets.pulls()[0], "ann")
    silent(nets, nets.publish(), "stopped")
    assert nets.pulls("open") == []


def test_two_that_were_closed_are_a_no_for_the_repository(nets: Nets) -> None:
    for number, original in enumerate((OLD, NEW)):
        assert nets.publish(nets.proposal(original)).word == "opened"
        nets.hub.close(nets.pulls()[number], "ann")
    outcome = nets.publish(nets.proposal(b"a third"))
    assert (outcome.word, outcome.because) == ("stopped", "2 of our pull requests were closed there")
    assert len(nets.pulls()) == 2


def test_one_that_we_closed_ourselves_is_nobodys_no(nets: Nets) -> None:
    for original in (OLD, NEW, b"a third", b"a fourth", OLD):
        assert nets.publish(nets.proposal(original)).word == "opened"
    assert [one.state for one in nets.pulls()] == ["closed"] * 4 + ["open"]


def test_what_a_person_opens_again_after_us_is_not_closed_once_more(nets: Nets) -> None:
    nets.publish()
    ref, sha = f"refs/heads/{nets.proposal().branch}", str(nets.repository.bare.resolved(nets.proposal().branch))
    retire(nets.client(), "acme/nets", nets.us, Manners(), "nothing is left")
    nets.pulls()[0].state = "open"
    nets.repository.bare.set_ref(ref, sha)
    nets.publish(nets.proposal(NEW))
    assert [one.state for one in nets.pulls()] == ["open", "open"]
    nets.hub.close(nets.pulls()[1], "ann")
    before = nets.writes()
    assert retire(nets.client(), "acme/nets", nets.us, Manners(), "nothing is left") is None
    assert nets.writes() == before
    assert nets.publish().word == "updated"
    assert (nets.pulls()[0].state, nets.pulls()[0].body) == ("open", nets.proposal().body)
    assert nets.repository.bare.resolved(ref) == sha
    silent(nets, nets.publish(), "unchanged")


def test_the_label_on_our_pull_request_stops_everything(nets: Nets) -> None:
    nets.publish()
    nets.label(nets.pulls()[0], "dimorder:stop")
    before = nets.writes()
    assert nets.publish(nets.proposal(NEW)).because == "the label dimorder:stop is set there"
    assert nets.writes() == before


def test_the_label_on_anybodys_issue_stops_everything(nets: Nets) -> None:
    world, ann = nets.hub.world, nets.hub.account("ann")
    nets.publish()
    now = world.now()
    issue = nets.repository.issues[2] = Issue(world.number(), 2, "no bots", None, ann, now, now)
    nets.label(issue, "dimorder:stop")
    before = nets.writes()
    assert nets.publish(nets.proposal(NEW)).word == "stopped"
    assert nets.writes() == before


def test_what_was_merged_is_done(nets: Nets) -> None:
    nets.publish()
    pull = nets.pulls()[0]
    nets.hub.close(pull, "ann")
    assert pull.pull is not None
    pull.pull.merged = True
    silent(nets, nets.publish(), "unchanged")


def test_a_mark_that_somebody_else_has_copied_counts_for_nothing(nets: Nets) -> None:
    nets.publish()
    nets.pulls()[0].author = nets.hub.account("eve")
    there = standing(nets.client(), "acme/nets", nets.us)
    assert (there.pulls, there.no) == ((), "")


def test_a_branch_of_somebody_else_is_not_written_to(nets: Nets) -> None:
    branch = nets.proposal().branch
    nets.commit_by_somebody(branch)
    head = nets.repository.bare.resolved(branch)
    before = nets.writes()
    assert nets.publish().word == "stopped"
    assert (nets.repository.bare.resolved(branch), nets.writes()) == (head, before)


def test_somebodys_commit_ends_our_part_with_one_comment(nets: Nets) -> None:
    nets.publish()
    (pull,) = nets.pulls()
    ours = nets.repository.bare.resolved(nets.proposal().branch)
    head = nets.commit_by_somebody(nets.proposal().branch)
    pull.body = str(pull.body).replace(UNTICKED, TICKED) + TICKED
    for _ in range(3):
        assert nets.publish().word == "stopped"
    assert nets.repository.bare.resolved(nets.proposal().branch) == head
    assert [one.author.login for one in pull.comments] == ["bot"]
    nets.repository.bare.set_ref(f"refs/heads/{nets.proposal().branch}", str(ours))
    assert nets.publish().word == "updated", "as the comment promises"


@pytest.mark.parametrize(
    ("message", "author", "committer"),
    [
        ("Add weights\n\nDimorder-Content: {}\n", "{us}", "ann@example.org"),
        ("Add weights\n\nDimorder-Content: {}\n", "ann@example.org", "noreply@github.com"),
        ("Add weights by hand\n", "{us}", "{us}"),
    ],
    ids=["amended", "written on the page", "by the account's owner"],
)
def test_a_commit_is_ours_only_if_nobody_had_a_hand_in_it(
    nets: Nets, message: str, author: str, committer: str
) -> None:
    nets.publish()
    us, proposal = nets.us.email, nets.proposal()
    nets.amend(proposal.branch, message.format(proposal.content), author.format(us=us), committer.format(us=us))
    head = nets.repository.bare.resolved(proposal.branch)
    assert nets.publish(nets.proposal(said=OTHER)).word == "stopped"
    assert nets.repository.bare.resolved(proposal.branch) == head


def test_a_commit_that_github_has_signed_for_us_is_ours(nets: Nets) -> None:
    nets.publish()
    proposal = nets.proposal()
    message = f"Add weights\n\nDimorder-Content: {proposal.content}\n"
    nets.amend(proposal.branch, message, nets.us.email, "noreply@github.com")
    assert nets.publish(nets.proposal(said=OTHER)).word == "updated"


def test_nothing_is_said_of_somebodys_commit_while_nothing_is_to_be_done(nets: Nets) -> None:
    nets.publish()
    nets.commit_by_somebody(nets.proposal().branch)
    assert nets.publish().word == "unchanged"
    assert nets.pulls()[0].comments == []


def test_a_commit_that_comes_while_github_stumbles_is_not_lost(nets: Nets) -> None:
    nets.publish()
    branch = nets.proposal().branch
    nets.hub.world.push(nets.repository, {"nets/model.tf.h5": b"by hand"})
    nets.hub.faults.state("PATCH /repos/acme/nets/git/refs", "500")
    theirs: list[str] = []

    def meanwhile(seconds: float) -> None:
        theirs.append("" if theirs else nets.commit_by_somebody(branch))

    nets._wait = meanwhile  # type: ignore[method-assign]
    assert nets.publish().word == "stopped"
    assert nets.repository.bare.resolved(branch) == theirs[0]


def test_a_commit_that_comes_while_the_new_branch_is_made_is_not_lost(nets: Nets) -> None:
    nets.publish()
    old, theirs = nets.proposal().branch, list[str]()

    def meanwhile(count: int) -> None:
        if not theirs:
            theirs.append(nets.commit_by_somebody(old))

    nets.gate.struck = meanwhile
    assert nets.publish(nets.proposal(NEW)).word == "stopped"
    assert nets.repository.bare.resolved(old) == theirs[0]
    assert nets.pulls()[0].state == "open"


def test_capitals_make_no_other_label(nets: Nets) -> None:
    nets.publish()
    nets.hub.label(nets.repository, nets.pulls()[0], "Dimorder:Stop", by="ann")
    before = nets.writes()
    assert nets.publish(nets.proposal(said=OTHER)).word == "stopped"
    assert nets.publish(nets.proposal(NEW)).word == "stopped"
    assert nets.writes() == before


def test_a_no_is_one_whatever_became_of_the_text(nets: Nets) -> None:
    nets.publish()
    (pull,) = nets.pulls()
    pull.body = "Thanks, but no."
    nets.hub.close(pull, by="ann")
    nets.repository.bare.git("update-ref", "-d", f"refs/heads/{nets.proposal().branch}")
    before = nets.writes()
    outcome = nets.publish()
    assert (outcome.word, "closed" in outcome.because, nets.writes()) == ("stopped", True, before)


def test_one_whose_text_somebody_has_rewritten_gets_no_second_beside_it(nets: Nets) -> None:
    nets.publish()
    nets.pulls()[0].body = "Ann looks at it."
    before = nets.writes()
    outcome = nets.publish(nets.proposal(NEW))
    assert outcome.because == "somebody has rewritten the text of our pull request"
    assert retire(nets.client(), "acme/nets", nets.us, Manners(), "it is done") is not None
    assert (len(nets.pulls("open")), nets.writes()) == (1, before)


def test_what_is_closed_while_its_branch_is_made_anew_keeps_its_text(nets: Nets) -> None:
    nets.publish()
    (pull,) = nets.pulls()
    said = pull.body
    nets.gate.struck = lambda count: nets.hub.close(pull, by="ann")
    assert nets.publish(nets.proposal(said=OTHER, files={"nets/model.tf.h5": b"x"})).word == "stopped"
    assert (pull.body, pull.state) == (said, "closed")


def test_a_branch_that_leaves_no_room_for_ours_is_told(nets: Nets) -> None:
    nets.repository.bare.git("branch", "dimorder", "main")
    outcome = nets.publish()
    assert (outcome.word, nets.writes()) == ("refused", 0)
    assert "has a branch dimorder" in outcome.because


def test_more_files_than_an_hour_has_writes_for_go_by_git(nets: Nets) -> None:
    few, many = ({f"nets/{number}.tf.h5": TWIN for number in range(count)} for count in (100, 101))
    assert not Carriage(nets.proposal(files=few).files, frozenset()).by_git
    assert nets.publish(nets.proposal(files=many)).word == "opened"
    assert nets.writes() == 2, "the branch, and the pull request"
    assert nets.held(nets.proposal().branch)["nets/100.tf.h5"] == TWIN


def test_what_somebody_has_gone_on_with_is_not_replaced(nets: Nets) -> None:
    nets.publish()
    nets.commit_by_somebody(nets.proposal().branch)
    before = nets.writes()
    assert nets.publish(nets.proposal(NEW)).word == "stopped"
    assert retire(nets.client(), "acme/nets", nets.us, Manners(), "it is done") is not None
    assert [one.state for one in nets.pulls()] == ["open"]
    assert nets.writes() == before


def test_a_base_that_moved_on_is_no_reason_to_push_again(nets: Nets) -> None:
    nets.publish()
    nets.hub.world.push(nets.repository, {"README.md": b"more\n"})
    silent(nets, nets.publish(), "unchanged")


def test_other_figures_and_bytes_are_no_reason_to_push_again(nets: Nets) -> None:
    nets.publish()
    before = nets.writes()
    later = nets.proposal(text="proven, by another processor", files={"nets/model.tf.h5": b"another byte"})
    assert nets.publish(later).word == "unchanged"
    assert nets.writes() == before


def test_an_archived_repository_is_left_alone(nets: Nets) -> None:
    nets.repository.archived = True
    outcome = nets.publish()
    assert (outcome.word, nets.writes()) == ("refused", 0)
    assert "archived" in outcome.because


def test_a_file_that_github_would_not_take_is_refused_with_a_way_out(nets: Nets) -> None:
    outcome = nets.publish(manners=Manners(largest=4))
    assert (outcome.word, nets.writes()) == ("refused", 0)
    assert "git lfs track nets/model.tf.h5" in outcome.because
    assert "dimorder convert nets/model.h5" in outcome.because
    likely = replace(nets.proposal(), assumed=("kernels read as Theano's",))
    assert "--accept likely nets/model.h5" in nets.publish(likely, manners=Manners(largest=4)).because


def test_a_file_that_has_changed_since_it_was_proven_is_not_sent(nets: Nets) -> None:
    proposal = nets.proposal()
    with open(proposal.files[0].source, "wb") as file:
        file.write(b"something else")
    with pytest.raises(ApiProblem, match="no longer what was proven"):
        nets.publish(proposal)
    assert nets.pulls() == []


@pytest.mark.parametrize("way", ["nets/model.tf.h5/readme.txt", "nets/model.tf.h5"])
def test_what_stands_where_a_file_would_go_is_not_replaced(nets: Nets, way: str) -> None:
    bare = nets.repository.bare
    blob = bare.word("hash-object", "-w", "--stdin", given=b"elsewhere")
    mode = "100644" if way.endswith("txt") else "120000"
    sha = bare.write_tree("main", [(mode, blob, way)])
    commit = bare.word("-c", "user.name=a", "-c", "user.email=a@b.c", "commit-tree", sha, "-p", "main", "-m", "a link")
    bare.git("update-ref", "refs/heads/main", commit)
    outcome = nets.publish()
    assert (outcome.word, "something else" in outcome.because) == ("refused", True)
    assert (nets.branches(), nets.pulls()) == ([], [])


def test_a_label_that_somebody_took_away_stays_away(nets: Nets) -> None:
    manners = Manners(labels=("weights",))
    nets.publish(manners=manners)
    nets.pulls()[0].labels.clear()
    before = nets.writes()
    assert nets.publish(manners=manners).word == "unchanged"
    assert nets.writes() == before


def test_a_stranger_asks_nobody_for_labels(nets: Nets) -> None:
    del nets.repository.roles["bot"]
    assert nets.publish(manners=Manners(labels=("weights",), reviewers=("ann",))).because == HELD
    assert {one.kind for one in nets.hub.journal.writes} & {"label", "reviewers"} == set()


# What must.


def test_a_pull_request_holds_the_files_and_nothing_else(nets: Nets) -> None:
    outcome = nets.publish()
    (pull,) = nets.pulls()
    assert (outcome.word, pull.state, pull.title, pull.body) == ("opened", "open", "Add weights", nets.proposal().body)
    assert outcome.url.endswith("/pull/1")
    branch = nets.proposal().branch
    assert nets.branches() == [branch]
    added = {"nets/model.tf.h5": TWIN, "nets/model.tf.h5.proof.json": CERTIFICATE}
    assert nets.held(branch) == {"README.md": b"nets\n", "nets/model.h5": OLD, **added}
    (commit,) = nets.repository.bare.commits(f"main..{branch}", 9)
    assert commit.message == f"Add weights\n\nDimorder-Content: {nets.proposal().content}"


def test_branch_and_content_are_of_the_originals_alone(nets: Nets) -> None:
    one, other = nets.proposal(), nets.proposal(title="Add other", text="otherwise", said=OTHER, files={})
    assert (one.content, one.branch) == (other.content, other.branch)
    assert one.content != nets.proposal(NEW).content
    assert one.branch == f"dimorder/model-{one.content[:12]}"


def test_labels_reviewers_assignees_author_and_sign_off_are_as_asked(nets: Nets) -> None:
    manners = Manners(("weights",), ("ann",), ("ann",), author=Person("Nets", "nets@acme.org"), sign_off=True)
    nets.publish(manners=manners)
    (pull,) = nets.pulls()
    assert pull.pull is not None
    assert (pull.labels, pull.pull.reviewers, pull.assignees) == (["weights"], ["ann"], ["ann"])
    (commit,) = nets.repository.bare.commits("main.." + nets.proposal().branch, 9)
    assert commit.author.email == "nets@acme.org"
    assert commit.message.endswith("\nSigned-off-by: Nets <nets@acme.org>")
    assert nets.publish(manners=manners).word == "unchanged"


@pytest.mark.parametrize("knows_drafts", [True, False])
def test_a_draft_is_opened_where_there_are_drafts(nets: Nets, knows_drafts: bool) -> None:
    nets.repository.has_drafts = knows_drafts
    assert nets.publish(manners=Manners(draft=True)).word == "opened"
    (pull,) = nets.pulls()
    assert pull.pull is not None
    assert pull.pull.draft is knows_drafts


def test_what_the_repository_wants_counts_more_than_what_the_operator_does() -> None:
    operator = Manners(labels=("ours",), prefix="bot: ", draft=True, home="https://acme.org")
    assert asked(None, operator) == operator
    wanted = asked(Bot(labels=(), reviewers=("acme/core",), draft=False), operator)
    assert wanted == replace(operator, labels=(), reviewers=("acme/core",), draft=False)


@pytest.mark.parametrize("prefix", ["x\n\nSigned-off-by: ann <a@b.c>", "fixes #1 ", "@ann ", "fixes a/b#1 "])
def test_a_prefix_is_one_line_that_calls_nobody(prefix: str) -> None:
    said = asked(Bot(prefix=prefix), Manners()).prefix
    assert not [part for part in ("\n", "#1", "@ann") if part in said]
    assert asked(Bot(prefix="chore(models): "), Manners()).prefix == "chore(models): "


def test_a_reviewer_whom_nobody_knows_does_not_keep_it_back(nets: Nets) -> None:
    outcome = nets.publish(manners=Manners(reviewers=("nobody",)))
    assert (outcome.word, outcome.because) == ("opened", f"{HELD}; GitHub did not take: requested reviewers")


def test_new_content_replaces_the_old(nets: Nets) -> None:
    nets.publish()
    assert nets.publish(nets.proposal(NEW)).word == "opened"
    old, new = nets.pulls()
    assert (old.state, new.state) == ("closed", "open")
    mark = mark_in(str(old.body))
    assert mark is not None
    assert mark.closed
    assert nets.branches() == [nets.proposal(NEW).branch]


@pytest.mark.parametrize("kind", ["expired", "conflict", "not found"])
def test_the_old_branch_goes_even_if_it_stays_at_first(nets: Nets, kind: Kind) -> None:
    nets.publish()
    nets.hub.faults.state("DELETE ", kind)
    with suppress(ApiProblem):
        nets.publish(nets.proposal(NEW))
    nets.publish(nets.proposal(NEW))
    assert nets.branches() == [nets.proposal(NEW).branch]


def test_the_box_makes_the_branch_anew_on_the_newest_base(nets: Nets) -> None:
    text = f"proven\n\n{UNTICKED} Tick this box."
    nets.publish(nets.proposal(text=text))
    (pull,) = nets.pulls()
    nets.hub.world.push(nets.repository, {"README.md": b"more\n"})
    pull.body = str(pull.body).replace(UNTICKED, TICKED).replace("\n", "\r\n")
    assert nets.publish(nets.proposal(text=text)).word == "updated"
    assert pull.body == nets.proposal(text=text).body
    assert nets.held(nets.proposal().branch)["README.md"] == b"more\n"
    (commit,) = nets.repository.bare.commits(f"main..{nets.proposal().branch}", 9)
    assert commit.parents == (nets.repository.bare.resolved("main"),)
    assert nets.publish(nets.proposal(text=text)).word == "unchanged"


def test_a_conflict_makes_the_branch_anew(nets: Nets) -> None:
    nets.publish()
    nets.hub.world.push(nets.repository, {"nets/model.tf.h5": b"by hand"})
    assert nets.publish().word == "updated"
    assert nets.held(nets.proposal().branch)["nets/model.tf.h5"] == TWIN
    assert nets.publish().word == "unchanged"


def test_something_else_to_say_is_said_in_the_same_pull_request(nets: Nets) -> None:
    nets.publish()
    later = nets.proposal(said=OTHER, text="proven, and two files were refused", title="Add more")
    outcome = nets.publish(later)
    assert (outcome.word, outcome.because) == ("updated", "what it proposes has changed")
    (pull,) = nets.pulls()
    assert (pull.title, pull.body) == ("Add more", later.body)
    assert nets.publish(later).word == "unchanged"


def test_code_that_can_be_run_stays_so(nets: Nets) -> None:
    bare = nets.repository.bare
    blob = bare.word("hash-object", "-w", "--stdin", given=b"print(1)\n")
    tree = bare.word("mktree", given=f"100755 blob {blob}\ttrain.py\n".encode())
    commit = bare.word("-c", "user.name=a", "-c", "user.email=a@b.c", "commit-tree", tree, "-m", "script")
    bare.git("update-ref", "refs/heads/main", commit)
    proposal = nets.proposal(files={"train.py": b"print(2)\n"})
    moved = (*proposal.moved, replace(proposal.moved[0], path="train.py", target="code"))
    outcome = nets.publish(replace(proposal, moved=moved))
    assert outcome.because == "1 weight file converted and proven, 1 file of code moved"
    (line,) = bare.word("ls-tree", replace(proposal, moved=moved).branch).split("\n")
    assert line.startswith("100755 blob")


def test_what_is_obsolete_is_closed_and_its_branch_removed(nets: Nets) -> None:
    nets.publish()
    outcome = retire(nets.client(), "acme/nets", nets.us, Manners(), "nothing is left to convert")
    assert outcome == Outcome("closed", nets.publish_url(1), "nothing is left to convert")
    (pull,) = nets.pulls()
    assert pull.state == "closed"
    assert "**Closed by dimorder:** nothing is left to convert." in str(pull.body)
    assert nets.branches() == []
    assert retire(nets.client(), "acme/nets", nets.us, Manners(), "again") is None


# Forks, large files, LFS.


def test_without_the_right_to_push_it_comes_from_a_fork(nets: Nets) -> None:
    del nets.repository.roles["bot"]
    assert nets.publish().word == "opened"
    (pull,) = nets.pulls()
    assert pull.pull is not None
    assert pull.pull.head.full_name == "bot/nets"
    assert nets.branches() == []
    silent(nets, nets.publish(), "unchanged")


def test_an_old_fork_is_used_again(nets: Nets) -> None:
    del nets.repository.roles["bot"]
    nets.hub.world.fork(nets.repository, nets.hub.account("bot"), "nets")
    nets.hub.world.push(nets.repository, {"README.md": b"more\n"})
    assert nets.publish().word == "opened"
    assert [one.full_name for one in nets.hub.world.repositories.values()] == ["acme/nets", "bot/nets"]


def test_where_forks_are_unwanted_nothing_is_written(nets: Nets) -> None:
    del nets.repository.roles["bot"]
    outcome = nets.publish(manners=Manners(fork=False))
    assert (outcome.word, nets.writes()) == ("refused", 0)
    assert "contents: write" in outcome.because


def test_what_the_api_does_not_take_goes_by_git(nets: Nets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carriage, "LARGEST_BY_API", 4)
    assert nets.publish().word == "opened"
    assert nets.held(nets.proposal().branch)["nets/model.tf.h5"] == TWIN
    assert "blob" not in {one.kind for one in nets.hub.journal.writes}
    silent(nets, nets.publish(), "unchanged")


def test_a_tracked_path_goes_to_lfs(nets: Nets) -> None:
    nets.hub.world.push(nets.repository, {".gitattributes": b"*.h5 filter=lfs diff=lfs merge=lfs -text\n"})
    assert nets.publish().word == "opened"
    held = nets.held(nets.proposal().branch)
    digest = hashlib.sha256(TWIN).hexdigest()
    assert held["nets/model.tf.h5"] == (
        f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(TWIN)}\n".encode()
    )
    assert held["nets/model.tf.h5.proof.json"] == CERTIFICATE
    assert [one.kind for one in nets.hub.journal.writes if one.kind == "lfs"] == ["lfs"]
    silent(nets, nets.publish(), "unchanged")


def test_lfs_through_a_fork_is_one_issue_with_the_command(nets: Nets) -> None:
    del nets.repository.roles["bot"]
    nets.hub.world.push(nets.repository, {"nets/.gitattributes": b"*.h5 filter=lfs\n"})
    proposal = replace(nets.proposal(), assumed=("kernels read as Theano's: @ann says so",))
    silent(nets, nets.publish(proposal), "issue")
    (issue,) = nets.repository.issues.values()
    assert "dimorder check --fix --accept likely nets/model.h5" in str(issue.body)
    assert "Assumed, not proven" in str(issue.body)
    assert "@ann" not in str(issue.body), "nobody is called"
    assert nets.publish(nets.proposal(NEW)).word == "issue"
    assert len(nets.repository.issues) == 1, "it is about the new files now"
    nets.hub.close(issue, "ann")
    before = nets.writes()
    assert (nets.publish(nets.proposal(NEW)).word, nets.writes()) == ("stopped", before)


def test_two_closed_issues_are_a_no_as_well(nets: Nets) -> None:
    del nets.repository.roles["bot"]
    nets.hub.world.push(nets.repository, {"nets/.gitattributes": b"*.h5 filter=lfs\n"})
    for original in (OLD, NEW):
        nets.publish(nets.proposal(original))
        nets.hub.close(list(nets.repository.issues.values())[-1], "ann")
    before = nets.writes()
    assert (nets.publish(nets.proposal(b"third")).word, nets.writes()) == ("stopped", before)
