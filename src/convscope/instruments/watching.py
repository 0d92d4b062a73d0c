"""Watch a model in anybody's training loop."""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from torch import distributed, nn
from torch.optim import Optimizer

from convscope.errors import ConfigError, account
from convscope.instruments.choosing import Modules, chosen_layers
from convscope.instruments.recording import Recorder, What
from convscope.instruments.schedule import Schedule
from convscope.instruments.views import View
from convscope.runs import Activations, TallyStore, lasting_store, read_activations

_log = logging.getLogger("convscope")


class Watch(View):
    """What a watched model does; made by `watch`."""

    def __init__(self, store: TallyStore, recorder: Recorder) -> None:
        self._store, self._recorder = store, recorder

    @property
    def record(self) -> Activations:
        """Everything that was recorded so far; of several processes, their sum."""
        if self._store.path is None:
            return self._store.read()
        self._store.flush()
        return read_activations(self._store.path)

    @property
    def steps(self) -> int:
        """Steps that are done."""
        return self._recorder.step

    def step(self) -> None:
        """End a step, where `passes=None` leaves that to you."""
        self._recorder.end_step()


@contextmanager
def watch(  # noqa: PLR0913 - a switch for everything that has a price
    model: nn.Module,
    *,
    with_hist: bool = True,
    modules: Modules = None,
    every: int | None = None,
    include_paramless: bool = False,
    records: int | None = None,
    passes: int | None = 1,
    first_step: int = 0,
    optimizer: Optimizer | None = None,
    with_valid: bool = False,
    channels: bool = True,
    gradients: bool = False,
    updates: bool = False,
    norms: bool = False,
    kernels: bool = False,
    path: Path | str | None = None,
) -> Generator[Watch]:
    """Record the outputs of a model's layers while the block runs, in any training loop.

    A forward pass of the whole model in training mode, with gradients, is one step. Passes in eval
    mode between two steps are one set. Nothing of the model is changed, and no copy of it is
    watched. One thread at a time may call it.

    Args:
        model: as it is called: if it is compiled or parallelised, what came of that.
        with_hist: also a histogram of each output.
        modules: by default every layer with parameters; else a module, a name, a type, a function
            of (name, module), or several of these.
        every: record each so many steps; by default all.
        include_paramless: by default also layers without parameters, such as ReLU.
        records: instead of `every`, so many over the whole run, at least 2.
        passes: how many passes are one step, such as the batches of an accumulated gradient, which
            are then added up. None: `record.step()` ends a step.
        first_step: number of the first step, 0 or more: a run that goes on.
        optimizer: whose steps are watched, for the weights' part of `gradients` and for `updates`.
        with_valid: also record each set in eval mode, as one.
        channels: how often each channel fires, in each such set and in the steps before it.
        gradients: also the gradients of the same outputs and of the weights.
        updates: also the weights, and how far each step moves them.
        norms: also what BatchNorm normalises with, in training and in eval mode; of layers with
            more than 42 channels not at every step.
        kernels: also the first convolution's kernels, at the start and after each set.
        path: a file or a folder to keep the records in; in a process of rank r > 0 the file is
            `NAME.rank{r}.sqlite`. By default they go with the record.

    Yields:
        The record; it can be read in the block and after it.

    Raises:
        ConfigError: nothing can be watched, or at no step.

    Example:
        >>> import torch
        >>> model = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
        >>> with watch(model) as record:
        ...     for _ in range(5):
        ...         model(torch.ones(4, 2)).sum().backward()
        >>> record.layer_stats(-1).counts
        array([12, 12, 12, 12, 12])
    """
    layers = chosen_layers(model, modules, include_paramless=include_paramless)
    what = What(
        with_hist=with_hist,
        with_valid=with_valid,
        channels=channels,
        gradients=gradients,
        updates=updates,
        norms=norms,
        kernels=kernels,
    )
    schedule = Schedule(every, records)
    if first_step < 0 or (passes is not None and passes < 1):
        raise ConfigError(_no_steps(passes, first_step))
    if updates and optimizer is None:
        raise ConfigError(_NO_OPTIMIZER)
    kept = TallyStore(None) if path is None else lasting_store(TallyStore, _own_file(Path(path)))
    with kept as store:
        store.drop_after(first_step - 1)
        recorder = Recorder(store, what, schedule, passes=passes)
        recorder.step = first_step
        with recorder.attached(model, layers, optimizer):
            yield Watch(store, recorder)
        if not recorder.has_seen_a_pass:
            _log.warning(
                "nothing was recorded: the watched %s itself was never called; give watch() the"
                " module that your loop calls, before it is compiled or called for the first time",
                type(model).__name__,
            )


_NO_OPTIMIZER = account(
    "updates of the weights cannot be seen without their optimizer",
    facts={"updates": True, "optimizer": None},
    because="they are what its step adds",
    fix="watch(model, updates=True, optimizer=optimizer)",
)


def _no_steps(passes: int | None, first_step: int) -> str:
    return account(
        "this says nothing about where a step ends",
        facts={"passes": passes, "first_step": first_step},
        because="a step is so many passes (1 or more), and the first one is 0 or later",
        fix="passes=1; or passes=None, and record.step() where a step ends",
    )


def _own_file(path: Path) -> Path:
    """Each process of a distributed training writes a file of its own; they are read together."""
    path = path / "activations.sqlite" if path.is_dir() else path
    rank = distributed.get_rank() if _is_distributed() else 0
    return path.with_name(f"{path.stem}.rank{rank}{path.suffix}") if rank else path


def _is_distributed() -> bool:
    return distributed.is_available() and distributed.is_initialized()
