"""Pages of the rules about files as such, DIM4xx, and about suppressions, DIM9xx."""

from __future__ import annotations

from dimorder.finding import Page

PAGES: tuple[Page, ...] = (
    Page(
        code="DIM401",
        finds="A pointer of Git LFS that lies where the model should be.",
        why="The three lines of text name a file that was not fetched: nothing can be said about it, and Keras says "
        "`file signature not found`.",
        bad="version https://git-lfs.github.com/spec/v1\noid sha256:4d7a…\nsize 58889256",
        good="git lfs pull --include model.h5",
        safety="none",
        fix="Fetch the file.",
        sources=("https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md",),
        language="console",
    ),
    Page(
        code="DIM402",
        finds="A file that is not what its name says, or is damaged.",
        why="A download that broke off, an error page saved as a model, a half-written HDF5: Keras fails on it, "
        "sometimes after hours of training that was to start from it.",
        bad="model.h5: 512 bytes of HTML",
        good="model.h5: fetched again, with its checksum compared",
        safety="none",
        fix="Fetch or write the file again.",
        sources=("HDF5 File Format Specification 3.0, II.A (superblock)",),
        language="text",
    ),
    Page(
        code="DIM403",
        finds="Code inside a model file, links to other files, names that hide what they are.",
        why="A Lambda layer is a marshalled function: loading the model runs it. External and soft links make a "
        "loader read files that its user never named. Nothing of it is ever run or followed here.",
        bad='{"class_name": "Lambda", "config": {"function": ["4wEAAAAB…", null, null]}}',
        good='{"class_name": "Rescaling", "config": {"scale": 0.00392156862745098}}',
        safety="none",
        fix="Say what the Lambda computes with `--lambda`, or replace it by a layer that needs no code.",
        sources=("keras src/layers/core/lambda_layer.py@v3.15.1 (safe_mode)",),
        language="json",
    ),
    Page(
        code="DIM404",
        finds="A file beyond the bounds within which files are judged.",
        why="A file of a few kilobytes can ask for arrays that no computer holds. Bounds keep a check of a "
        "stranger's pull request from taking the machine with it.",
        bad="dimorder check huge.h5                 # 3 GiB: not judged",
        good="dimorder check huge.h5 --max-size 4096",
        safety="none",
        fix="Raise the bound if you trust the file.",
        sources=("dimorder SECURITY.md",),
        language="console",
    ),
    Page(
        code="DIM405",
        finds="Weights that hold NaN or infinity.",
        why="Every prediction is NaN then, and equal predictions cannot be proven. Most often the training "
        "diverged and its last state was saved.",
        bad="model.h5: dense_1/kernel holds NaN",
        good="model.h5: saved from an epoch before the loss became NaN",
        safety="none",
        fix="Take an earlier state of the training.",
        sources=("keras callbacks.py@2.3.1 (TerminateOnNaN)",),
        language="text",
    ),
    Page(
        code="DIM901",
        finds="A suppression that suppresses nothing.",
        why="What it once silenced is gone. Left behind it silences whatever comes to stand in its line next.",
        bad="x = Flatten()(x)  # dimorder: ignore[DIM204] was a Concatenate once",
        good="x = Flatten()(x)",
        safety="safe",
        fix="The comment is removed.",
        sources=("dimorder docs/rules.md",),
    ),
    Page(
        code="DIM902",
        finds="A suppression that does not say why.",
        why="In a year nobody knows whether the line was judged or the warning was in the way.",
        bad="x = Concatenate(axis=1)([a, b])  # dimorder: ignore[DIM204]",
        good="x = Concatenate(axis=1)([a, b])  # dimorder: ignore[DIM204] joins time steps, not channels",
        safety="none",
        fix="Write the reason behind the code.",
        sources=("dimorder docs/rules.md",),
    ),
)
"""By code."""
