"""Run a model once and write down every operation that is executed."""

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager

import torch
from torch import Tensor, nn
from torch._ops import OpOverload
from torch.jit import ScriptModule

from convscope.errors import ConfigError, ConvscopeError, ShapeError, account
from convscope.probe.hooks import surrounding, tensors_in
from convscope.probe.inputs import Given, arguments_of, refuse_unfinished
from convscope.probe.keeping import Kept, borrowed
from convscope.probe.ledger import Ledger
from convscope.probe.nets import LowerNet, UpperNet
from convscope.probe.overwriting import Place, patched
from convscope.probe.record import ModuleCall, Operation, Recording, Ref, Value
from convscope.probe.schemas import Form, form_of


def record(model: nn.Module, given: Given, *, keep_values: bool = False) -> Recording:
    """Run a model once, in eval mode and without gradients, and write down what it executes.

    The model comes back as it was, however the pass ends: weights, buffers, modes, hooks,
    attributes, and the dice of Python, NumPy and PyTorch.

    Args:
        model: any module whose weights have shapes and numbers.
        given: a tensor, a tuple of arguments, a dictionary of keyword arguments, or a shape (see
            `convscope.probe.inputs.arguments_of`).
        keep_values: keep a copy of every value's numbers, in `Value.data`.

    Returns:
        Operations, values and module calls, in the order of execution.

    Raises:
        ConvscopeError: no input was given, the model is lazy or on the meta device, or it failed on
            this input; then the message names the layer and its shapes.

    Example:
        >>> net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU())
        >>> found = record(net, (1, 8, 8))
        >>> [(one.name, found.owner(one)) for one in found.operations]
        [('convolution', '0'), ('relu', '1')]
    """
    weights, buffers = dict(model.named_parameters()), dict(model.named_buffers())
    refuse_unfinished(type(model).__name__, {**weights, **buffers})
    args, kwargs = arguments_of(model, given)
    recorder = _Recorder(model, weights, buffers, keep_values=keep_values)
    recorder.announce(args, kwargs)
    fast_attention = torch.backends.mha.get_fastpath_enabled()
    try:
        devices = {one.device for one in weights.values()}
        with borrowed(model, devices) as kept, recorder.listening(kept):
            torch.backends.mha.set_fastpath_enabled(False)  # it would run attention as one lump
            recorder.finish(model(*args, **kwargs))
    except ConvscopeError:
        raise
    except Exception as error:
        raise recorder.failure(error, (args, kwargs)) from error
    finally:
        torch.backends.mha.set_fastpath_enabled(fast_attention)
    return recorder.recording


_PLAIN = {bool, int, float, str}


