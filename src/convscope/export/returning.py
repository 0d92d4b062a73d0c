"""A model that was written to a file, brought back as a Learner that predicts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from convscope.data import Preparation
from convscope.errors import ConfigError, RunError, account
from convscope.export.reading import Opened, opened, refuse
from convscope.models import BasicBlock, build
from convscope.probe import planned
from convscope.train import Learner, load_weights

OURS: dict[str, type[nn.Module]] = {BasicBlock.plan_name: BasicBlock}
"""Modules of ours, beside layers of torch.nn, that a file may name."""
Batch = tuple[Tensor, Tensor]
_FIX = "a file that learn.export wrote, as it wrote it; or the network: model=..."


def _not_kept(logits: Tensor, labels: Tensor) -> Tensor:
    """Stand for a loss function that could not be named in the file."""
    raise ConfigError(
        account(
            "the loss function was not kept",
            facts={"outputs": tuple(logits.shape), "labels": tuple(labels.shape)},
            because="only cross entropy and its relatives can be named in a file",
            fix="learn.loss_func = ..., the function that it was trained with",
        )
    )


LOSSES: dict[object, Callable[[Tensor, Tensor], Tensor]] = {
    "logits": F.cross_entropy,
    "log probabilities": F.nll_loss,
    "logits of each class": F.binary_cross_entropy_with_logits,
}


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a file remembers of the data: no pictures, but classes and the pictures' way."""

    vocab: Sequence[str] | None
    prepare: Preparation | None
    device: torch.device
    train: Iterable[Batch] = ()
    valid: Iterable[Batch] = ()


def load_learner(
    path: Path | str, *, model: nn.Module | None = None, device: torch.device | str = "cpu"
) -> Learner:
    """Make a Learner of what `learn.export` or a run has written. The file's code is never run.

    Args:
        path: a file of `learn.export`, or a run's model.safetensors.
        model: the network, where the file could not describe it; its weights are replaced.
        device: where the model goes.

    Returns:
        A Learner in eval mode that can predict; it has no pictures to learn from.

    Raises:
        RunError: the file is damaged, hostile, from a newer version, or fits no such network.
        ConfigError: the network is needed and was not given.

    Example:
        >>> import tempfile
        >>> from convscope.train import Splits
        >>> learn = Learner(Splits([]), nn.Sequential(nn.Flatten(), nn.Linear(4, 2)), quiet=True)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     again = load_learner(learn.export(Path(folder) / "net.safetensors"))
        >>> again.predict(torch.zeros(1, 2, 2)).label in {"0", "1"}
        True
    """
    path = Path(path)
    file = opened(path)
    try:
        net = _network(path, file) if model is None else model
        if model is None and "plan" in file.about:
            _fill(net, file)
        else:
            load_weights(net, file.weights)
    except (RunError, ConfigError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever the file names
        refuse(path, " ".join(str(error).split())[:160] or type(error).__name__, _FIX)
    return _learner(net.eval(), file, torch.device(device), path)


def _network(path: Path, file: Opened) -> nn.Module:
    if "plan" not in file.about:
        prepare = file.prepare
        if prepare is None:
            refuse(path, "it names neither its layers nor its pictures", _FIX)
        channels, classes = prepare.reading.channels, len(prepare.classes)
        return build(
            str(file.about.get("arch")), size=prepare.size, channels=channels, classes=classes
        )
    if file.about["plan"] is None:
        reason = str(file.about.get("unplanned"))[:160]
        raise ConfigError(
            account(
                "this file holds weights alone; the network is needed too",
                facts={"file": path, "weights": f"{len(file.weights)} tensors"},
                because=f"when it was written, {reason}",
                fix="load_learner(path, model=net), with net built by the same code as then",
            )
        )
    return planned(file.about["plan"], OURS)


def _fill(net: nn.Module, file: Opened) -> None:
    """Give a network without memory the weights themselves; their file bounds what they take."""
    wanted = {name: values.shape for name, values in net.state_dict().items()}
    given = {name: values.shape for name, values in file.weights.items()}
    if wanted != given:
        odd = sorted(n for n in {*wanted, *given} if wanted.get(n) != given.get(n))
        message = f"its weights are not those of its layers: {', '.join(odd)}"
        raise ValueError(message)
    net.load_state_dict(file.weights, assign=True)
    if file.about.get("channels_last") is True:
        net.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue] missing in torch's stubs


def _learner(net: nn.Module, file: Opened, device: torch.device, path: Path) -> Learner:
    named = file.about.get("classes")
    if named is not None and not (isinstance(named, list) and all(type(n) is str for n in named)):
        refuse(path, "its classes are no list of names", _FIX)
    vocab = named or (file.prepare and [*file.prepare.classes]) or None
    loss = LOSSES.get(str(file.about.get("outputs", "logits")), _not_kept)
    return Learner(Remembered(vocab, file.prepare, device), net, loss, quiet=True)
