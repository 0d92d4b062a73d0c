"""Watch the layers of a Learner's model while it learns."""

from bisect import bisect_right
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from convscope import figures
from convscope.instruments.choosing import Modules, chosen_layers
from convscope.instruments.recording import Recorder, What
from convscope.instruments.schedule import Schedule
from convscope.instruments.views import View, Which
from convscope.runs import (
    Activations,
    HistogramGrid,
    LayerHistory,
    Steps,
    TallyStore,
    lasting_store,
    quantities,
    read_activations,
)
from convscope.train import Callback, Training
from convscope.train import Recorder as Losses


class ActivationStats(View, Callback):
    """Record the outputs of layers at every training batch; `learn.activation_stats` has them.

    What is recorded stays: later fits append, and nothing between them (validate, predict, summary,
    lr_find) touches it. Pictures of the model in any state are drawn from the record alone.

    Args:
        with_hist: also a histogram of each output.
        modules: by default every layer with parameters; else a module, a name, a type, a function
            of (name, module), or several of these.
        every: record each so many steps; by default all.
        include_paramless: by default also layers without parameters, such as ReLU.
        records: instead of `every`, so many over the whole run, at least 2.
        with_valid: also record validation, added up to one record an epoch.
        channels: how often each channel fires, in each validation and in the training before it.
        gradients: also the gradients of the same outputs and of the weights.
        updates: also the weights, and how far each step moves them.
        norms: also what BatchNorm normalises with, in training and in validation; of layers with
            more than 42 channels not at every step.
        kernels: also the first convolution's kernels, an epoch apart.
        book: give the numbers of the chapter's own library: the share of x <= 0.05, histograms
            from 0 to 10 in 40 bins.
        path: a file to keep the records in; by default they go with this object.

    Example:
        >>> from torch import nn
        >>> from convscope.train import Learner, Splits
        >>> batch = (torch.eye(4).reshape(4, 1, 2, 2), torch.tensor([0, 1, 0, 1]))
        >>> net = nn.Sequential(nn.Conv2d(1, 2, 2), nn.Flatten())
        >>> learn = Learner(Splits([batch], [batch]), net, cbs=ActivationStats(), quiet=True)
        >>> learn.fit(3, 0.1)
        >>> learn.activation_stats.layer_stats(0).counts
        array([8, 8, 8])
    """

    order = -20

    def __init__(  # noqa: PLR0913 - a switch for everything that has a price
        self,
        *,
        with_hist: bool = True,
        modules: Modules = None,
        every: int | None = None,
        include_paramless: bool = False,
        records: int | None = None,
        with_valid: bool = False,
        channels: bool = True,
        gradients: bool = False,
        updates: bool = False,
        norms: bool = False,
        kernels: bool = False,
        book: bool = False,
        path: Path | str | None = None,
    ) -> None:
        self.modules, self.include_paramless = modules, include_paramless
        self.path = None if path is None else Path(path)
        self._what = What(
            with_hist=with_hist,
            with_valid=with_valid,
            channels=channels,
            gradients=gradients,
            updates=updates,
            norms=norms,
            kernels=kernels,
            book=book,
        )
        self._schedule = Schedule(every, records)
        self._memory = TallyStore(None) if path is None else None
        self._losses: Losses | None = None
        self._batches = 0

    @property
    def record(self) -> Activations:
        """Everything that was recorded so far."""
        if self._memory is not None:
            return self._memory.read()
        return read_activations(self.path or Path())

    @contextmanager
    def attached(self, training: Training) -> Generator[None]:
        """Hold hooks and store while the fit runs."""
        losses = getattr(training, "recorder", None)
        self._losses = losses if isinstance(losses, Losses) else None
        layers = chosen_layers(
            training.model, self.modules, include_paramless=self.include_paramless
        )
        store = self._memory or lasting_store(TallyStore, self.path or Path())
        if store.path is None:
            self._memory = store
        self._recorder = Recorder(store, self._what, self._schedule)
        self._recorder.expects = ""
        try:
            with self._recorder.attached(training.model, layers, training.opt):
                yield
        finally:
            store.close()

    def before_fit(self, training: Training) -> None:
        """Forget what a killed process recorded after the step that this fit begins with."""
        self._recorder.step = self._steps_done()
        self._recorder.store.drop_after(self._steps_done() - 1)

    def before_batch(self, training: Training) -> None:
        """Record the pass that follows."""
        self._recorder.step = self._steps_done()
        self._recorder.expects = "train"

    def after_pred(self, training: Training) -> None:
        """Leave later passes of this batch to whoever makes them."""
        self._recorder.expects = ""
        if self._recorder.step == self._steps_done():
            self._recorder.miss()

    def after_batch(self, training: Training) -> None:
        """Count the batch."""
        self._batches += 1

    def before_validate(self, training: Training) -> None:
        """Record the passes that follow as one set."""
        self._recorder.expects = "valid"

    def after_epoch(self, training: Training) -> None:
        """End the set, and put everything onto the disk."""
        self._recorder.expects = ""
        self._recorder.finish()

    def state(self, training: Training) -> Mapping[str, Any]:
        """Put everything onto the disk: whoever goes on from this checkpoint finds it there."""
        self._recorder.store.flush()
        return {}

    def layer_stats(self, idx: Which) -> LayerHistory:
        """Read mean, deviation, extremes and shares of a layer's outputs.

        Returns:
            A number for each recorded step; with `book`, mean, deviation and near-zero share are
            the chapter's.
        """
        history = super().layer_stats(idx)
        if not self._what.book:
            return history
        _, rows = self.record.vectors(history.name, quantities.BOOK)
        means, stds, shares = rows[:, :3].T
        return replace(history, means=means, stds=stds, near_zero_shares=shares)

    def hist(  # pyright: ignore[reportIncompatibleMethodOverride] - the chapter's is a tensor
        self,
        idx: Which,
        *,
        window: tuple[float, float] | None = None,
        symlog: bool = False,
        bins: int = 100,
        columns: int = 1000,
    ) -> HistogramGrid | Tensor:
        """Read a layer's histograms.

        Args:
            idx: which layer.
            window: values to show; by default all but a thousandth on each side.
            symlog: make the value axis symmetric-logarithmic; by default it then shows everything.
            bins: of the value axis.
            columns: at most so many.

        Returns:
            The histograms in that window, and how much lies outside; with `book`, whatever the
            other arguments are, log(1 + count) of shape (40, batches), for values from 0 to 10.
        """
        if not self._what.book:
            return super().hist(idx, window=window, symlog=symlog, bins=bins, columns=columns)
        _, rows = self.record.vectors(self.record.layer(idx), quantities.BOOK)
        return torch.from_numpy(rows[:, 3:].astype(np.float32)).t().log1p()

    def color_dim(
        self,
        idx: Which | None = None,
        figsize: tuple[float, float] = (10, 5),
        ax: figures.Axes | None = None,
        *,
        window: tuple[float, float] | None = None,
        symlog: bool = False,
    ) -> list[figures.Axes]:
        """Draw a layer's histograms as colours, a column a step; or those of all layers.

        Args:
            idx: which layer; None for all, on one page.
            figsize: in inches.
            ax: to draw one layer into.
            window: values to show; with `book` they are 0 to 10.
            symlog: make the value axis symmetric-logarithmic.

        Returns:
            The axes.
        """
        if not self._what.book or idx is None:
            return super().color_dim(idx, figsize, ax, window=window, symlog=symlog)
        counts = self.hist(idx)
        figure = None if ax is not None else figures.pyplot_figure(figsize)
        return figures.book_color_dim(np.asarray(counts), ax=ax, figure=figure).axes

    def _steps_done(self) -> int:
        return self._batches if self._losses is None else len(self._losses.raw_losses)

    def _course(self) -> Steps | None:
        losses = self._losses
        if losses is None:
            return None
        steps = list(range(len(losses.raw_losses)))
        epochs = [bisect_right(losses.epoch_ends, step) for step in steps]
        return Steps(steps, epochs, losses.raw_losses, losses.lrs, losses.moms)
