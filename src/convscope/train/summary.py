"""What a Learner is about to train, as the chapter's table."""

from collections.abc import Sequence
from dataclasses import dataclass

from convscope.errors import ConfigError, account
from convscope.probe import Anatomy, anatomy
from convscope.tables import anatomy_html, anatomy_text
from convscope.train.fitting import Fitter
from convscope.words import label

_COLUMNS = ("layer", "output", "parameters", "trainable")


@dataclass(frozen=True, slots=True)
class Summary:
    """A network with its objective; its text is the chapter's table.

    Attributes:
        anatomy: all that is known of the network.
        columns: of the table.
        more: names and values under it: optimiser, loss function, callbacks.
    """

    anatomy: Anatomy
    columns: tuple[str, ...]
    more: dict[str, object]

    def __str__(self) -> str:
        return anatomy_text(self.anatomy, self.columns, more=self.more, each=True)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return anatomy_html(self.anatomy, self.columns, more=self.more, each=True)


def summarised(learner: Fitter, more_columns: Sequence[str]) -> Summary:
    """Take a Learner's network apart on the first validation batch.

    Args:
        learner: its model comes back as it was, its records too.
        more_columns: beside the chapter's: "multiply_adds", "field" and others of `anatomy_text`.

    Returns:
        The table, and all that is behind it.

    Raises:
        ConfigError: there is no batch.
    """
    batch = next(iter(learner.dls.valid), None)
    if batch is None:
        raise ConfigError(
            account(
                "there is no batch to summarise the network with",
                facts={"network": type(learner.model).__name__, "validation batches": 0},
                because="shapes are known only where pictures went through the network",
                fix="convscope.probe.anatomy(learn.model, (1, 28, 28)), with the pictures' size",
            )
        )
    found = anatomy(learner.model, batch[0].to(learner.device))
    more: dict[str, object] = {
        label("anatomy_optimiser"): _named(learner.opt_func),
        label("anatomy_loss"): _named(learner.loss_func),
        label("anatomy_callbacks"): [type(one).__name__ for one in learner.cbs],
    }
    return Summary(found, (*_COLUMNS, *more_columns), more)


def _named(one: object) -> str:
    return getattr(one, "__name__", type(one).__name__)
