"""The command line as a stranger meets it: what it prints, and its exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import convscope
from convscope.cli.main import run
from convscope.runs import RunFolder, read_results, read_steps

FAST = ["--epochs", "2", "--batch-size", "16", "--arch", "simple_net", "--lr-max", "0.02"]

Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def only_run() -> Path:
    (path,) = [path.parent for path in Path("runs").glob("*/run.json")]
    return path


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_from_a_folder_to_a_run(picture_folder: Path, capsys: Printed) -> None:
    before = files_of(picture_folder)
    assert run(["train", str(picture_folder), *FAST]) == 0
    said = capsys.readouterr().out
    path = only_run()
    assert "epoch  train_loss  valid_loss  accuracy    time" in said
    assert f"next: convscope predict {path} PICTURE" in said
    about = RunFolder.open(path).about
    assert about.status == "done"
    assert about.classes == ["high", "low", "middle"]
    assert about.settings["epochs"] == 2
    assert about.settings["weight_decay"] == 0.01
    assert len(read_results(path / "results.csv")) == 2
    assert len(read_steps(path / "steps.sqlite").losses) == 6
    for name in ("curves.png", "schedule.png", "batch.png"):
        with Image.open(path / name) as picture:
            assert picture.size > (200, 200)
    assert {item.name for item in path.iterdir()} >= {"model.safetensors", "resume.pt"}
    assert files_of(picture_folder) == before, "nothing is written into the data folder"


def test_json_is_all_that_standard_output_gets(picture_folder: Path, capsys: Printed) -> None:
    assert run(["train", str(picture_folder), *FAST, "--json"]) == 0
    printed = capsys.readouterr()
    content = json.loads(printed.out)
    assert content["status"] == "done"
    assert 0 <= content["best"]["accuracy"] <= 1
    assert "epoch  train_loss" in printed.err


def test_evaluate_and_predict(picture_folder: Path, capsys: Printed) -> None:
    run(["train", str(picture_folder), "--epochs", "12", *FAST[2:]])
    path = str(only_run())
    capsys.readouterr()
    assert run(["evaluate", path, "--json"]) == 0
    own = json.loads(capsys.readouterr().out)
    best = RunFolder.open(Path(path)).about.best
    assert own["accuracy"] == pytest.approx(best["accuracy"])
    assert own["loss"] == pytest.approx(best["valid_loss"], rel=1e-4)
    assert own["pictures"] == 12
    assert run(["evaluate", path, str(picture_folder)]) == 0
    assert "pictures" in capsys.readouterr().out

    rubbish = picture_folder / "rubbish.png"
    rubbish.write_text("<html>")
    files = [str(picture_folder / "low" / "3.png"), str(rubbish)]
    assert run(["predict", path, *files, "--json"]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert answers[0]["label"] == "low"
    assert answers[0]["probability"] > 0.5
    assert answers[1]["label"] is None
    assert answers[1]["problem"]
    assert run(["predict", path, str(rubbish)]) == 1


def test_dry_run_trains_nothing(picture_folder: Path, capsys: Printed) -> None:
    assert run(["train", str(picture_folder), *FAST, "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "training would take about" in said
    assert "nothing was trained (--dry-run)" in said
    assert [path.name for path in Path("runs").iterdir()] == ["schedule.png"]


def test_a_settings_file_and_an_option_that_wins(picture_folder: Path, tmp_path: Path) -> None:
    config = tmp_path / "settings.toml"
    config.write_text('epochs = 7\narch = "simple_net"\nbatch-size = 16\n')
    assert run(["train", str(picture_folder), "--config", str(config), "--epochs", "1"]) == 0
    settings = RunFolder.open(only_run()).about.settings
    assert (settings["epochs"], settings["arch"], settings["batch_size"]) == (1, "simple_net", 16)


def test_lr_find(picture_folder: Path, capsys: Printed) -> None:
    assert run(["lr-find", str(picture_folder), *FAST[2:6]]) == 0
    assert "suggested: --lr-max" in capsys.readouterr().out
    assert Path("runs/lr_find.png").exists()


def test_runs_and_env(picture_folder: Path, capsys: Printed) -> None:
    assert run(["runs"]) == 0
    assert "no runs in runs yet" in capsys.readouterr().out
    run(["train", str(picture_folder), *FAST])
    capsys.readouterr()
    assert run(["runs", "--json"]) == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert listed["status"] == "done"
    assert run(["runs"]) == 0
    assert "done" in capsys.readouterr().out
    assert run(["env"]) == 0
    assert "torch" in capsys.readouterr().out


def test_a_finished_run_is_not_resumed(picture_folder: Path, capsys: Printed) -> None:
    run(["train", str(picture_folder), *FAST])
    assert run(["train", "--resume", str(only_run())]) == 1
    assert "this run is finished" in capsys.readouterr().err


def test_a_time_limit_ends_with_a_result(picture_folder: Path, capsys: Printed) -> None:
    words = ["train", str(picture_folder), "--epochs", "100000", *FAST[2:], "--time-limit", "1s"]
    assert run(words) == 0
    about = RunFolder.open(only_run()).about
    assert about.status == "stopped"
    assert about.reason == "the time limit of 1 s was reached"
    assert "convscope train --resume" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["trian"], 'Did you mean "train"?'),
        (["train", "x", "--epochz", "3"], "--epochz"),
        (["train", "x", "--epochs", "three"], "--epochs"),
        (["train", "nowhere"], "nowhere"),
        (["train"], "say what to train"),
        (["train", "x", "--resume", "y"], "a resumed run knows its folder"),
        (["train", "--resume", "y", "--epochs", "3"], "a resumed run keeps its settings"),
        (["train", "--resume", "y", "--dry-run"], "a resumed run keeps its settings"),
        (["lr-find", "x", "--epochs", "3"], "lr-find does not use all of these settings"),
        (["train", "x", "--lr-max", "0"], "--lr-max 0.0 means nothing"),
        (["train", "x", "--device", "quantum"], "quantum"),
        (["train", "x", "--config", "nowhere.toml"], "nowhere.toml"),
    ],
    ids=" ".join,
)
def test_wrong_use_is_told_and_ends_with_2(words: list[str], told: str, capsys: Printed) -> None:
    assert run(words) == 2
    printed = capsys.readouterr()
    assert told in printed.err
    assert printed.out == ""
    assert "Traceback" not in printed.err


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        (["--batch-size", "4000"], "there would be no batch at all"),
        (["--batch-size", "1", "--arch", "pooled_cnn"], "--batch-size 1 cannot train this network"),
        (["--size", "3", "--arch", "small_resnet"], "too small"),
        (["--arch", "simple_nte"], "'simple_net'"),
    ],
)
def test_refused_before_training(
    picture_folder: Path, extra: list[str], told: str, capsys: Printed
) -> None:
    assert run(["train", str(picture_folder), *extra]) == 2
    assert told in capsys.readouterr().err
    assert not Path("runs").exists()


def test_a_run_that_is_no_run(capsys: Printed) -> None:
    assert run(["evaluate", "nowhere"]) == 1
    assert "this is not a run folder" in capsys.readouterr().err


def test_help_and_version_wake_no_torch() -> None:
    for words in (["--help"], ["train", "--help"], ["--version"], ["runs"]):
        probe = (
            "import sys\nfrom convscope.cli.main import run\n"
            f"assert run({words!r}) == 0\nassert 'torch' not in sys.modules\n"
        )
        subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True)


def test_every_command_shows_an_example(capsys: Printed) -> None:
    for command in ("train", "demo", "lr-find", "evaluate", "predict", "runs", "env"):
        run([command, "--help"])
        assert f"Example: convscope {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, "3000"),
        ({"GOMP_SPINCOUNT": "7"}, "7"),
        ({"OMP_WAIT_POLICY": "ACTIVE"}, "None"),
    ],
)
def test_threads_wait_asleep(given: dict[str, str], found: str) -> None:
    probe = (
        "import os\nfrom convscope.cli import main\n"
        "try:\n    main(['--version'])\nexcept SystemExit:\n"
        "    print(os.environ.get('GOMP_SPINCOUNT'))\n"
    )
    names = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")
    environment = {k: v for k, v in os.environ.items() if k not in names} | given
    done = subprocess.run(
        [sys.executable, "-c", probe], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split()[-1] == found


@pytest.mark.slow
def test_python_m_convscope_is_the_command() -> None:
    words = [sys.executable, "-m", "convscope", "--version"]
    ran = subprocess.run(words, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == convscope.__version__
