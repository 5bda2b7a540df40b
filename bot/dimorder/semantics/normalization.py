"""Normalisation as it is computed at inference time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class BatchNorm:
    """Inference-time normalisation over one axis.

    statistic: the fourth array holds a "variance", or a "std".
    formula:   "sqrt(v+e)" divides by sqrt(variance + epsilon); "std+e" by (std + epsilon);
               "sqrt(v)+e" by (sqrt(variance) + epsilon) (Keras 1.0.7 on Theano). layout-facts 2a.
    theano:    Theano's formula where the Keras that wrote it computes otherwise on TensorFlow ("sqrt(v+e)" of a
               variance): 1.0.6 and 1.0.7; else "". What "std+e" divides by is stored as a std, other forms a variance.
    mode:      Keras 1's: 0 featurewise, 1 samplewise, 2 featurewise by batch statistics at test time.
    Arrays in this order: gamma (if scale), beta (if center), mean, statistic; each of length shape[axis].
    """

    axis: int
    epsilon: float
    scale: bool = True
    center: bool = True
    statistic: Literal["variance", "std", "unset"] = "variance"
    formula: Literal["sqrt(v+e)", "std+e", "sqrt(v)+e", "unset"] = "sqrt(v+e)"
    mode: int = 0
    theano: Literal["", "std+e", "sqrt(v)+e"] = ""


@dataclass(frozen=True, slots=True)
class ElementNorm:
    """Inference-time normalisation of every element of a sample by numbers of its own, in whatever shape.

    gamma * (x - mean) / (std + epsilon) + beta. Arrays in this order: gamma, beta, mean, statistic (a standard
    deviation); each has the sample's shape.
    Source: keras/layers/normalization.py at 0.2.0, 0.3.0 and 0.3.1; layout-facts 2a.
    """

    epsilon: float
