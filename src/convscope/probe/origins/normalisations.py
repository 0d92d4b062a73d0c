"""Rules of layers that scale and shift, and of shares: the statistics are shown."""

from math import exp, log, prod, sqrt

import numpy as np

from convscope.probe.origins.answers import Answer, Rule
from convscope.probe.origins.replay import replayed
from convscope.probe.origins.scene import Asked
from convscope.probe.origins.steps import Floats

BATCH_NORMS = ("native_batch_norm", "cudnn_batch_norm", "miopen_batch_norm")


def batch_norm(asked: Asked) -> Answer | None:
    """Scale and shift by the channel's running statistics, or by the batch's own.

    Returns:
        One term: weight = gamma / deviation, bias = beta - mean * weight.
    """
    x, scene, channel = asked.ref("input"), asked.scene, asked.cell[1]
    mean, variance = (asked.ref(name) for name in ("running_mean", "running_var"))
    if asked.operation.arguments.get("training") is True or mean < 0:
        whole = scene.flat(x).reshape(scene.shape(x))[:, channel]
        return _standardised(asked, whole, channel, "all places of this channel in the batch")
    pair = float(scene.flat(mean)[channel]), float(scene.flat(variance)[channel])
    return _scaled(asked, pair, channel)


def group_norm(asked: Asked) -> Answer | None:
    """Standardise by mean and deviation of a group of channels of one picture.

    Returns:
        One term, with the statistics.
    """
    x, scene, channel = asked.ref("input"), asked.scene, asked.cell[1]
    size = scene.shape(x)[1] // asked.whole("group", 1, 1)[0]
    first = channel // size * size
    whole = scene.flat(x).reshape(scene.shape(x))[asked.cell[0], first : first + size]
    return _standardised(asked, whole, channel, f"channels {first} to {first + size - 1}")


def layer_norm(asked: Asked) -> Answer | None:
    """Standardise by mean and deviation over the last axes.

    Returns:
        One term, with the statistics.
    """
    x, scene = asked.ref("input"), asked.scene
    axes = asked.operation.arguments.get("normalized_shape")
    count = len(axes) if isinstance(axes, list | tuple) else 1
    lead, rest = asked.cell[:-count], asked.cell[-count:]
    whole = scene.flat(x).reshape(scene.shape(x))[lead]
    place = int(np.ravel_multi_index(rest, whole.shape))
    return _standardised(asked, whole, place, "the last axes")


def softmax(asked: Asked) -> Answer | None:
    """Give the share of this number's exponential among all of its axis.

    Returns:
        A function of the number, with the sum of exponentials.
    """
    x, number, largest, total = _exponentials(asked)
    part = asked.scene.part(x, np.array(asked.place(x)), np.ones(1))
    facts = {"largest": largest, "sum of exp(number - largest)": total}
    return Answer("function", (part,), computed=exp(number - largest) / total, facts=facts)


def log_softmax(asked: Asked) -> Answer | None:
    """Subtract the logarithm of the sum of all exponentials.

    Returns:
        One term with the weight 1.
    """
    x, _, largest, total = _exponentials(asked)
    part = asked.scene.part(x, np.array(asked.place(x)), np.ones(1))
    facts = {"largest": largest, "sum of exp(number - largest)": total}
    return Answer("scaled", (part,), -largest - log(total), facts=facts)


def gathered(asked: Asked) -> Answer | None:
    """Compute a statistic again from the numbers that it is of.

    Returns:
        A function of many numbers.
    """
    x, scene = asked.ref("self"), asked.scene
    if asked.refs() != [x]:
        return None
    axes = asked.operation.arguments.get("dim")
    count = len(scene.shape(x))
    several = axes if isinstance(axes, list | tuple) else [axes]
    chosen = {int(one) % count for one in several if isinstance(one, int)} or {*range(count)}
    cells = over_axes(asked, x, chosen)
    computed = float(replayed(scene.recording, asked.operation, {})[asked.slot][asked.cell])
    return Answer("function", (scene.part(x, cells, np.ones(cells.shape)),), computed=computed)


def over_axes(asked: Asked, value: int, axes: set[int]) -> np.ndarray:  # pyright: ignore[reportMissingTypeArgument,reportUnknownParameterType]
    """Find the numbers over which an output cell goes that has lost these axes, or kept them as 1.

    Returns:
        Places in `value`.
    """
    kept = len(asked.cell) == len(asked.scene.shape(value))
    left = iter(asked.cell)
    window = tuple(
        (slice(None), next(left) if kept else 0)[0] if axis in axes else next(left)
        for axis in range(len(asked.scene.shape(value)))
    )
    return asked.scene.grid(value)[window]


def _exponentials(asked: Asked) -> tuple[int, float, float, float]:
    x, scene = asked.ref("self"), asked.scene
    axis = int(asked.number("dim")) % max(1, len(asked.cell))
    cells = over_axes(asked, x, {axis})
    numbers = scene.flat(x)[cells.ravel()]
    largest = float(numbers.max())
    return x, asked.at(x), largest, float(np.exp(numbers - largest).sum())


def _standardised(asked: Asked, whole: Floats, place: int, of: str) -> Answer:
    pair = float(whole.mean()), float(whole.var())
    note = f"mean and deviation of {of}: {prod(whole.shape):,} numbers"
    return _scaled(asked, pair, place, note)


def _scaled(asked: Asked, moments: tuple[float, float], place: int, note: str = "") -> Answer:
    x, scene = asked.ref("input"), asked.scene
    mean, deviation = moments[0], sqrt(moments[1] + asked.number("eps"))
    gamma, beta = (
        float(scene.flat(value)[place]) if value >= 0 else default
        for value, default in ((asked.ref("weight"), 1.0), (asked.ref("bias"), 0.0))
    )
    weight = gamma / deviation
    part = scene.part(x, np.array(asked.place(x)), np.array([weight]))
    facts = {"mean": mean, "deviation": deviation, "gamma": gamma, "beta": beta}
    return Answer("scaled", (part,), beta - mean * weight, facts=facts, note=note)


NORMALISATIONS: dict[str, Rule] = {
    **dict.fromkeys(BATCH_NORMS, batch_norm),
    "native_group_norm": group_norm,
    "native_layer_norm": layer_norm,
    "_softmax": softmax,
    "_log_softmax": log_softmax,
    **dict.fromkeys(("var", "std", "linalg_vector_norm", "logsumexp", "norm"), gathered),
}
