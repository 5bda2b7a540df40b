"""Every form in which Keras 1 and 2 wrote names into HDF5."""

from __future__ import annotations

import io

import h5py
import numpy as np
import pytest

from dimorder.errors import UnreadableFile, UnsafeContent
from dimorder.formats.reader import read_hdf5


def weights_file(layers, spell=np.bytes_, under="", pieces=0):
    """An HDF5 file of weights. spell: how a list of names becomes an attribute; pieces: cut the lists so often."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        group = file.create_group(under) if under else file
        names(group, "layer_names", list(layers), spell, pieces)
        for layer, arrays in layers.items():
            inside = group.create_group(layer)
            names(inside, "weight_names", list(arrays), spell, pieces)
            for name, shape in arrays.items():
                inside[name] = np.ones(shape, np.float32)
    return buffer


def names(group, attribute, values, spell, pieces):
    if not values:
        group.attrs[attribute] = np.array([])  # float64, as Keras left it
    elif pieces:
        for number in range(pieces):
            group.attrs[f"{attribute}{number}"] = np.array([spell(v) for v in values[number::pieces]])
    else:
        group.attrs[attribute] = np.array([spell(v) for v in values], dtype=object if spell is str else None)


LAYERS = {
    "convolution2d_1": {"convolution2d_1_W": (4, 3, 5, 2), "convolution2d_1_b": (4,)},
    "flatten_1": {},
    "dense_1": {"dense_1_W": (40, 7)},
}


def shapes(model):
    return {layer.name: [tensor.shape for tensor in layer.tensors] for layer in model.layers}


EXPECTED = {"convolution2d_1": [(4, 3, 5, 2), (4,)], "flatten_1": [], "dense_1": [(40, 7)]}


@pytest.mark.parametrize("spell", [np.bytes_, str])
@pytest.mark.parametrize("under", ["", "model_weights"])
def test_names_as_bytes_and_as_text_are_read(spell, under):
    model, _ = read_hdf5(weights_file(LAYERS, spell, under), "w.h5")
    assert shapes(model) == EXPECTED


def test_names_cut_into_numbered_pieces_are_joined():
    model, _ = read_hdf5(weights_file(LAYERS, pieces=2), "w.h5")
    assert set(shapes(model)) == set(EXPECTED)
    assert sorted(shapes(model)["convolution2d_1"]) == sorted(EXPECTED["convolution2d_1"])


def test_arrays_are_not_read_until_asked_for(monkeypatch):
    def never(self, *args, **kwargs):
        raise AssertionError("data was read")

    buffer = weights_file(LAYERS)
    monkeypatch.setattr(h5py.Dataset, "__getitem__", never)
    model, store = read_hdf5(buffer, "w.h5")
    assert shapes(model) == EXPECTED
    monkeypatch.undo()
    assert store.read(model.tensors()[0]).shape == (4, 3, 5, 2)


def test_arrays_with_slashes_in_their_names_are_found():
    model, store = read_hdf5(weights_file({"conv2d_1": {"conv2d_1/kernel:0": (5, 2, 3, 4)}}), "w.h5")
    (tensor,) = model.tensors()
    assert tensor.address == "/conv2d_1/conv2d_1/kernel:0"
    assert store.read(tensor).shape == (5, 2, 3, 4)


def test_hdf5_that_is_not_weights_is_told_so():
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file["images"] = np.zeros((2, 3))
    with pytest.raises(UnreadableFile, match="not weights that Keras saved"):
        read_hdf5(buffer, "data.h5")


def test_bytes_that_are_no_hdf5_are_told_so():
    with pytest.raises(UnreadableFile, match="HDF5 of an unknown form"):
        read_hdf5(io.BytesIO(b"\x89HDF\r\n\x1a\nnothing behind it"), "w.h5")


def test_a_listed_array_that_is_missing_is_told_by_name():
    buffer = weights_file(LAYERS)
    with h5py.File(buffer, "a") as file:
        del file["dense_1/dense_1_W"]
    with pytest.raises(UnreadableFile, match="dense_1_W"):
        read_hdf5(buffer, "w.h5")


@pytest.mark.parametrize(
    "link", [h5py.SoftLink("/convolution2d_1/convolution2d_1_W"), h5py.ExternalLink("x", "y")]
)
def test_arrays_behind_links_are_refused(link):
    buffer = weights_file(LAYERS)
    with h5py.File(buffer, "a") as file:
        del file["dense_1/dense_1_W"]
        file["dense_1"]["dense_1_W"] = link
    with pytest.raises(UnsafeContent, match="dense_1_W"):
        read_hdf5(buffer, "w.h5")