class _Recorder:
    """What the hooks and the two nets report to."""

    def __init__(
        self,
        model: nn.Module,
        weights: dict[str, nn.Parameter],
        buffers: Mapping[str, Tensor],
        *,
        keep_values: bool,
    ) -> None:
        self.recording = Recording(weights=weights)
        self._buffers = buffers
        self.called, self.paused = "", False
        self._ledger = Ledger(self.recording, self._overwritten, keep_values=keep_values)
        self._model, self._kept = model, Kept()
        self._stack: list[int] = []
        self._turns: dict[str, int] = {}
        self._running: ModuleCall | None = None  # the innermost, also after it has failed

    def announce(self, args: tuple[object, ...], kwargs: Mapping[str, object]) -> None:
        """Say what is there before the pass: inputs, parameters, buffers."""
        inputs = {**{f"{at}": one for at, one in enumerate(args)}, **kwargs}
        for path, tensor in _named("", inputs):
            self._ledger.announce(tensor, "input", path)
        for name, weights in self.recording.weights.items():
            self._ledger.announce(weights, "parameter", name)
        for name, buffer in self._buffers.items():
            self._ledger.announce(buffer, "buffer", name)
        self.recording.inputs = self._read((args, kwargs))

    @contextmanager
    def listening(self, kept: Kept) -> Generator[None]:
        """Hang the hooks and spread the nets."""
        self._kept = kept
        with ExitStack() as nets:
            named = self._model.named_modules()
            # TorchScript takes no hooks; its operations are heard all the same
            layers = {path: one for path, one in named if not isinstance(one, ScriptModule)}
            nets.enter_context(surrounding(layers, self._entered, self._left))
            nets.enter_context(UpperNet(self))
            nets.enter_context(LowerNet(self))
            yield

    def aside(self) -> "_Aside":
        """Look at tensors without being seen by our own nets."""
        return _Aside(self)

    def run(
        self,
        func: OpOverload,
        args: tuple[object, ...],
        kwargs: Mapping[str, object],
        call: Callable[[], object],
    ) -> object:
        """Run one operation and write it down.

        Returns:
            What it gave.
        """
        form = form_of(func)
        given = form.bound(args, kwargs)
        if form.writes or given.get("training"):
            self._keep_what_is_written(form, given)
        read: list[int] = []
        arguments = {name: self._refs(value, read) for name, value in given.items()}
        inputs = tuple(read)
        output = call()
        written = [one for name in form.writes for one in tensors_in(given.get(name))]
        made = (
            written
            if form.writes
            else [output]
            if isinstance(output, Tensor)
            else list(tensors_in(output))
        )
        if form.is_view and made and all(map(self._ledger.knows, made)):
            return output  # it lies where its input lies, as after `detach`: the same value
        index = len(self.recording.operations)
        outputs = tuple(
            self._ledger.make(one, index, slot, written=bool(form.writes))
            for slot, one in enumerate(made)
        )
        owner = self._stack[-1] if self._stack else -1
        what = index, form.name, form.overload, self.called, owner, arguments, inputs, outputs
        self.recording.operations.append(Operation(*what, in_place=bool(form.writes)))
        if not made and output is not None:  # item(), equal(): a plain number left PyTorch
            self._note_escape(inputs)
        return output

    def escaped(self, content: object) -> None:
        """Note that these tensors were read as numbers."""
        with self.aside():
            self._note_escape(self._read(content))

    def finish(self, output: object) -> None:
        """Note what the model gave back."""
        with self.aside():
            self.recording.outputs = self._read(output)
            self.recording.output = self._refs(output, [])

    def failure(self, error: Exception, given: object) -> ConvscopeError:
        """Say which layer failed on what.

        Returns:
            The error to raise.
        """
        running, values = self._running, self.recording.values
        shapes = [tuple(one.shape) for one in tensors_in(given)]
        facts: dict[str, object] = {"network": type(self._model).__name__, "input": _said(shapes)}
        if running is not None and running.path:
            facts["layer"] = f"{running.path}: {' '.join(repr(running.module).split())[:120]}"
            facts["given"] = _said([values[one].shape for one in running.inputs])
        kind = ConfigError if isinstance(error, TypeError) else ShapeError
        because = " ".join(str(error).split())[:300] or type(error).__name__
        fix = "an input with the sides, the channels and the type that this layer takes"
        if because.startswith("Cannot access storage of"):  # functorch's tensors have none
            fix = "the network without torch.func: inside of vmap and grad nothing can be watched"
        return kind(
            account("the network fails on this input", facts=facts, because=because, fix=fix)
        )

    def _note_escape(self, values: tuple[int, ...]) -> None:
        self.recording.escapes.extend(values)
        self.recording.escape_moments.extend([len(self.recording.operations)] * len(values))

    def _keep_what_is_written(self, form: Form, given: Mapping[str, object]) -> None:
        # batch normalisation writes its averages without declaring it
        hidden = ("running_mean", "running_var") if given.get("training") else ()
        for tensor in tensors_in([given.get(name) for name in (*form.writes, *hidden)]):
            if self._ledger.is_announced(tensor):
                self._kept.keep(tensor)

    def _entered(self, path: str, module: nn.Module, given: object) -> None:
        parent = self._stack[-1] if self._stack else -1
        turn = self._turns.get(path, 0)
        self._turns[path] = turn + 1
        with self.aside():
            inputs = self._read(given)
        call = ModuleCall(len(self.recording.calls), path, module, turn, parent, inputs)
        call.begin = len(self.recording.operations)
        self.recording.calls.append(call)
        if parent >= 0:
            self.recording.calls[parent].children += 1
        self._stack.append(call.index)
        self._running = call

    def _left(self, path: str, module: nn.Module, output: object) -> None:
        del module
        while self._stack:  # what stands above it has failed, and somebody caught that
            call = self.recording.calls[self._stack.pop()]
            if call.path == path:
                break
        else:
            return
        if output is not None:
            with self.aside():
                call.outputs = self._read(output)
            self._running = self.recording.calls[self._stack[-1]] if self._stack else None

    def _overwritten(self, old: int, new: int, old_place: Place, new_place: Place) -> int:
        values, index = self.recording.values, len(self.recording.operations)
        was, now = values[old], values[new]
        value = Value(len(values), was.shape, was.dtype, "operation", operation=index)
        if was.dtype != now.dtype:  # its bytes were read as another type
            value.origin = "unseen"
        elif was.data is not None and now.data is not None:
            value.data = patched(was.data, now.data, old_place, new_place)
        values.append(value)
        places = {"old_place": old_place, "new_place": new_place}
        arguments = {"old": Ref(old), "new": Ref(new), **places}
        owner = self._stack[-1] if self._stack else -1
        what = index, "overwritten", "", "", owner, arguments, (old, new), (value.index,)
        self.recording.operations.append(Operation(*what))
        return value.index

    def _read(self, content: object) -> tuple[int, ...]:
        return tuple(self._ledger.read(tensor) for tensor in tensors_in(content))

    def _refs(self, content: object, read: list[int]) -> object:
        """Put a `Ref` in the place of every tensor, and note its value."""
        if isinstance(content, Tensor):
            read.append(self._ledger.read(content))
            return Ref(read[-1])
        if content is None or type(content) in _PLAIN:
            return content
        if isinstance(content, tuple | list):
            return [self._refs(one, read) for one in content]
        if isinstance(content, Mapping):
            return {name: self._refs(one, read) for name, one in content.items()}
        return content


class _Aside:
    """No generator: a pass enters it hundreds of times."""

    def __init__(self, recorder: _Recorder) -> None:
        self._recorder, self._before = recorder, recorder.paused
        self._unheard = torch._C.DisableTorchFunction()  # noqa: SLF001 - the documented way

    def __enter__(self) -> None:
        self._recorder.paused = True
        self._unheard.__enter__()

    def __exit__(self, *_: object) -> None:
        self._unheard.__exit__(None, None, None)
        self._recorder.paused = self._before


def _named(path: str, content: object) -> Iterator[tuple[str, Tensor]]:
    if isinstance(content, Tensor):
        yield path, content
    elif isinstance(content, Mapping | tuple | list):
        items = content.items() if isinstance(content, Mapping) else enumerate(content)
        for name, one in items:
            yield from _named(f"{path}.{name}" if path else f"{name}", one)


def _said(shapes: list[tuple[int, ...]]) -> str:
    return ", ".join(" x ".join(map(str, shape)) or "a number" for shape in shapes) or "no tensor"
