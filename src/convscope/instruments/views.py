"""What can be asked of a record, and how it is drawn."""

from abc import ABC, abstractmethod

from convscope import figures
from convscope.runs import Activations, HistogramGrid, LayerHistory, Steps

Which = int | str


class View(ABC):
    """Layers by place (from the end where negative) or by name, read from a record when asked."""

    @property
    @abstractmethod
    def record(self) -> Activations:
        """Everything that was recorded so far."""

    def _course(self) -> Steps | None:
        """Loss and rate of every step, where they are known."""
        return None

    @property
    def layers(self) -> list[str]:
        """Names of the recorded layers, in the order of the model."""
        return self.record.layers()

    def layer_stats(self, idx: Which) -> LayerHistory:
        """Read mean, deviation, extremes and shares of a layer's outputs.

        Returns:
            A number for each recorded step.
        """
        return self.record.history(idx)

    def hist(
        self,
        idx: Which,
        *,
        window: tuple[float, float] | None = None,
        symlog: bool = False,
        bins: int = 100,
        columns: int = 1000,
    ) -> HistogramGrid:
        """Read a layer's histograms.

        Args:
            idx: which layer.
            window: values to show; by default all but a thousandth on each side.
            symlog: make the value axis symmetric-logarithmic; by default it then shows everything.
            bins: of the value axis.
            columns: at most so many.

        Returns:
            The histograms in that window, and how much lies outside.
        """
        return self.record.grid(idx, window=window, symlog=symlog, bins=bins, columns=columns)

    def plot_layer_stats(self, idx: Which, *, with_schedule: bool = False) -> list[figures.Axes]:
        """Draw mean, deviation and shares of a layer against the step.

        Args:
            idx: which layer.
            with_schedule: with the learning rate under each panel.

        Returns:
            The axes.
        """
        course = self._course()
        with_schedule = with_schedule and course is not None
        figure = figures.pyplot_figure((12, 6) if with_schedule else (12, 4))
        return figures.layer_stats(
            self.layer_stats(idx), steps=course, with_schedule=with_schedule, figure=figure
        ).axes

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
            window: values to show.
            symlog: make the value axis symmetric-logarithmic.

        Returns:
            The axes.
        """
        which = self.layers if idx is None else [idx]
        grids = [self.hist(one, window=window, symlog=symlog) for one in which]
        course = self._course()
        if idx is None:
            page = figures.pyplot_figure((11, 3 + 1.5 * len(grids)))
            return figures.all_layers(grids, steps=course, figure=page).axes
        if ax is not None:
            return figures.color_dim(grids[0], steps=course, ax=ax).axes
        figure = figures.pyplot_figure(figsize)
        return figures.color_dim(grids[0], steps=course, figure=figure).axes

    def plot_channels(self, idx: Which | None = None) -> list[figures.Axes]:
        """Draw how often channels fire: shares of dead and sparse ones, or one layer's channels.

        Args:
            idx: which layer; None for all.

        Returns:
            The axes.
        """
        if idx is not None:
            figure = figures.pyplot_figure((8, 5))
            return figures.channel_map(self.record.channels(idx), figure=figure).axes
        seen = [self.record.channels(name) for name in self.record.channel_layers()]
        return figures.channels(seen, figure=figures.pyplot_figure()).axes

    def plot_norm(self, idx: Which) -> list[figures.Axes]:
        """Draw a BatchNorm layer's statistics, gamma and beta.

        Args:
            idx: its place among the BatchNorm layers, or its name.

        Returns:
            The axes.
        """
        figure = figures.pyplot_figure((12, 7))
        return figures.batch_norm(self.record.norm(idx), steps=self._course(), figure=figure).axes

    def plot_gradients(self) -> list[figures.Axes]:
        """Draw the gradient that reaches each layer, and how far steps move its weights.

        Returns:
            The axes.
        """
        course, figure = self._course(), figures.pyplot_figure()
        return figures.gradient_flow(self.record.gradients(), steps=course, figure=figure).axes

    def plot_kernels(self) -> list[figures.Axes]:
        """Draw the first convolution's kernels over the training.

        Returns:
            The axes.
        """
        return figures.kernel_history(self.record.kernels(), figure=figures.pyplot_figure()).axes
