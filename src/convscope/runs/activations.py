"""Read what was seen inside: layers, their histories, their histograms."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from convscope.errors import ConfigError, account, nearest
from convscope.runs.adding import added
from convscope.runs.grids import grid_of
from convscope.runs.inside import ChannelHistory, GradientHistory, KernelHistory, NormHistory
from convscope.runs.layers import HistogramGrid, LayerHistory, norms_of
from convscope.runs.quantities import (
    FIRED_IN_EVAL,
    FIRED_IN_TRAINING,
    KERNEL,
    NORM,
    OUTPUT,
    SWITCHES,
    UPDATE,
    VALID_OUTPUT,
    WATCHED,
    WEIGHT,
    WEIGHT_GRADIENT,
)
from convscope.runs.sources import STEP, Sources, sources_beside

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

_NUMBERS = "amount, nans, infs, near, zeros, blocked, mean, m2, low, high"


class Activations:
    """What was recorded of every layer; of several processes, their sum.

    Args:
        sources: where it is kept.
    """

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def layers(self, quantity: str = OUTPUT) -> list[str]:
        """Name the layers in the order of the model.

        Args:
            quantity: `output`, or another that was asked for.

        Returns:
            Paths in the model; a second call in one pass is `path#2`.
        """
        query = "select layer from series where quantity = ? order by position, layer"
        return list(dict.fromkeys(row[0] for row in self._sources.rows(query, quantity)))

    def layer(self, which: int | str, quantity: str = OUTPUT) -> str:
        """Find a layer.

        Args:
            which: its place in `layers`, from the end where negative, or its name.
            quantity: what of it.

        Returns:
            Its name.

        Raises:
            ConfigError: there is none; what there is is told.
        """
        names = self.layers(quantity)
        if isinstance(which, str) and which in names:
            return which
        if not isinstance(which, str) and -len(names) <= which < len(names):
            return names[which]
        others = self.layers(VALID_OUTPUT) if quantity == OUTPUT and not names else []
        raise ConfigError(_no_layer(which, names, quantity, self.layers(WATCHED), others))

    def history(self, which: int | str, quantity: str = OUTPUT) -> LayerHistory:
        """Read one layer's numbers at every recorded step.

        Args:
            which: as for `layer`.
            quantity: `output`, or `valid output`, `output gradient`; of weights, which are called
                `LAYER.weight` and such, `weight`, `weight gradient`, `update`.

        Returns:
            The history. Mean and deviation are of the finite values, NaN where there is none.

        Raises:
            ConfigError: there is no such layer.
        """
        name = self.layer(which, quantity)
        rows = self._sources.rows_of(name, quantity, f"select {STEP}, {_NUMBERS} from tallies")
        columns = added(np.array(rows, np.float64).reshape(-1, 11).T)
        steps, amount, nans, infs, near, zeros, blocked, mean, m2, low, high = columns
        finite, whole = amount - nans - infs, np.maximum(amount, 1)
        stds = np.sqrt(m2 / np.maximum(finite - 1, 1))
        query = "select kind from series where layer = ? and quantity = ?"
        return LayerHistory(
            name=name,
            kind=str(self._sources.rows(query, name, quantity)[0][0]),
            steps=steps.astype(np.int64),
            means=np.where(finite > 0, mean, np.nan),
            stds=np.where(finite > 1, stds, np.nan),
            minima=np.where(finite > 0, low, np.nan),
            maxima=np.where(finite > 0, high, np.nan),
            near_zero_shares=near / whole,
            zero_shares=zeros / whole,
            blocked_shares=blocked / whole,
            counts=amount.astype(np.int64),
            nan_counts=nans.astype(np.int64),
            inf_counts=infs.astype(np.int64),
        )

    def grid(
        self,
        which: int | str,
        *,
        window: tuple[float, float] | None = None,
        symlog: bool = False,
        bins: int = 100,
        columns: int = 1000,
        quantity: str = OUTPUT,
    ) -> HistogramGrid:
        """Lay one layer's histograms side by side.

        Args:
            which: as for `layer`.
            window: lowest and highest value to show; by default all but a thousandth of the values
                on each side, or all of them on a symmetric-logarithmic axis.
            symlog: make the value axis symmetric-logarithmic.
            bins: of the value axis, at least 1.
            columns: at most so many; steps are added up where there are more.
            quantity: what of the layer.

        Returns:
            The grid; what falls outside the window is told with it.

        Raises:
            ConfigError: there is no such layer, or no histogram was kept.
        """
        history = self.history(which, quantity)
        return grid_of(self._sources, history, quantity, window, bins, columns, is_symlog=symlog)

    def channel_layers(
        self, *, activated: bool = False, in_training: bool | None = None
    ) -> list[str]:
        """Name the layers of which it is known how often their channels fired.

        Args:
            activated: as for `channels`.
            in_training: as for `channels`.

        Returns:
            As `layers` does.
        """
        return self.layers(self._fired(is_activated=activated, in_training=in_training))

    def channels(
        self, which: int | str, *, activated: bool = False, in_training: bool | None = None
    ) -> ChannelHistory:
        """Read how often each channel fired, an epoch at a time.

        Args:
            which: as for `layer`.
            activated: of the activation that follows the layer, not of the layer's own output.
            in_training: over the recorded steps between two such sets, not in the sets; None for
                the sets where there are any, and for the steps where there is none.

        Returns:
            The shares, a row for each set or each stretch of steps.
        """
        quantity = self._fired(is_activated=activated, in_training=in_training)
        name = self.layer(which, quantity)
        added: dict[int, Floats] = {}
        for step, numbers in self._arrays(name, quantity):
            added[step] = added.get(step, 0) + numbers
        numbers = np.array([added[step] for step in sorted(added)])
        shares = numbers[:, :2] / numbers[:, 2:]
        epochs = np.arange(len(shares))
        return ChannelHistory(name, activated, epochs, shares[:, 0], shares[:, 1])

    def norm(self, which: int | str) -> NormHistory:
        """Read what a BatchNorm layer normalised with.

        Args:
            which: its place among the BatchNorm layers, or its name.

        Returns:
            Its statistics, gamma and beta.
        """
        steps, rows = self.vectors(which, NORM)
        return NormHistory(self.layer(which, NORM), steps, *np.moveaxis(rows, 1, 0))

    def kernels(self) -> KernelHistory:
        """Read the first convolution's kernels.

        Returns:
            The kernels at the first step and after each epoch.
        """
        return KernelHistory(self.layer(0, KERNEL), *self.vectors(0, KERNEL))

    def gradients(self) -> GradientHistory:
        """Read how much reached the weights of each layer, and how far each step moved them.

        Returns:
            Norms of the gradients, and update over weight where that was recorded; of biases only
            where there is nothing else.
        """
        every = self.layers(WEIGHT_GRADIENT)
        if not every:
            self.layer(0, WEIGHT_GRADIENT)  # says what is missing
        names = [name for name in every if "bias" not in name.rpartition(".")[2]] or every
        found = [self.history(name, WEIGHT_GRADIENT) for name in names]
        steps = np.unique(np.concatenate([history.steps for history in found]))
        layers = tuple(name.removesuffix(".weight") for name in names)
        norms = np.array([_at(steps, history) for history in found])
        moved = np.array([self._norms(steps, name, UPDATE) for name in names])
        weights = np.array([self._norms(steps, name, WEIGHT) for name in names])
        with np.errstate(divide="ignore", invalid="ignore"):
            return GradientHistory(layers, steps, norms, moved / weights)

    def vectors(self, which: int | str, quantity: str) -> tuple[Counts, Floats]:
        """Read the arrays that were kept of one layer.

        Args:
            which: as for `layer`.
            quantity: what of it.

        Returns:
            Steps of shape (n,), and the arrays, of shape (n, ...); of several processes, the first.
        """
        first = dict(reversed(self._arrays(self.layer(which, quantity), quantity)))
        steps = sorted(first)
        return np.array(steps, np.int64), np.array([first[step] for step in steps], np.float64)

    def _arrays(self, name: str, quantity: str) -> list[tuple[int, Floats]]:
        """Read arrays with their steps, process by process."""
        rows = self._sources.rows_of(name, quantity, f"select {STEP}, shape, floats from vectors")
        return [
            (
                step,
                np.frombuffer(content, np.float32)
                .reshape([*map(int, shape.split())])
                .astype(np.float64),
            )
            for step, shape, content in rows
        ]

    def _fired(self, *, is_activated: bool, in_training: bool | None) -> str:
        if in_training is None:
            in_training = not self.layers(FIRED_IN_EVAL[is_activated])
        return (FIRED_IN_TRAINING if in_training else FIRED_IN_EVAL)[is_activated]

    def _norms(self, steps: Counts, name: str, quantity: str) -> Floats:
        if name not in self.layers(quantity):
            return np.full(len(steps), np.nan)
        return _at(steps, self.history(name, quantity))


def read_activations(path: Path) -> Activations:
    """Open the record of a run, also while the run goes on.

    Args:
        path: `activations.sqlite`; the records of other processes of the same training, beside it
            as `activations.rank1.sqlite` and so on, are added up with it.

    Returns:
        What is kept there; it is read when it is asked for.
    """
    return Activations(sources_beside(path))


def _at(steps: Counts, history: LayerHistory) -> Floats:
    result = np.full(len(steps), np.nan)
    result[np.searchsorted(steps, history.steps)] = norms_of(history)
    return result


def _no_layer(
    which: int | str, names: list[str], quantity: str, watched: list[str], in_eval: list[str]
) -> str:
    known = {name.split("#", maxsplit=1)[0].split("[", maxsplit=1)[0] for name in names}
    if in_eval:
        because = "no pass was in training mode and with gradients, which is what a step is"
        fix = f"of the passes in eval mode: record.record.history({in_eval[-1]!r}, 'valid output')"
    elif which in watched and which not in known:
        because = "it is watched, but no recorded pass called it and got a tensor"
        fix = "is it used in forward()?"
    elif not names:
        because = f"nothing was recorded of this: {quantity}"
        switch = f" with {SWITCHES[quantity]}=True" if quantity in SWITCHES else ""
        fix = f"train first, watched by ActivationStats or watch{switch}"
    elif isinstance(which, str):
        because, fix = "no recorded layer has this name", nearest(which, names)
    else:
        because = f"{len(names)} were recorded: 0 to {len(names) - 1}, or -{len(names)} to -1"
        fix = f"{names[-1 if which > 0 else 0]!r} is the nearest; an index in that range, or a name"
    facts = {"layer": which, "recorded": ", ".join(names) or "none"}
    return account(f"there is no layer {which!r} to look at", facts=facts, because=because, fix=fix)
