"""Flows run in the test's own process, where it can put something else in their place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from dimorder.sandbox import isolated
from dimorder.sandbox.isolated import Flow, Host
from dimorder.sandbox.outside import Files, Outside
from dimorder.sandbox.values import found


def run_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """No child for this test."""

    def run(
        flow: Flow[Any], files: Files, names: Mapping[str, str], options: object, limits: object, host: Host
    ) -> Any:
        def call(service: str, values: Mapping[str, Any], content: Any) -> Any:
            return host.services[service](values, list(content), files)

        for file in files.values():
            file.seek(0)
        return found(flow.address)(files, names, options, Outside(host.progress, call))

    monkeypatch.setattr(isolated, "run_isolated", run)
    monkeypatch.setattr(isolated, "walls", lambda: None)
    monkeypatch.setattr("dimorder.cli.prepare", lambda looks: None)
