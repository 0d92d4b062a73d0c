"""A run's model for other tools: scaling inside, answers compared, and a card beside."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from huggingface_hub import ModelCard, ModelCardData
from PIL import Image
from torch import nn

from convscope.cli.main import run as command
from convscope.errors import ConfigError, RunError
from convscope.export import Card, Compared, graph, load_learner
from convscope.export.graph import write_onnx
from convscope.models import build
from convscope.pictures import RESIZES, get_image_files
from convscope.recipes import export, load_trained
from convscope.runs import RunFolder
from convscope.tables import one_line
from tests.made_runs import made_run, preparation

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def made(tmp_path: Path, picture_folder: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    monkeypatch.chdir(tmp_path)
    return made_run(tmp_path / "runs", picture_folder)


def bytes_of(run: RunFolder, files: list[Path]) -> np.ndarray:
    return np.stack([load_trained(run).prepare.pixels(file) for file in files])


def header(card: Path) -> dict[str, Any]:
    """The lines between the marks: each is a key and its value in JSON, which is YAML as well."""
    match = re.match(r"---\n(.*?)\n---\n", card.read_text(), re.DOTALL)
    assert match
    return {k: json.loads(v) for k, v in (line.split(": ", 1) for line in match[1].splitlines())}


@pytest.mark.slow
def test_an_onnx_file_answers_as_pytorch_does(
    made: RunFolder, picture_folder: Path, capsys: Printed
) -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    assert command(["export", str(made.path), "--to", "onnx", "--json"]) == 0
    told = capsys.readouterr()
    assert not told.err
    done = json.loads(told.out)
    assert done["difference"] <= 1e-4
    assert done["pictures"] == 32
    folder = made.path / "export"
    assert {path.name for path in folder.iterdir()} == {"model.onnx", "README.md"}
    session = onnxruntime.InferenceSession(folder / "model.onnx")
    about = session.get_modelmeta().custom_metadata_map
    assert json.loads(about["classes"]) == made.about.classes
    assert (about["mode"], about["height"], about["width"]) == ("L", "16", "16")
    trained = load_trained(made)
    files = get_image_files(picture_folder)
    for several in (1, 3, 60):
        logits, shares = session.run(None, {"pixels": bytes_of(made, files[:several])})
        with torch.no_grad():
            expected = trained.model(trained.prepare(files[:several]))
        assert np.abs(logits - expected.numpy()).max() < 1e-4
        assert np.abs(shares - expected.softmax(dim=1).numpy()).max() < 1e-5
    assert header(folder / "README.md")["tags"][-1] == "onnx"


@pytest.mark.slow
def test_a_network_with_shortcuts_can_be_exported(tmp_path: Path) -> None:
    pytest.importorskip("onnxscript")
    prepare = preparation(channels=3, size=32)
    net = build("small_resnet", size=32, channels=3, classes=3)
    pixels = np.random.default_rng(0).integers(0, 256, (5, 3, 32, 32), dtype=np.uint8)
    net(prepare.scaling(torch.from_numpy(pixels)))  # BatchNorm has averages of its own
    assert write_onnx(tmp_path / "a.onnx", net.eval(), prepare, pixels).difference <= 1e-4


IN_ANOTHER_WORLD = """
import json, sys
import numpy, onnxruntime
assert not any(name in sys.modules for name in ("torch", "PIL", "convscope"))
try:
    import torch
except ImportError:
    pass
else:
    sys.exit("there is a torch here")
