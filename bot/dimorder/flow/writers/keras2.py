"""The whole-model HDF5 that Keras 2, tf-keras and Keras 3 open alike."""

from __future__ import annotations

from pathlib import PurePath

from dimorder.flow.options import Options
from dimorder.flow.order import Order, Written
from dimorder.flow.reading import open_model
from dimorder.flow.writers.planned import as_planned
from dimorder.formats import keras2


def write(order: Order, attributes: dict[str, bytes]) -> Written:
    """Every layer spelled anew; training goes along where Keras 2 can take it up."""
    plan, file, opened = order.plan, order.files["target"], order.settled.opened
    source = keras2.Source(order.model, opened.training(), opened.read)
    name = keras2.model_name(order.model, PurePath(order.target).stem)
    written = keras2.write(source, plan, file, name=name, attributes=attributes)
    file.seek(0)
    again = open_model({"target": file}, order.names, Options(stated=plan.target), "target")
    return Written(as_planned(again, plan, keras2.KERAS_VERSION), written.training, written.notes)
