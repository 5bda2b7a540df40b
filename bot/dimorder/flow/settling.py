"""What is decided about a model once it is read: its verdict, and the graph that this verdict makes complete."""

from __future__ import annotations

from dimorder.errors import CannotTell
from dimorder.flow.opened import Opened, Settled
from dimorder.flow.options import Options
from dimorder.formats import published
from dimorder.infer import UserWord, admit, infer, settle, statistic_assumptions, what_matters
from dimorder.infer.unsaid import unsaid_strides
from dimorder.infer.word import FROM, NAME
from dimorder.verdict import About, Verdict


def word(options: Options) -> UserWord | None:
    """The user's word as inference takes it."""
    if options.stated is None and not options.layers and not options.keras_version:
        return None
    return UserWord(options.stated, options.layers, options.keras_version, NAME if options.released else FROM)


def judge(opened: Opened, options: Options) -> Verdict:
    """The verdict on a model's layout."""
    return infer(opened.model, user=word(options))


def settled(opened: Opened, options: Options, verdict: Verdict | None = None) -> Settled:
    """The model ready to be planned or computed; raises CannotTell where the policy forbids it."""
    verdict = verdict or judge(opened, options)
    assumptions = _admitted(opened, options, verdict)
    graph, version = opened.model.graph, _version(opened, options)
    if graph is not None:
        graph = settle(graph, verdict, keras_version=version)
    read = statistic_assumptions(opened.model, graph, version, stated=bool(options.keras_version))
    read += unsaid_strides(opened.model, graph)
    app = (published.sentence(options.app, opened.model),) if options.app else ()
    return Settled(opened, verdict, graph, (*assumptions, *read, *app, *opened.told), version)


def _version(opened: Opened, options: Options) -> str:
    """As which Keras the model is read, "" where nobody says it."""
    stated = options.keras_version or opened.model.keras_version
    return stated or (published.VERSIONS[opened.model.era] if options.app else "")


def _admitted(opened: Opened, options: Options, verdict: Verdict) -> tuple[str, ...]:
    """What is assumed where the verdict is not certain, as far as the user's policy lets it pass."""
    stated = word(options)
    said: frozenset[About] = stated.stated() if stated else frozenset()
    matters = what_matters(opened.model, verdict)
    # Rows that no move depends on need not be known.
    if options.target.dim_ordering == verdict.layout.dim_ordering:
        matters -= {"dense_rows"}
    try:
        return admit(verdict, stated=said, accept=options.accept, matters=matters)
    except CannotTell as doubt:
        if opened.model.graph is None and not options.unproven:
            raise CannotTell(doubt.sentence, hint=f"{doubt.hint}; then add --architecture, or --unproven") from None
        raise
