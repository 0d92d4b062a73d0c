"""What may be asked for, and how a wrong wish is refused."""

from pathlib import Path

import pytest

from convscope.errors import ConfigError
from convscope.runs import TrainSettings, read_settings, seconds


def test_what_was_asked_for_stays() -> None:
    asked = TrainSettings(epochs=3, arch="simple_net")
    assert asked.resolved(epochs=9, seed=0) == TrainSettings(epochs=3, arch="simple_net", seed=0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"epochs": 0},
        {"batch_size": 0},
        {"size": 0},
        {"channels": 2},
        {"patience": 0},
        {"seed": -1},
        {"weight_decay": -0.1},
        {"valid_share": 0.0},
        {"valid_share": 1.0},
        {"lr_max": 0.0},
        {"lr_max": -0.1},
        {"lr_max": float("nan")},
        {"lr_max": 11.0},
        {"time_limit": "soon"},
        {"time_limit": "0"},
    ],
    ids=str,
)
def test_out_of_range(wrong: dict[str, object]) -> None:
    (name,) = wrong
    with pytest.raises(ConfigError) as caught:
        TrainSettings(**wrong).checked()  # pyright: ignore[reportArgumentType]
    assert f"--{name.replace('_', '-')} {wrong[name]} means nothing" in str(caught.value)


def test_the_whole_message() -> None:
    with pytest.raises(ConfigError) as caught:
        TrainSettings(lr_max=-0.1).checked()
    assert str(caught.value) == (
        "--lr-max -0.1 means nothing\n"
        "  lr_max  : -0.1\n"
        "  because : it must be above 0, at most 10\n"
        "  try     : --lr-max within that range, or leave it out: a sensible value is picked"
    )


def test_times() -> None:
    assert [seconds(text) for text in ("90", "90s", "1.5m", "2h", " 5 m ")] == [
        90,
        90,
        90,
        7200,
        300,
    ]


def write(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    return path


def test_a_settings_file(tmp_path: Path) -> None:
    path = write(tmp_path, b'epochs = 5\nlr-max = 1\narch = "simple_net"\ntime_limit = 90\n')
    expected = TrainSettings(epochs=5, lr_max=1, arch="simple_net", time_limit="90")
    assert read_settings(path) == expected


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"epoch = 5", "there is no setting 'epoch'\n  try     : 'epochs'"),
        (b"epochs = 'five'", "epochs = 'five' is str, not int"),
        (b"epochs = true", "epochs = True is bool, not int"),
        (b"[train]\nepochs = 5", "there is no setting 'train'"),
        (b"epochs = 5\nlr-max = \n", "it is not TOML: Invalid value (at line 2, column 10)"),
        (b"\xff\xfe", "it is not UTF-8 text"),
        (None, "No such file or directory"),
    ],
)
def test_a_wrong_settings_file(tmp_path: Path, content: bytes | None, told: str) -> None:
    path = tmp_path / "settings.toml" if content is None else write(tmp_path, content)
    with pytest.raises(ConfigError) as caught:
        read_settings(path)
    assert f"the settings file cannot be used\n  file    : {path}\n" in str(caught.value)
    assert told in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_file_of_an_editor_that_marks_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(b"\xef\xbb\xbfepochs = 4\n")
    assert read_settings(file).epochs == 4
