"""Which dialect an h5 target is written in, where the source has a say in it."""

from __future__ import annotations

from dataclasses import replace

from dimorder.errors import Refused
from dimorder.flow.opened import Settled
from dimorder.flow.options import Dialect, Options
from dimorder.formats.beside import beside
from dimorder.model import Model


def with_dialect(options: Options, target: str, source: Settled) -> Options:
    """The options with the dialect settled; those for other containers as they are."""
    lower = target.lower()
    if not lower.endswith((".h5", ".hdf5")) or lower.endswith(".weights.h5"):
        return options
    if options.dialect == "keras1":
        _check_keras1(source.model)
        return replace(options, dialect="same")
    if options.dialect == "keras2" and options.target.kernels == "th":
        raise Refused(
            f"{target}: the keras2 dialect is for TensorFlow's kernels, and --to asks for Theano's",
            hint="leave --dialect out: the source's own dialect is written then",
        )
    return replace(options, dialect=options.dialect or _default(options, source))


def _default(options: Options, source: Settled) -> Dialect:
    """Whole models in the form that today's Keras opens; weights, and what goes back to Theano, in their own.

    A layer that is kept as it is keeps its class too; an h5 of Keras 2 or 3 that has the layout needs nothing.
    A file that holds more than its model keeps its own form, which keeps all of it.
    """
    model, store = source.model, source.opened.store
    if model.kind != "model" or options.target.kernels == "th" or options.keep or source.graph is None:
        return "same"
    found, wanted = source.verdict.layout, options.target
    there = (found.dim_ordering, found.kernels) == (wanted.dim_ordering, wanted.kernels)
    stays = model.era in ("keras2", "keras3") and there and source.opened.form == "h5"
    return "same" if stays or (store is not None and beside(store, model)) else "keras2"


def _check_keras1(model: Model) -> None:
    """Raise unless the source speaks Keras 1 itself."""
    if model.era == "keras1":
        return
    raise Refused(
        f"{model.path}: of {model.era}, which cannot be written in the asked dialect (keras1)",
        hint="--dialect same keeps the source's own",
    )
