"""Follow the passes of a model and put what was counted into a store."""

import logging
import os
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.compiler import is_exporting
from torch.jit._trace import is_tracing  # torch.jit has it, unexported
from torch.optim import Optimizer

from convscope.instruments.arrays import Arrays
from convscope.instruments.channels import ACTIVATIONS, Before, Channels
from convscope.instruments.choosing import bare
from convscope.instruments.counting import count_firing, countable
from convscope.instruments.firing import Firing
from convscope.instruments.pending import Pending, Place
from convscope.instruments.schedule import Schedule
from convscope.instruments.sparing import Sparing
from convscope.instruments.weights import Weights
from convscope.probe import tensors_at, watch_gradient, watching_calls, watching_steps
from convscope.runs import TallyStore, quantities

Mode = Literal["train", "valid", "both", ""]

_UNDER_WAY = "under way"  # of a pass; only whole ones belong to a step

_log = logging.getLogger("convscope")


@dataclass(frozen=True, slots=True, kw_only=True)
class What:
    """What to look at; every switch has a price of its own.

    Attributes:
        with_hist: histograms.
        with_valid: also passes in eval mode, added up to one record for each set.
        channels: how often each channel fires, in those passes and in the steps before them.
        gradients: of the same outputs, and of the weights where an optimiser is known.
        updates: the weights, and what each step of the optimiser adds to them.
        norms: batch and running statistics, gamma and beta of BatchNorm.
        kernels: of the first convolution, at the start and after each set in eval mode.
        book: also fastai's own numbers.
    """

    with_hist: bool = True
    with_valid: bool = False
    channels: bool = True
    gradients: bool = False
    updates: bool = False
    norms: bool = False
    kernels: bool = False
    book: bool = False