session = onnxruntime.InferenceSession(sys.argv[1])
about = session.get_modelmeta().custom_metadata_map
_, shares = session.run(None, {"pixels": numpy.load(sys.argv[2])})
classes = json.loads(about["classes"])
print(json.dumps([[classes[row.argmax()], float(row.max())] for row in shares]))
"""


@pytest.fixture
def another_python(tmp_path: Path) -> Path:
    """Make an environment with nothing but numpy and onnxruntime."""
    place = tmp_path / "world"
    subprocess.run([sys.executable, "-m", "venv", place], check=True, capture_output=True)
    python = place / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    words = [python, "-m", "pip", "install", "--disable-pip-version-check", "--retries", "0"]
    done = subprocess.run(
        [*words, "numpy", "onnxruntime"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"pip cannot install here: {done.stderr.strip().splitlines()[-1]}")
    return python


@pytest.mark.slow
def test_an_onnx_file_needs_neither_torch_nor_us(
    made: RunFolder, picture_folder: Path, another_python: Path, tmp_path: Path
) -> None:
    pytest.importorskip("onnxscript")
    done = export(made, "onnx", tmp_path / "net.onnx")
    files = get_image_files(picture_folder)[::7]
    np.save(tmp_path / "pixels.npy", bytes_of(made, files))
    words = [another_python, "-I", "-c", IN_ANOTHER_WORLD, done.file, tmp_path / "pixels.npy"]
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    trained = load_trained(made)
    with torch.no_grad():
        best = trained.model(trained.prepare(files)).softmax(dim=1).max(dim=1)
    labels = [made.about.classes[index] for index in best.indices]
    answers = json.loads(ran.stdout)
    assert [label for label, _ in answers] == labels
    assert [share for _, share in answers] == pytest.approx(best.values.tolist(), abs=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("to", ["onnx", "safetensors"])
def test_fault_56_a_file_that_answers_otherwise_is_not_kept(
    made: RunFolder, to: str, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    """As if the exporter were wrong: a number of the network changes on its way into the file."""
    pytest.importorskip("onnxscript")
    if to == "onnx":
        honest = graph.write_graph

        def wrong(path: Path, net: nn.Module, *others: Any) -> None:
            next(net.parameters()).data.view(-1)[0] += 1
            honest(path, net, *others)

        monkeypatch.setattr(graph, "write_graph", wrong)
    else:
        honest_load = load_learner

        def wrongly(path: Path) -> Any:
            learn = honest_load(path)
            next(learn.model.parameters()).data.view(-1)[0] += 1
            return learn

        monkeypatch.setattr("convscope.recipes.exporting.load_learner", wrongly)
    assert command(["export", str(made.path), "--to", to]) == 1
    assert "does not answer as the model does" in capsys.readouterr().err
    assert not [*(made.path / "export").iterdir()]


def test_fault_56_what_is_no_rounding() -> None:
    ones = np.ones((2, 3), np.float32)
    assert Compared.of(ones, ones).difference == 0
    assert Compared.of(ones, ones + np.float32(2e-4)).difference > graph.MOST
    assert Compared.of(1000 * ones, 1000 * ones + np.float32(0.05)).difference < graph.MOST
    Compared(2, 0.5e-4).check(Path("a"))
    with pytest.raises(RunError, match="not kept"):
        Compared(2, 2e-4).check(Path("a"))
    for other in (ones[:, :2], ones * np.float32("nan"), ones * np.float32("inf")):
        with pytest.raises(RunError, match="not kept"):
            Compared.of(ones, other).check(Path("a"))


def test_without_the_extra_it_says_what_to_install(
    made: RunFolder, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert command(["export", str(made.path), "--to", "onnx"]) == 2
    said = capsys.readouterr().err
    assert 'pip install "convscope[onnx]"' in said
    assert "not installed : onnxruntime" in said


def test_safetensors_come_back_as_a_learner(
    made: RunFolder, picture_folder: Path, capsys: Printed
) -> None:
    assert command(["export", str(made.path), "--to", "safetensors"]) == 0
    said = capsys.readouterr().out
    assert "largest difference" in said
    file = made.path / "export" / "model.safetensors"
    learn = load_learner(file)
    picture = picture_folder / "low" / "1.png"
    trained = load_trained(made)
    with torch.no_grad():
        expected = trained.model(trained.prepare(picture)).softmax(dim=1)[0]
    assert torch.equal(learn.predict(picture).probabilities, expected)
    assert "model.safetensors" in (file.parent / "README.md").read_text()


def test_somebodys_readme_is_left_alone_and_our_own_is_replaced(made: RunFolder) -> None:
    Path("there").mkdir()
    theirs = Path("there/README.md")
    theirs.write_text("# Mine")
    first = export(made, "safetensors", Path("there/net.safetensors"))
    assert first.card == Path("there/net_README.md")
    assert theirs.read_text() == "# Mine"
    theirs.unlink()
    for _ in range(2):
        assert export(made, "safetensors", Path("there/net.safetensors")).card == theirs


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (["--to", "onnx", "--out", "a.safetensors"], "--to onnx writes a file .onnx", 2),
        (["--to", "safetensors", "--out", "no/a.safetensors"], "there is no folder", 2),
        (["--to", "safetensors", "--out", "pictures/a.safetensors"], "among your pictures", 2),
        (["--to", "pickle"], "pickle", 2),
        ([], "--to", 2),
        (["--to", "safetensors", "--pictures", "nowhere"], "not there any more", 1),
        (["--to", "safetensors", "--pictures", "empty"], "there are none", 1),
        (["--to", "safetensors", "--pictures", "rubbish"], "not one of them can be read", 1),
    ],
)
def test_what_cannot_be_exported_is_told(
    made: RunFolder, words: list[str], said: str, code: int, capsys: Printed
) -> None:
    Path("empty").mkdir()
    Path("rubbish").mkdir()
    Path("rubbish/a.png").write_text("<html>")
    before = {*Path().rglob("*")}
    assert command(["export", str(made.path), *words]) == code
    assert said in capsys.readouterr().err
    assert {*Path().rglob("*")} - before <= {made.path / "export"}


def test_where_the_pictures_are_gone_others_are_named(
    made: RunFolder, picture_folder: Path, capsys: Printed
) -> None:
    picture_folder.rename("elsewhere")
    words = ["export", str(made.path), "--to", "safetensors"]
    assert command(words) == 1
    assert "--pictures FOLDER" in capsys.readouterr().err
    assert command([*words, "--pictures", "elsewhere"]) == 0
    assert "32 pictures of elsewhere" in capsys.readouterr().out


def test_few_pictures_are_compared_once_each(made: RunFolder, picture_folder: Path) -> None:
    for file in get_image_files(picture_folder)[5:]:
        file.unlink()
    (picture_folder / "high" / "0.png").write_text("")
    assert export(made, "safetensors").pictures == 4


HOSTILE = (
    "<script>alert(1)</script>",
    "---\nlibrary_name: x",
    "a: [b]",
    "żółć 🌷",
    "\u2028\x85\x00|`",
)


def test_a_card_is_yaml_and_markdown_whatever_the_names_are(tmp_path: Path) -> None:
    data = tmp_path / "<img src=x onerror=alert(1)>"
    shutil.copytree(made_pictures(tmp_path), data)
    run = made_run(tmp_path / "runs", data, preparation(HOSTILE))
    card = export(run, "safetensors").card
    text = card.read_text(encoding="utf-8")
    found = header(card)
    assert [*found] == [
        *("library_name", "license", "pipeline_tag", "tags", "metrics", "model-index")
    ]
    (index,) = found["model-index"]
    (result,) = index["results"]
    assert result["task"]["type"] == "image-classification"
    assert result["dataset"]["name"] == data.name
    assert result["metrics"] == [{"type": "accuracy", "name": "accuracy", "value": 0.75}]
    body = text.split("\n---\n", 1)[1]
    assert not re.search(r"(?<!\\)<", re.sub(r"```.*?```", "", body, flags=re.DOTALL))
    assert "żółć 🌷" in body
    assert "\n---" not in body
    assert not re.search("[\x00\x85\u2028]", text)


def test_a_name_that_is_no_text_is_written_in_one_way(made: RunFolder) -> None:
    """Bytes in no encoding were escaped in one place, and a question mark in a box in another."""
    names = ("bad\udcff", "two\nlines\x07")
    found = [f"2 classes: {', '.join(map(one_line, names))}"]  # as a training words it
    about = replace(made.about, data="/x/from\udcff\u2028", found=found)
    text = Card(about, preparation(names), 1, 1, "").text("a.onnx")
    read = text.replace("\\\\", "\\")  # as Markdown and JSON read it
    assert read.count(r"bad\udcff, two\nlines\x07") == 2
    of_the_set = r"from\udcff\u2028"  # in the model's name, the set's, the title, and where from
    assert read.count(of_the_set) == 4
    assert all(sign.isprintable() for sign in text if sign != "\n")
    assert " 1 pictures" not in text


def test_a_card_is_of_the_form_that_the_hub_takes(made: RunFolder) -> None:
    yaml = pytest.importorskip("yaml")
    settings = {**made.about.settings, "from_": "/ann/runs/first"}
    tested = {"loss": 0.1, "accuracy": 0.00001, "pictures": 8}
    best = {"valid_loss": 0.1, "accuracy": 0.75, "balanced_accuracy": float("nan")}
    found = ["begins with /ann/runs/first (simple_net): all of it"]
    about = replace(made.about, settings=settings, test=tested, best=best, found=found)
    card = Card(about, preparation(), 1234, 100, "Compared.")
    text = card.text("a.onnx", "a.safetensors")
    head = yaml.safe_load(text.split("---\n")[1])
    assert head["license"] == "unknown"  # an identifier of the hub, and so are the next
    assert head["pipeline_tag"] == "image-classification"
    assert head["tags"][-2:] == ["onnx", "safetensors"]
    assert head["metrics"] == ["accuracy"]
    (index,) = head["model-index"]
    told = [(one["dataset"]["split"], one["metrics"][0]["value"]) for one in index["results"]]
    assert told == [("validation", 0.75), ("test", 0.0)]
    assert {type(value) for _, value in told} == {float}
    for one in index["results"]:
        assert one["task"]["type"] == "image-classification"
        assert one["dataset"]["type"] == "imagefolder"
        assert one["dataset"]["name"]
        assert [*one["metrics"][0]] == ["type", "name", "value"]
    assert "/ann" not in text  # a card is published
    assert "the run first" in text
    assert "place of `unknown`" in text
    none = yaml.safe_load(replace(card, about=made.about, validated=None).text().split("---\n")[1])
    assert "base_model" not in none
    unmeasured = replace(card, about=replace(about, best={}, test=None)).text("a.onnx")
    assert "model-index" not in yaml.safe_load(unmeasured.split("---\n")[1])


@pytest.mark.parametrize("names", [("rose", "tulip"), HOSTILE, ("bad\udcff", "a\ud800")])
def test_the_hubs_own_parser_takes_a_card_and_says_nothing(
    made: RunFolder, tmp_path: Path, names: tuple[str, ...]
) -> None:
    """As it is read when somebody publishes it, and as it is written again; warnings are errors."""
    about = replace(
        made.about,
        data=f"/ann/{names[-1].replace('/', '')}",
        best={"valid_loss": 0.1, "accuracy": 0.75, "balanced_accuracy": float("nan")},
        test={"loss": 0.1, "accuracy": 0.00001, "pictures": 8.0},
    )
    card = Card(about, preparation(names), 1234, 100, "Compared.")
    place = tmp_path / "README.md"
    place.write_text(card.text("net.onnx", "net.safetensors"), encoding="utf-8")
    read = ModelCard.load(place)
    assert isinstance(read.data, ModelCardData)
    assert read.data.license == "unknown"
    assert read.data.pipeline_tag == "image-classification"
    assert read.data.library_name == "convscope"
    assert read.data.model_name == f"simple_net on {one_line(Path(about.data).name)}"
    told = [
        (one.dataset_split, one.dataset_type, one.metric_type, one.metric_value)
        for one in read.data.eval_results or []
    ]
    assert told == [
        ("validation", "imagefolder", "accuracy", 0.75),
        ("test", "imagefolder", "accuracy", 0.0),
    ]
    assert ModelCard(str(read)).data.to_dict() == read.data.to_dict()
    bare = replace(card, about=replace(about, best={}, test=None))
    place.write_text(bare.text("net.onnx"), encoding="utf-8")
    unmeasured = ModelCard.load(place).data
    assert isinstance(unmeasured, ModelCardData)
    assert unmeasured.eval_results is None


def test_a_licence_that_somebody_chose_stays(made: RunFolder) -> None:
    card = export(made, "safetensors").card
    chosen = "license: cc-by-4.0\nbase_model: ann/flowers"
    card.write_text(card.read_text().replace('license: "unknown"', chosen))
    text = export(made, "safetensors").card.read_text()
    assert f"\n{chosen}\n" in text
    assert "## Licence" not in text


def made_pictures(place: Path) -> Path:
    (place / "made").mkdir()
    for level in range(3):
        Image.new("L", (16, 16), level).save(place / "made" / f"{level}.png")
    return place / "made"


def test_a_card_tells_the_run_and_its_limits(made: RunFolder) -> None:
    about = replace(
        made.about,
        status="interrupted",
        settings={**made.about.settings, "survey": {"valid": {"a": 100}, "valid_is_test": True}},
        test={"loss": 0.1, "accuracy": 0.5, "pictures": 8},
    )
    text = Card(about, preparation(channels=3), 1234, 100, "Compared.").text("a.onnx")
    for told in (
        "1,234 parameters",
        "accuracy 0.75 on 100 pictures",
        "between 0.657 and 0.8245",
        "looked at once: loss 0.1, accuracy 0.5, pictures 8",
        "chosen on the only test set",
        "not finished (interrupted)",
        'onnxruntime.InferenceSession("a.onnx")',
        "- seed: 0",
        "16 x 16 px (height x width), colour",
    ):
        assert told in text


def test_the_lines_of_the_card_run(made: RunFolder, picture_folder: Path) -> None:
    """Those for safetensors; the slow test runs those for ONNX."""
    text = export(made, "safetensors", Path("net.safetensors")).card.read_text()
    shutil.copy(picture_folder / "low" / "1.png", "picture.jpg")
    named: dict[str, Any] = {}
    exec("\n".join(python_of(text)), named)
    assert named["label"] in made.about.classes


@pytest.mark.slow
def test_the_lines_of_an_onnx_card_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("onnxscript")
    monkeypatch.chdir(tmp_path)
    dice = np.random.default_rng(0).integers(0, 256, (8, 5, 3), dtype=np.uint8)
    Path("photos").mkdir()
    Image.fromarray(np.kron(dice, np.ones((9, 9, 1), np.uint8))).save("photos/a.png")
    shutil.copy("photos/a.png", "picture.jpg")
    made = made_run(tmp_path / "runs", Path("photos"), preparation(channels=3), arch="pooled_cnn")
    export(made, "onnx", Path("net.onnx"))
    for resize in RESIZES:
        prepare = preparation(channels=3, resize=resize)
        text = Card(made.about, prepare, 1, None, "").text("net.onnx")
        named: dict[str, Any] = {}
        exec("\n".join(python_of(text)), named)
        assert np.array_equal(named["pixels"][0], prepare.pixels(Path("picture.jpg")))
        assert named["probabilities"].sum() == pytest.approx(1)


def python_of(text: str) -> Iterator[str]:
    return iter(re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))


def test_no_picture_is_no_comparison(tmp_path: Path) -> None:
    pytest.importorskip("onnxscript")
    with pytest.raises(ConfigError, match="no picture"):
        write_onnx(
            tmp_path / "a.onnx", nn.Flatten(), preparation(), np.zeros((0, 1, 16, 16), np.uint8)
        )
