"""What a pull request with the fixes would hold: mode `propose` states it, and leaves the writing to whoever may."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from dimorder.flow import git_change
from dimorder.flow.git import work_tree
from dimorder.report.escape import as_json
from dimorder.report_data import FixReport
from dimorder.sandbox.files import open_input, sha256

NAME = "proposal.json"


def proposal(fixes: FixReport | None, workspace: str) -> str:
    """The document. commit: what the fixes were made on; files: as they are to be committed, by path from the top."""
    tree = work_tree(workspace)
    files = list(_files(fixes, tree.top if tree else workspace)) if fixes and fixes.written else []
    commit = git_change.commit(tree, "HEAD") if tree else ""
    return as_json({"format": 1, "commit": commit, "files": files})


def _files(fixes: FixReport, top: str) -> Iterator[dict[str, Any]]:
    for path in sorted({os.path.realpath(one.path) for one in fixes.fixed}):
        with open_input(path, follow=False) as opened:
            yield {"path": os.path.relpath(path, top), "sha256": sha256(opened.file)}
