"""How many multiply-adds an operation takes: weights times the places at which they are used.

Only convolutions, linear layers and products of matrices (attention among them) are counted.
Biases, normalisation, activations, pooling, interpolation and sums count nothing; taps that lie on
padding count like others, as every implementation computes them.
"""

from math import prod

from convscope.probe.steps import Step


def nothing(step: Step) -> int:
    """Count an operation that multiplies by no weights."""
    del step
    return 0


def convolution(step: Step) -> int:
    """Count (channels in / groups) x kernel x results; transposed, the other way round."""
    places = step.shape("input") if step.argument("transposed") else step.result
    return prod(places) * prod(step.shape("weight")[1:])


def linear(step: Step) -> int:
    """Count the features that come in, for each that goes out."""
    return prod(step.result) * step.shape("weight")[-1]


def matmul(step: Step) -> int:
    """Count rows x columns x what is summed over."""
    return prod(step.result) * step.shape("self")[-1]


def addmm(step: Step) -> int:
    """Count rows x columns x what is summed over."""
    return prod(step.result) * step.shape("mat1")[-1]


def baddbmm(step: Step) -> int:
    """Count as `addmm`, for each matrix of a batch."""
    return prod(step.result) * step.shape("batch1")[-1]


def attention(step: Step) -> int:
    """Count queries x keys, twice: for their products, and for the weighed sum of values."""
    *rows, features = step.shape("query")
    keys = step.shape("key")[-2]
    return prod(rows) * keys * (features + step.shape("value")[-1])
