"""The files that `dimorder init` writes, as they are written."""

from __future__ import annotations

from dimorder import __version__

HOOK = f"""\
- repo: https://github.com/OWNER/dimorder # put the owner of the release that you use
  rev: v{__version__}
  hooks:
  - id: dimorder-check
"""
HOOKS = f"repos:\n{HOOK}"
CONFIGURATION = """\
# What dimorder should know of this repository; docs/configuration.md of dimorder lists all keys.

# Paths that are not looked at, such as vendored code.
exclude: []

# The bot of `dimorder sweep` converts weights in Theano's layout, proves that the predictions stay the same, and opens
# one pull request. It comes where it is invited; `enabled: false` keeps it out.
bot:
  enabled: true
"""
WORKFLOW = """\
# Judges pull requests: weights, models and code in Theano's layout, and what does not fit together.
name: dimorder

on: pull_request

permissions: {}

concurrency:
  group: dimorder-${{ github.event.pull_request.number }}
  cancel-in-progress: true

jobs:
  judge:
    name: Judge the pull request
    runs-on: ubuntu-latest
    timeout-minutes: 20
    permissions:
      contents: read
    steps:
      # Two commits: GitHub's merge of the pull request and the base that it was merged with.
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          fetch-depth: 2
          persist-credentials: false

      - uses: OWNER/dimorder@0000000000000000000000000000000000000000 # put the commit of a release here
"""
