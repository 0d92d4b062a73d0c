"""A layer in a few numbers: how it began, how it ended, where it was worst; and its channels."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest
from math import nan

import numpy as np
from numpy.typing import NDArray

from convscope.runs.inside import ChannelHistory
from convscope.runs.layers import LayerHistory

Floats = NDArray[np.float64]

SPARSE_SHARE = 0.01  # of the places: a channel that fires at fewer is sparse


@dataclass(frozen=True, slots=True)
class Course:
    """One quantity over a training; NaN where it never was a number.

    Attributes:
        first: at the first recorded step.
        last: at the last.
        worst: where it was farthest from what is healthy.
        worst_step: the step of that.
    """

    first: float
    last: float
    worst: float
    worst_step: int


@dataclass(frozen=True, slots=True)
class LayerLook:
    """One layer over a training.

    Attributes:
        name: the layer's path in the model.
        kind: its type.
        steps: how many steps were recorded.
        mean: of its outputs; the farther from 0, the worse.
        std: their standard deviation; the farther from 1, by factors, the worse.
        near_zero_share: share with |x| <= 0.05; the more, the worse.
        blocked_share: share with x <= 0; the more, the worse.
        broken_steps: steps with NaN or infinite outputs.
        channels: how many it has; None where they were not watched.
        dead_channels: how many of them did not fire once in the last epoch; None likewise.
        sparse_channels: how many more fired at less than a hundredth of the places; None likewise.
    """

    name: str
    kind: str
    steps: int
    mean: Course
    std: Course
    near_zero_share: Course
    blocked_share: Course
    broken_steps: int
    channels: int | None = None
    dead_channels: int | None = None
    sparse_channels: int | None = None


@dataclass(frozen=True, slots=True)
class ChannelLook:
    """How often one channel of a layer fired in the last epoch; NaN where it was not watched.

    Attributes:
        channel: its number.
        fired_share: share of the places of all pictures where the layer's own output is above 0.
        picture_share: share of the pictures with such a place.
        activated_fired_share: the same behind the activation that follows.
        activated_picture_share: likewise.
    """

    channel: int
    fired_share: float
    picture_share: float
    activated_fired_share: float
    activated_picture_share: float


def layer_look(history: LayerHistory, fired: ChannelHistory | None = None) -> LayerLook:
    """Sum up what was recorded of a layer.

    Args:
        history: of the layer.
        fired: how often its channels fired, if that was recorded.

    Returns:
        The few numbers.

    Example:
        >>> line, count = np.array([1.0, 4.0, 0.5]), np.array([8, 8, 8])
        >>> none = np.zeros(3, int)
        >>> seen = LayerHistory("0", "Conv2d", np.arange(3), *[line] * 7, count, none, none)
        >>> layer_look(seen).std
        Course(first=1.0, last=0.5, worst=4.0, worst_step=1)
    """
    shares = None if fired is None else fired.fired_shares[-1]
    return LayerLook(
        name=history.name,
        kind=history.kind,
        steps=len(history),
        mean=_course(history, history.means, np.abs),
        std=_course(history, history.stds, _factor),
        near_zero_share=_course(history, history.near_zero_shares, np.asarray),
        blocked_share=_course(history, history.blocked_shares, np.asarray),
        broken_steps=int(np.count_nonzero(history.nan_counts + history.inf_counts)),
        channels=None if shares is None else len(shares),
        dead_channels=None if shares is None else int(np.count_nonzero(shares == 0)),
        sparse_channels=None if shares is None else _sparse(shares),
    )


def channel_looks(own: ChannelHistory | None, behind: ChannelHistory | None) -> list[ChannelLook]:
    """Say how often each channel of a layer fired in the last epoch.

    Args:
        own: of the layer's own output, if that was recorded.
        behind: of the activation that follows, likewise.

    Returns:
        The channels in order; none where nothing was recorded.

    Example:
        >>> shares = np.array([[0.5, 0.0]])
        >>> seen = ChannelHistory("0", False, np.arange(1), shares / 2, shares)
        >>> [(one.fired_share, one.picture_share) for one in channel_looks(seen, None)]
        [(0.25, 0.5), (0.0, 0.0)]
    """
    columns = [
        shares[-1].tolist()
        for one in (own, behind)
        for shares in ((one.fired_shares, one.picture_shares) if one else (np.empty((1, 0)),) * 2)
    ]
    rows = zip_longest(*columns, fillvalue=nan)  # a gated activation gives half as many channels
    return [ChannelLook(channel, *row) for channel, row in enumerate(rows)]


def _sparse(shares: Floats) -> int:
    return int(np.count_nonzero((shares > 0) & (shares < SPARSE_SHARE)))


def _course(history: LayerHistory, values: Floats, badness: Callable[[Floats], Floats]) -> Course:
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        return Course(nan, nan, nan, int(history.steps[0]) if len(history) else 0)
    worst = known[np.argmax(badness(values[known]))]
    first, last = float(values[0]), float(values[-1])
    return Course(first, last, float(values[worst]), int(history.steps[worst]))


def _factor(stds: Floats) -> Floats:
    """Say how many times too large or too small deviations are, as logarithms."""
    return np.abs(np.log(np.maximum(stds, 1e-45)))
