"""A sweep as a JSON document."""

from __future__ import annotations

from dimorder.fleet import Fleet, Line
from dimorder.report.documents_fleet import FleetDocument, RepositoryDocument
from dimorder.report_data import FORMAT


def fleet(swept: Fleet) -> FleetDocument:
    """The document as a value."""
    return {
        "format": FORMAT,
        "applied": swept.applied,
        "shard": swept.shard or None,
        "seconds": round(swept.seconds, 3),
        "counts": swept.counts,
        "repositories": [_repository(line) for line in swept.lines],
        "notes": list(swept.notes),
    }


def _repository(line: Line) -> RepositoryDocument:
    return {
        "repository": line.repository,
        "word": line.word,
        "because": line.because,
        "url": line.url or None,
        "commit": line.commit or None,
        "proposal": line.proposal or None,
        "remembered": line.remembered,
    }
