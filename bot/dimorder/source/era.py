"""Which Keras code is written for, by the words it uses. Source: Keras 2.0.0's release notes on renamed arguments."""

from __future__ import annotations

import ast
from typing import Literal

_OLD = """
    Convolution1D Convolution2D Convolution3D AtrousConvolution1D AtrousConvolution2D Deconvolution2D Merge merge
    nb_filter nb_row nb_col border_mode subsample dim_ordering image_dim_ordering set_image_dim_ordering concat_axis
    nb_epoch W_regularizer b_regularizer W_constraint samples_per_epoch nb_val_samples filter_length subsample_length
    inner_init
"""
_NEW = """
    Conv1D Conv2D Conv3D Conv2DTranspose SeparableConv2D filters kernel_size padding data_format image_data_format
    set_image_data_format concatenate Concatenate epochs steps_per_epoch kernel_regularizer kernel_initializer
    bias_initializer use_bias units dilation_rate recurrent_initializer validation_steps
"""
KERAS1 = frozenset(_OLD.split())
KERAS2 = frozenset(_NEW.split())


def era_of(tree: ast.Module) -> Literal["keras1", "keras2", ""]:
    """The Keras of most of its words; "" where they do not tell."""
    words = [word for node in ast.walk(tree) for word in _words(node)]
    old, new = sum(word in KERAS1 for word in words), sum(word in KERAS2 for word in words)
    return "" if old == new else "keras1" if old > new else "keras2"


def _words(node: ast.AST) -> tuple[str, ...]:
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Attribute):
        return (node.attr,)
    if isinstance(node, ast.keyword):
        return (node.arg or "",)
    return (node.name,) if isinstance(node, ast.alias) else ()


def uses_keras(tree: ast.Module) -> bool:
    """Whether the code imports Keras or reaches for it in TensorFlow."""
    return any(_is_keras(node) for node in ast.walk(tree))


def _is_keras(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any("keras" in alias.name.split(".") for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        named = {*(node.module or "").split("."), *(alias.name for alias in node.names)}
        return not node.level and "keras" in named
    return isinstance(node, ast.Attribute) and node.attr == "keras"
