"""Rows of a network: executed operations put together in layers, counted, and told."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from convscope.probe.fields import fields_of
from convscope.probe.record import ModuleCall, Operation, Recording
from convscope.probe.rules import RULES
from convscope.probe.steps import Shape, Step
from convscope.probe.windows import window_of
from convscope.runs import LayerRow


@dataclass(slots=True)
class Group:
    """Operations that make one row."""

    call: ModuleCall | None
    operations: list[Operation]
    hidden: list[Operation] = field(default_factory=list[Operation])
    """Operations before it that have no row of their own: views and copies outside of layers."""


class Rows:
    """Rows, one after the other: what was counted in one is tied in the next."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self._fields = fields_of(recording)
        self._weights = recording.weights
        self._sizes = {name: one.numel() for name, one in self._weights.items()}
        self.groups = list(self._groups())
        self._names = {id(one): name for name, one in self._weights.items()}

    def layers(self) -> tuple[LayerRow, ...]:
        """Tell each layer, and each operation outside of layers that computes something.

        Returns:
            Rows in the order of execution.
        """
        counted: set[str] = set()
        return tuple(self._row(group, counted) for group in self.groups)

    def operations(self) -> tuple[LayerRow, ...]:
        """Tell each operation.

        Returns:
            Rows in the order of execution.
        """
        counted: set[str] = set()
        each = (Group(None, [one]) for one in self.recording.operations)
        return tuple(self._row(group, counted) for group in each)

    def uncounted(self) -> tuple[str, ...]:
        """Name the executed operations without a rule, each once."""
        names = dict.fromkeys(one.name for one in self.recording.operations)
        return tuple(name for name in names if name not in RULES)

    def multiply_adds(self) -> int:
        """Count all operations that have a rule."""
        return sum(self._cost(one) or 0 for one in self.recording.operations)

    def shapes(self, values: Iterable[int]) -> tuple[Shape, ...]:
        """Give the shapes of values."""
        return tuple(self.recording.values[one].shape for one in values)

    def notes(self) -> Iterator[str]:
        """Say what a reader should know.

        Yields:
            Sentences without a full stop.
        """
        if self.recording.escapes:
            yield "the network reads numbers in Python: another input may take another way"
        if len(self.recording.inputs) > 1 and self._fields.lengths:
            yield "fields are told for the first input that has places"

    def _groups(self) -> Iterator[Group]:
        """Put operations together in layers, in the order of execution."""
        recording = self.recording
        layers = {call.index: Group(call, []) for call in recording.calls if _is_layer(call)}
        begins: dict[int, list[Group]] = {}
        for index, group in layers.items():
            begins.setdefault(recording.calls[index].begin, []).append(group)
        hidden: list[Operation] = []
        last: Group | None = None
        for operation in recording.operations:
            for last in begins.pop(operation.index, []):
                last.hidden, hidden = hidden, []
                yield last
            if operation.call in layers:
                layers[operation.call].operations.append(operation)
            elif _moves(operation):
                hidden.append(operation)
            else:
                last = Group(None, [operation], hidden)
                hidden = []
                yield last
        for groups in begins.values():
            yield from groups
        if last is not None:
            last.hidden.extend(hidden)

    def _row(self, group: Group, counted: set[str]) -> LayerRow:
        operations, call = group.operations, group.call
        both = [*group.hidden, *operations]
        names = self._parameters(call, both)
        new = [name for name in names if name not in counted]
        counted.update(new)
        learning = sum(self._sizes[name] for name in new if self._weights[name].requires_grad)
        every = sum(self._sizes[name] for name in new)
        costs = [self._cost(one) for one in both]
        outputs = call.outputs if call else operations[-1].outputs
        inputs = call.inputs if call else self._activations(operations[0])
        last = operations[-1] if operations else None
        windows = [found for one in operations if (found := window_of(self._step(one)))]
        return LayerRow(
            path=call.path if call else self.recording.owner(operations[0]),
            kind=type(call.module).__name__ if call else f"{last.name if last else ''}",
            is_layer=call is not None,
            turn=call.turn if call else 0,
            inputs=self.shapes(inputs),
            outputs=self.shapes(outputs),
            window=windows[0] if len(windows) == 1 else None,
            trainable=learning,
            frozen=every - learning,
            tied=sum(self._sizes[name] for name in names) - every,
            multiply_adds=None if None in costs else sum(one or 0 for one in costs),
            activation_bytes=sum(
                self.recording.values[value].fresh_bytes for one in both for value in one.outputs
            ),
            field=self._fields.of(outputs[0]) if outputs else self._fields.nothing(),
        )

    def _parameters(self, call: ModuleCall | None, operations: Iterable[Operation]) -> list[str]:
        """Name what a row owns or reads, each parameter once."""
        owned = [self._names[id(one)] for one in call.module.parameters()] if call else []
        values = self.recording.values
        read = [
            values[one].name
            for each in operations
            for one in each.inputs
            if values[one].origin == "parameter"
        ]
        return [name for name in dict.fromkeys([*owned, *read]) if name in self._weights]

    def _activations(self, operation: Operation) -> tuple[int, ...]:
        weights = {"parameter", "buffer"}
        return tuple(
            one for one in operation.inputs if self.recording.values[one].origin not in weights
        )

    def _cost(self, operation: Operation) -> int | None:
        rule = RULES.get(operation.name)
        return None if rule is None else rule.multiply_adds(self._step(operation))

    def _step(self, operation: Operation) -> Step:
        return Step(self.recording, operation, {})


def _is_layer(call: ModuleCall) -> bool:
    """Tell a module that called no other one; a whole network of functions is none."""
    return not call.children and (
        call.path != "" or type(call.module).__module__.startswith("torch.nn")
    )


def _moves(operation: Operation) -> bool:
    rule = RULES.get(operation.name)
    return rule is not None and rule.kind == "moves"
