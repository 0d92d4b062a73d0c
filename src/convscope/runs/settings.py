"""What a training was asked for, and what was resolved: plain values that a run keeps."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn, cast, get_args, get_origin

from convscope.errors import ConfigError, account, nearest

AUGMENTS = ("none", "light", "photo")
MIXES = ("mixup", "cutmix")
CLASS_WEIGHTS = ("none", "auto")
RESIZES = ("crop", "squash", "pad")
TRACKERS = ("tensorboard", "mlflow", "wandb")
HIGHEST_RATE = 10.0  # with the chapter's optimiser a step is about as long as the rate


@dataclass(frozen=True, kw_only=True)
class TrainSettings:
    """Everything that `convscope train` can be told; None leaves the choice to it.

    Attributes:
        epochs: Passes over the training pictures.
        lr_max: Top learning rate of the cycle.
        batch_size: Pictures in one step.
        size: Side in pixels that pictures are brought to.
        channels: 1 for grey, 3 for colour.
        arch: Network: simple_net, simple_cnn, pooled_cnn, wide_cnn, small_resnet,
            or timm:NAME.
        valid_share: Share of each class kept for validation, where the folder has no split.
        seed: Fixes weights, order and split.
        patience: Stop after so many epochs without a better validation loss.
        time_limit: Stop training after this time: 90, 90s, 5m or 1h.
        weight_decay: How strongly weights are pulled to zero.
        device: auto, cpu, cuda or mps.
        augment: How training pictures are varied: none, light (digits, letters) or photo.
        mix: Mix training pictures and their classes in pairs: mixup or cutmix.
        label_smoothing: Share of each label that is spread over all classes, 0 to below 1.
        class_weights: auto lets every class count the same, however few pictures it has.
        from_: A run whose weights to begin with.
        resize: How pictures of another shape are brought to size: crop, squash or pad.
        max_bad: Share of the pictures that may be unreadable; more stops the run.
        strict: Stop at the first picture that cannot be read, and at an empty class folder.
        cache_limit: Most that decoded pictures may take on the disk: 500MB, 20GB.
        tracker: Tell another tool, too: tensorboard, mlflow or wandb; may be given several times.

    Example:
        >>> TrainSettings(epochs=3).resolved(lr_max=0.01).lr_max
        0.01
    """

    epochs: int | None = None
    lr_max: float | None = None
    batch_size: int | None = None
    size: int | None = None
    channels: int | None = None
    arch: str | None = None
    valid_share: float | None = None
    seed: int | None = None
    patience: int | None = None
    time_limit: str | None = None
    weight_decay: float | None = None
    device: str | None = None
    augment: str | None = None
    mix: str | None = None
    label_smoothing: float | None = None
    class_weights: str | None = None
    from_: str | None = None
    resize: str | None = None
    max_bad: float | None = None
    strict: bool | None = None
    cache_limit: str | None = None
    tracker: list[str] | None = None

    def resolved(self, **choices: object) -> "TrainSettings":
        """Fill in what was left open.

        Args:
            choices: a value for any setting; one that was set already keeps its own.

        Returns:
            New settings.
        """
        given = {name: value for name, value in asdict(self).items() if value is not None}
        return replace(self, **{**choices, **given})

    def checked(self) -> "TrainSettings":
        """Refuse what cannot train anything, before anything is read or decoded.

        Returns:
            These settings.

        Raises:
            ConfigError: a value is out of its range; the message names it.
        """
        for name, allowed, good in (
            ("epochs", "a whole number, at least 1", self._from(self.epochs, 1)),
            ("batch_size", "a whole number, at least 1", self._from(self.batch_size, 1)),
            ("size", "pixels, at least 1", self._from(self.size, 1)),
            ("channels", "1 for grey or 3 for colour", self.channels in {None, 1, 3}),
            ("patience", "epochs, at least 1", self._from(self.patience, 1)),
            (
                "seed",
                "a whole number, 0 or more, below 2 ** 63",
                self.seed is None or 0 <= self.seed < 2**63,
            ),
            ("weight_decay", "0 or more", self._from(self.weight_decay, 0)),
            ("valid_share", "above 0 and below 1", self._inside(self.valid_share, 1)),
            ("augment", " or ".join(AUGMENTS), self.augment in {None, *AUGMENTS}),
            ("mix", " or ".join(MIXES), self.mix in {None, *MIXES}),
            (
                "label_smoothing",
                "a share, 0 to below 1",
                self.label_smoothing is None or 0 <= self.label_smoothing < 1,
            ),
            (
                "class_weights",
                " or ".join(CLASS_WEIGHTS),
                self.class_weights in {None, *CLASS_WEIGHTS},
            ),
            ("resize", " or ".join(RESIZES), self.resize in {None, *RESIZES}),
            ("max_bad", "a share, 0 to 1", self.max_bad is None or 0 <= self.max_bad <= 1),
        ):
            if not good:
                _out_of_range(name, getattr(self, name), allowed)
        if self.lr_max is not None and not 0 < self.lr_max <= HIGHEST_RATE:
            _out_of_range("lr_max", self.lr_max, f"above 0, at most {HIGHEST_RATE:g}")
        if self.time_limit is not None:
            seconds(self.time_limit)
        for name in self.tracker or ():
            if name not in TRACKERS:
                _no_tracker(name)
        return self

    @staticmethod
    def _from(value: float | None, least: float) -> bool:
        return value is None or (isfinite(value) and value >= least)

    @staticmethod
    def _inside(value: float | None, end: float) -> bool:
        return value is None or 0 < value < end


def option_of(name: str) -> str:
    """Say what a setting is called on the command line.

    Returns:
        The option.

    Example:
        >>> option_of("lr_max"), option_of("from_")
        ('--lr-max', '--from')
    """
    return f"--{name.strip('_').replace('_', '-')}"


def seconds(text: str) -> float:
    """Read a length of time.

    Args:
        text: a number of seconds, or a number with s, m or h behind it.

    Returns:
        Seconds, above 0.

    Raises:
        ConfigError: it is none.

    Example:
        >>> seconds("90"), seconds("1.5m"), seconds("1h")
        (90.0, 90.0, 3600.0)
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*([smh]?)\s*", str(text))
    length = float(found[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[found[2]] if found else 0.0
    if not length > 0:
        _out_of_range("time_limit", text, "a time above 0: 90, 90s, 5m or 1h")
    return length


def read_settings(path: Path) -> TrainSettings:
    """Read settings from a TOML file; the names are those of the options.

    Args:
        path: the file; `lr-max` and `lr_max` are the same.

    Returns:
        The settings; what the file does not name is None.

    Raises:
        ConfigError: the file cannot be read, is no TOML (the line is named), or holds a key or a
            value that means nothing (the key is named).
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        _bad_file(path, reason, "a text file such as: epochs = 5")
    except tomllib.TOMLDecodeError as error:
        _bad_file(
            path, f"it is not TOML: {error}", 'lines such as: epochs = 5 or arch = "small_resnet"'
        )
    return TrainSettings(**_known(content, path))


def _known(content: Mapping[str, Any], path: Path) -> dict[str, Any]:
    types = {field.name: field.type for field in fields(TrainSettings)}
    values: dict[str, Any] = {}
    for key, value in content.items():
        name = "from_" if key == "from" else key.replace("-", "_")  # `from` is Python's own word
        if name not in types:
            hint = nearest(name, list(types))
            _bad_file(path, f"there is no setting {key!r}", hint)
        if name in values:
            _bad_file(path, f"{key!r} is set twice, with - and with _", "one of the two")
        wanted = next(kind for kind in kinds_of(types[name]) if kind is not type(None))
        if name in {"time_limit", "cache_limit"} and type(value) in {int, float}:
            value = str(value)
        value = [value] if wanted is list and type(value) is str else value
        fits = type(value) is wanted or (wanted is float and type(value) is int)
        if isinstance(value, list):
            fits = fits and all(type(one) is str for one in cast(list[object], value))
        if not fits:
            kind = "list of names" if wanted is list else wanted.__name__
            reason = f"{key} = {value!r} is {type(value).__name__}, not {kind}"
            _bad_file(path, reason, f"{key} = a value of type {kind}")
        values[name] = value
    return values


def kinds_of(annotation: object) -> tuple[type, ...]:
    """Say which types the values of a setting have.

    Returns:
        The types, NoneType among them where it may be left open.

    Example:
        >>> kinds_of(list[str] | None)
        (<class 'list'>, <class 'NoneType'>)
    """
    return tuple(get_origin(kind) or kind for kind in get_args(annotation))


def _no_tracker(name: object) -> NoReturn:
    raise ConfigError(
        account(
            f"--tracker {name} means nothing",
            facts={"tracker": name},
            because=f"training can tell {', '.join(TRACKERS[:-1])} and {TRACKERS[-1]}",
            fix=nearest(str(name), list(TRACKERS)),
        )
    )


def _bad_file(path: Path, because: str, fix: str) -> NoReturn:
    raise ConfigError(
        account("the settings file cannot be used", facts={"file": path}, because=because, fix=fix)
    )


def _out_of_range(name: str, value: object, allowed: str) -> NoReturn:
    option = option_of(name)
    raise ConfigError(
        account(
            f"{option} {value} means nothing",
            facts={name: value},
            because=f"it must be {allowed}",
            fix=f"{option} within that range, or leave it out: a sensible value is picked",
        )
    )