class Recorder:
    """Watch a model while `attached`.

    A forward pass of the whole model in training mode, with gradients, belongs to a step; one in
    eval mode belongs to a set, which ends where training goes on.

    Args:
        store: gets the records.
        what: to look at.
        schedule: when.
        passes: training passes that make one step; None where `end_step` is called instead.

    Attributes:
        step: the one under way, counted from 0.
        expects: passes in which mode are counted; others are somebody else's.
        has_seen_a_pass: the model was called while it was watched.
    """

    def __init__(
        self, store: TallyStore, what: What, schedule: Schedule, *, passes: int | None = 1
    ) -> None:
        self.store, self.what, self.schedule, self.passes = store, what, schedule, passes
        self.step, self.expects = 0, "both"
        self._pending = Pending(store, with_hist=what.with_hist)
        self._channels, self._arrays = Channels(), Arrays(store, schedule)
        self._process = os.getpid()
        self._mode: Mode = ""
        self._passes = 0
        self._is_training_pass = False
        self._weights_step = self._gradient_step = 0
        self._calls: dict[str, int] = {}
        self._before: Before | None = None
        self._warned = self._is_attached = False
        self._spare = Sparing().of
        self._gradient_seen = self._spare(self._see_gradient)
        self.has_seen_a_pass = False

    @contextmanager
    def attached(
        self, model: nn.Module, layers: Mapping[str, nn.Module], optimizer: Optimizer | None = None
    ) -> Generator[None]:
        """Hang hooks on a model, and take them off however the block ends.

        Args:
            model: whose passes are followed.
            layers: of it, to watch.
            optimizer: whose steps are followed, for weights.
        """
        self._model, self._layers = model, layers
        self._positions = {name: index << 20 for index, name in enumerate(layers)}
        for name, layer in layers.items():
            kind = type(layer).__name__
            self.store.series(name, kind, quantities.WATCHED, self._positions[name])
        followed = {**layers, **self._activations()}
        with ExitStack() as held:
            held.enter_context(
                watching_calls(
                    model, followed, *map(self._spare, (self._called, self._began, self._ended))
                )
            )
            if optimizer is not None and (self.what.gradients or self.what.updates):
                held.enter_context(self._following(optimizer))
            self._is_attached = True
            try:
                yield
            finally:
                self._mode, self._is_attached = "", False
                self.finish()

    def finish(self) -> None:
        """Put everything that is complete into the store, and onto the disk."""
        self.end_set()
        self.end_stretch()
        self._pending.take(quantities.OUTPUT_GRADIENT, self._gradient_step)
        self.store.flush()

    def end_set(self) -> None:
        """Record what the passes in eval mode add up to; the next one begins another set."""
        step = max(0, self.step - 1)
        counted = self._pending.take(quantities.VALID_OUTPUT, step)
        if self._channels.record(self.store, step, *quantities.FIRED_IN_EVAL) or counted:
            self._keep_kernels(step)

    def end_stretch(self) -> None:
        """Record how often channels fired in the training that ends here, or pauses for a set."""
        self._channels.record(self.store, max(0, self.step - 1), *quantities.FIRED_IN_TRAINING)

    def end_step(self) -> None:
        """Record the step under way and go on to the next."""
        if self.schedule.includes(self.step) and self._passes:
            if not self._pending.take(quantities.OUTPUT, self.step):
                self.miss()
            self._warned = True
        self.step, self._passes = self.step + 1, 0

    def miss(self) -> None:
        """Say that a step recorded nothing, if it is the first one."""
        if not self._warned:
            self._warned = True
            _log.warning(*_nothing(self._layers))

    def _began(self) -> None:
        self.has_seen_a_pass = True
        self._calls.clear()
        self._before = None
        mode = "train" if self._model.training else "valid"
        wanted = self.expects in {"both", mode} and os.getpid() == self._process
        wanted = wanted and not (is_tracing() or is_exporting())  # this would be traced, too
        self._mode = mode if wanted else ""
        self._is_training_pass = self._mode == "train" and torch.is_grad_enabled()
        if self._is_training_pass:
            self._begin_training_pass()
        elif self._mode == "valid":
            self.end_stretch()
        if self._mode == "train" and not (
            self._is_training_pass and self.schedule.includes(self.step)
        ):
            self._mode = ""

    def _begin_training_pass(self) -> None:
        self.end_set()
        self._weights_step = self.step
        self._pending.drop(_UNDER_WAY)  # a pass that failed has left it
        if self._passes == 0:
            self._thin()

    def _ended(self) -> None:
        self._mode = ""
        if self._is_training_pass:
            self._pending.move(_UNDER_WAY, quantities.OUTPUT)
            if self.step == self._passes == 0:  # lazy layers have their weights only now
                self._keep_kernels(0)
            self._passes += 1
            if self._passes == self.passes:
                self.end_step()

    def _called(self, name: str, layer: nn.Module, inputs: Any, output: Any) -> None:  # noqa: ANN401 - whatever the layer takes and gives
        start = self._positions.get(name)
        if not self._mode:
            return
        times = self._calls[name] = self._calls.get(name, 0) + 1
        call = name if times == 1 else f"{name}#{times}"
        for index, (where, tensor) in enumerate(tensors_at(output)):
            if countable(tensor):
                position = (start or 0) + (times << 10) + index
                place = Place(call + where, type(layer).__name__, position)
                self._see(place, layer, inputs, tensor, is_watched=start is not None)

    def _see(
        self, place: Place, layer: nn.Module, inputs: object, tensor: Tensor, *, is_watched: bool
    ) -> None:
        is_eval = self._mode == "valid"
        own, after = quantities.FIRED_IN_EVAL if is_eval else quantities.FIRED_IN_TRAINING
        before, is_activation = self._before, isinstance(layer, ACTIVATIONS)
        if is_watched:
            firing = self._channels.of(own, place, tensor) if self.what.channels else None
            self._count(place, tensor, firing)
            if not is_eval:
                self._see_on_request(place, layer, inputs, tensor)
            if not is_activation:
                self._before = Before.of(place, firing, tensor)
        if self.what.channels and before and is_activation:
            self._channels.add_behind(after, before, layer, inputs, tensor)
            self._before = None  # another activation behind this one is not the layer's

    def _count(self, place: Place, tensor: Tensor, firing: Firing | None) -> None:
        if self._mode == "train":
            self._pending.add(_UNDER_WAY, place, tensor, firing)
        elif self.what.with_valid:
            self._pending.add(quantities.VALID_OUTPUT, place, tensor, firing)
        elif firing is not None:
            count_firing(tensor, firing)

    def _see_on_request(
        self, place: Place, layer: nn.Module, inputs: object, tensor: Tensor
    ) -> None:
        if self.what.gradients and tensor.requires_grad:
            watch_gradient(tensor, partial(self._gradient_seen, place, self.step))
        if self.what.norms:
            self._arrays.keep_norm(place, self.step, layer, inputs)
        if self.what.book:
            self._arrays.keep_book(place, self.step, tensor)

    def _see_gradient(self, place: Place, step: int, gradient: Tensor) -> None:
        if not self._is_attached or os.getpid() != self._process:
            return
        if step != self._gradient_step:
            self._pending.take(quantities.OUTPUT_GRADIENT, self._gradient_step)
            self._gradient_step = step
        self._pending.add(quantities.OUTPUT_GRADIENT, place, gradient)

    def _activations(self) -> dict[str, nn.Module]:
        """Activations that are not watched themselves: channels after them are told apart."""
        if not self.what.channels:
            return {}
        watched = set(self._layers.values())
        return {
            name: module
            for name, module in bare(self._model).named_modules()
            if isinstance(module, ACTIVATIONS) and module not in watched
        }

    def _following(self, optimizer: Optimizer) -> Any:  # noqa: ANN401 - a context manager
        def step() -> int | None:
            counts = os.getpid() == self._process and self.schedule.includes(self._weights_step)
            return self._weights_step if counts else None

        what = self.what
        weights = Weights(
            self._pending, self._layers, step, gradients=what.gradients, updates=what.updates
        )
        return watching_steps(optimizer, self._spare(weights.before), self._spare(weights.after))

    def _keep_kernels(self, step: int) -> None:
        if self.what.kernels:
            self._arrays.keep_kernels(self._layers, self._positions, step)

    def _thin(self) -> None:
        """Drop every second record where a run has become long."""
        stride = self.schedule.stride(self.step)
        if self.schedule.records is not None and stride > self.schedule.stride(self.step - 1):
            self.store.thin(stride)


def _nothing(layers: Mapping[str, nn.Module]) -> tuple[str, int]:
    return (
        "nothing was recorded at the first step: none of the %d watched layers was called with a"
        " tensor. Under torch.compile, hooks that come after the first compiled call never fire:"
        " begin to watch before it, or compile again. Else: are they part of this model's pass?",
        len(layers),
    )
