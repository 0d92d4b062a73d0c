"""Which tensor is which value, however it is called, viewed and overwritten.

A tensor is known by its place: storage, offset, size, stride. Python's objects are not enough
(PyTorch wraps views anew), and holding on to tensors would keep every activation in memory.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import torch
from torch import Tensor
from torch.multiprocessing.reductions import StorageWeakRef

from convscope.probe.overwriting import Place
from convscope.probe.record import Origin, Recording, Value

Key = tuple[object, ...]
Overwrite = Callable[[int, int, Place, Place], int]


@dataclass(slots=True)
class _Storage:
    alive: StorageWeakRef  # keeps the address from being given to another storage
    origin: Origin
    name: str
    writes: list[tuple[int, Key, int]] = field(default_factory=list[tuple[int, Key, int]])


class Ledger:
    """Give every tensor its value.

    Args:
        recording: gets the values.
        overwrite: called with (old value, new value, old place, new place) where a tensor is read
            of which a part was written through another view; gives the value it is now.
        keep_values: whether values get a copy of their numbers.
    """

    def __init__(self, recording: Recording, overwrite: Overwrite, *, keep_values: bool) -> None:
        self._recording, self._overwrite, self._keeps = recording, overwrite, keep_values
        self._storages: dict[int, _Storage] = {}
        self._known: dict[Key, tuple[int, int]] = {}  # place -> value, moment
        self._moment = 0
        self._opaque: list[Tensor] = []  # without a storage: kept, so that ids stay unique

    def announce(self, tensor: Tensor, origin: Origin, name: str) -> None:
        """Say what a tensor is before the pass begins; the first name wins."""
        address = self._key(tensor)[0]
        if isinstance(address, int) and address not in self._storages:
            self._storages[address] = _Storage(_weak(tensor), origin, name)

    def is_announced(self, tensor: Tensor) -> bool:
        """Tell whether a tensor's memory is that of an input, a parameter or a buffer."""
        storage = self._storage(self._key(tensor))
        return storage is not None and storage.origin in {"input", "parameter", "buffer"}

    def read(self, tensor: Tensor) -> int:
        """Find the value that a tensor is now.

        Returns:
            Index of the value; a new one for a tensor that nobody has seen yet.
        """
        key = self._key(tensor)
        storage = self._storage(key)
        if key not in self._known:
            origin, name = self._origin(storage)
            return self._enter(
                tensor, key, Value(-1, tuple(tensor.shape), tensor.dtype, origin, name)
            )
        value, since = self._known[key]
        if storage is not None and storage.writes and storage.writes[-1][0] > since:
            for moment, place, new in list(storage.writes):
                if moment > since:
                    value = self._overwrite(value, new, _place(key), _place(place))
            self._moment += 1
            self._known[key] = (value, self._moment)
        return value

    def knows(self, tensor: Tensor) -> bool:
        """Tell whether a tensor lies exactly where a known value does, as after `view(shape)`."""
        return self._key(tensor) in self._known

    def make(self, tensor: Tensor, operation: int, slot: int, *, written: bool) -> int:
        """Enter an operation's output.

        Args:
            tensor: the output.
            operation: index of the operation.
            slot: which of its outputs.
            written: whether it was written in place.

        Returns:
            Index of the new value.
        """
        key = self._key(tensor)
        fresh = isinstance(key[0], int) and key[0] not in self._storages
        taken = tensor.numel() * tensor.element_size() if fresh else 0
        value = Value(
            *(-1, tuple(tensor.shape), tensor.dtype, "operation", "", operation, slot, taken)
        )
        index = self._enter(tensor, key, value)
        if written and isinstance(key[0], int):
            self._storages[key[0]].writes.append((self._moment, key, index))
        return index

    def _enter(self, tensor: Tensor, key: Key, value: Value) -> int:
        value.index = len(self._recording.values)
        if self._keeps:
            weights = value.origin in {"parameter", "buffer"}
            value.data = tensor.detach() if weights else tensor.detach().clone()
        self._recording.values.append(value)
        if isinstance(key[0], int) and key[0] not in self._storages:
            self._storages[key[0]] = _Storage(_weak(tensor), value.origin, value.name)
        self._moment += 1
        self._known[key] = (value.index, self._moment)
        return value.index

    def _origin(self, storage: _Storage | None) -> tuple[Origin, str]:
        if storage is None:
            return ("unseen" if self._recording.escapes else "constant"), ""
        return ("unseen" if storage.origin == "operation" else storage.origin), storage.name

    def _storage(self, key: Key) -> _Storage | None:
        return self._storages.get(key[0]) if isinstance(key[0], int) else None

    def _key(self, tensor: Tensor) -> Key:
        if tensor.layout is not torch.strided:
            self._opaque.append(tensor)
            return (str(id(tensor)),)
        place = tuple(tensor.shape), tensor.stride(), tensor.storage_offset()
        return (tensor.untyped_storage()._cdata, *place, tensor.dtype)  # noqa: SLF001 - its address


def _place(key: Key) -> Place:
    return cast(Place, key[1:4])


def _weak(tensor: Tensor) -> StorageWeakRef:
    return StorageWeakRef(tensor.untyped_storage())
