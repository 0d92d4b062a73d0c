"""Everything that a stopped fit needs to go on to the very same weights."""

import io
import logging
import random
import time
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from convscope.errors import ConfigError, RunError, account
from convscope.files import written
from convscope.train.callbacks import Callback
from convscope.train.guards import Watched
from convscope.train.state import Stateful, Training
from convscope.train.weights import load_weights, save_weights

FORMAT = 1

_log = logging.getLogger("convscope")


def snapshot(training: Training) -> dict[str, Any]:
    """Describe a fit between two steps: weights, optimiser, position, random states, callbacks.

    Returns:
        A dictionary of plain values and tensors. The tensors are the live ones: save it before
        the next step.
    """
    epoch, batch = training.epoch, training.batches_done
    return {
        "format": FORMAT,
        "plan": dict(training.plan),
        "position": [epoch + 1, 0] if training.epoch_ended else [epoch, batch],
        "epochs_before": training.epochs_before,
        "seed": training.seed,
        "model": training.model.state_dict(),
        "opt": training.opt.state_dict(),
        "random": _random_states(),
        "epoch_rng": training.epoch_rng,
        "callbacks": {
            name: state
            for name, member in _named(training.members).items()
            if (state := dict(member.state(training)))
        },
    }


def resume(training: Training, state: Mapping[str, Any]) -> None:
    """Put a fit back where `snapshot` saw it.

    Args:
        training: set up for the same fit: same model, data, plan and callbacks.
        state: what `snapshot` returned.

    Raises:
        ConfigError: the fit that is asked for is another one.
        RunError: weights or callbacks do not match.
    """
    if state["plan"] != dict(training.plan):
        raise ConfigError(
            account(
                "this checkpoint belongs to another fit",
                facts={"it was": state["plan"], "asked for": dict(training.plan)},
                because="a fit can only go on with the epochs, rates and batches it began with",
                fix="the same arguments, or a new fit without resuming",
            )
        )
    try:
        load_weights(training.model, state["model"])
        training.opt.load_state_dict(state["opt"])
    except (RuntimeError, ValueError, KeyError) as error:
        raise RunError(
            account(
                "the checkpoint does not fit this model",
                facts={"model": type(training.model).__name__},
                because=reason_of(error),
                fix="the architecture, size and classes that the run began with",
            )
        ) from error
    training.epoch, training.batches_done = state["position"]
    training.epochs_before, training.seed = state["epochs_before"], state["seed"]
    training.epoch_rng = state["epoch_rng"]
    members = _named(training.members)
    for name, kept in state["callbacks"].items():
        if name not in members:
            raise RunError(
                account(
                    "the checkpoint holds the state of a callback that is not there",
                    facts={"callback": name, "there are": ", ".join(members)},
                    because="without it the fit would go on differently",
                    fix=f"the same callbacks as before, {name} among them",
                )
            )
        members[name].restore(training, kept)
    _restore_random_states(state["random"])


def save_state(path: Path, state: Mapping[str, Any]) -> None:
    """Write a snapshot whole or not at all; the one before stays until then."""
    memory = io.BytesIO()  # torch and safetensors do not say it when a disk is full; Python does
    torch.save(dict(state), memory)
    with written(path) as draft:
        draft.write_bytes(memory.getbuffer())


def load_state(path: Path) -> dict[str, Any]:
    """Read a snapshot. Nothing in the file is executed.

    Returns:
        What was saved.

    Raises:
        RunError: the file is missing, damaged, or from a newer version.
    """
    try:
        state = checked_load(path, torch.device("cpu"))
    except FileNotFoundError:
        reason = "there is no such file"
    except Exception as error:  # noqa: BLE001 - a damaged file can raise anything
        reason = f"it cannot be read ({reason_of(error)})"
    else:
        if isinstance(state, dict) and state.get("format") == FORMAT:
            return state
        found = state.get("format") if isinstance(state, dict) else type(state).__name__
        reason = f"its format is {found}, this version reads {FORMAT}"
    raise RunError(
        account(
            "this checkpoint cannot be used",
            facts={"file": path},
            because=reason,
            fix="another checkpoint, or train anew",
        )
    )


def checked_load(path: Path, device: torch.device) -> Any:  # noqa: ANN401 - whatever was saved
    """Read a file of `torch.save` without executing anything in it, its checksums compared.

    Returns:
        What was saved, its tensors on `device`.

    Raises:
        OSError: the file cannot be read, or its content is not what was written.
    """
    with zipfile.ZipFile(path) as file:
        broken = file.testzip()  # torch.load itself would take a flipped bit for a weight
    if broken is not None:
        message = f"the checksum of {broken} does not match"
        raise OSError(message)
    return torch.load(path, map_location=device, weights_only=True)


def reason_of(error: Exception) -> str:
    """Say in one short line what an exception says.

    Returns:
        The beginning of its text, or its type where it has none.

    Example:
        >>> reason_of(EOFError())
        'EOFError'
    """
    return " ".join(str(error).split())[:160] or type(error).__name__


class SaveLast(Callback):
    """Keep the newest state of the fit in a file, for an exact resume.

    It is written after every epoch, every `every_seconds` in between, and when the fit is stopped.
    A disk that is full does not stop training: the state before stays, and one warning is logged.

    Args:
        path: the file, replaced atomically.
        every_seconds: how much work a killed process may have to do again.
    """

    order = 90  # after everybody whose state it keeps: early stopping counts at 63

    def __init__(self, path: Path, every_seconds: float = 60.0) -> None:
        self.path = path
        self.every_seconds = every_seconds
        self._saved = 0.0
        self._warned = False

    def before_fit(self, training: Training) -> None:
        """Start the clock."""
        self._saved = time.monotonic()

    def after_batch(self, training: Training) -> None:
        """Save when it was long ago."""
        if time.monotonic() - self._saved >= self.every_seconds:
            self._save(training)

    def after_epoch(self, training: Training) -> None:
        """Save the end of the epoch."""
        self._save(training)

    def after_fit(self, training: Training) -> None:
        """Save where a stopped fit stands."""
        if training.stopped:
            self._save(training)

    def _save(self, training: Training) -> None:
        try:
            save_state(self.path, snapshot(training))
        except OSError as error:
            if not self._warned:
                self._warned = True
                _log.warning("%s cannot be written (%s); training goes on", self.path, error)
        self._saved = time.monotonic()


class SaveBest(Callback):
    """Keep the weights of the best epoch in a safetensors file.

    Where they cannot be written the file before stays, and stays the best that there is; one
    warning is logged, and the next better epoch tries again.

    Args:
        path: the file, replaced atomically.
        monitor: the score that decides; where it is equal, the lower valid loss does.
        metadata: text that the file carries: classes, size, normalisation, version.
    """

    order = 61

    def __init__(self, path: Path, monitor: str, metadata: Mapping[str, str]) -> None:
        self.path = path
        self.metadata = metadata
        self.epoch: int | None = None
        self._watched = Watched(monitor)
        self._warned = False

    def before_fit(self, training: Training) -> None:
        """Begin anew, unless a stopped fit goes on."""
        if training.begins:
            self.epoch, self._watched.best = None, None

    def after_epoch(self, training: Training) -> None:
        """Save if this epoch is the best so far."""
        best_before = self._watched.best
        if not self._watched.improved(training):
            return
        try:
            save_weights(self.path, training.model.state_dict(), self.metadata)
        except OSError as error:
            self._watched.best = best_before
            if not self._warned:
                self._warned = True
                _log.warning("%s cannot be written (%s); training goes on", self.path, error)
        else:
            self.epoch = training.epoch

    def state(self, training: Training) -> Mapping[str, Any]:
        """Which epoch was the best, and how good it was."""
        return {"best": self._watched.best, "epoch": self.epoch}

    def restore(self, training: Training, state: Mapping[str, Any]) -> None:
        """Go on comparing."""
        self._watched.best, self.epoch = state["best"], state["epoch"]


def _named(members: Sequence[Stateful]) -> dict[str, Stateful]:
    """Give every callback a name of its own: a second one of the same class is NAME_2."""
    named: dict[str, Stateful] = {}
    for member in members:
        count = 1 + sum(name.split("/")[0] == member.name for name in named)
        named[member.name if count == 1 else f"{member.name}/{count}"] = member
    return named


def _random_states() -> dict[str, Any]:
    _, keys, position, has_gauss, gauss = np.random.get_state(legacy=True)  # noqa: NPY002 - the global one
    return {
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        "python": random.getstate(),
        "numpy": [torch.from_numpy(np.asarray(keys, np.int64)), position, has_gauss, gauss],
    }


def _restore_random_states(states: Mapping[str, Any]) -> None:
    torch.set_rng_state(states["torch"])
    if states["cuda"] and torch.cuda.is_available():
        torch.cuda.set_rng_state_all(states["cuda"])
    random.setstate(states["python"])
    keys, position, has_gauss, gauss = states["numpy"]
    state = ("MT19937", keys.numpy().astype(np.uint32), position, has_gauss, gauss)
    np.random.set_state(state)  # noqa: NPY002 - the global one is what a user's code may draw from
