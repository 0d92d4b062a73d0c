"""`--arch timm:NAME`, with a stand-in for timm that has the same doors."""

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
import torch
from torch import nn

from convscope.cli.main import run
from convscope.errors import ConfigError
from convscope.models import build, native_size
from convscope.recipes import load_trained
from convscope.runs import RunFolder

Printed = pytest.CaptureFixture[str]
CONFIGS = {
    "tinynet": {"input_size": (3, 20, 20), "fixed_input_size": False},
    "tinyvit": {"input_size": (3, 32, 32), "fixed_input_size": True},
}


class Calls(list[dict[str, object]]):
    """What `create_model` was asked for."""


@pytest.fixture
def timm(monkeypatch: pytest.MonkeyPatch) -> Calls:
    calls = Calls()

    def create_model(
        name: str, *, pretrained: bool, in_chans: int, num_classes: int, **more: object
    ) -> nn.Module:
        calls.append({"name": name, "pretrained": pretrained, **more})
        if name == "tinyvit" and "img_size" not in more:
            raise AssertionError("Input height doesn't match model")
        if more.get("img_size") == (7, 7):
            raise AssertionError("patches do not fit")
        body = nn.Sequential(nn.Conv2d(in_chans, 4, 3, stride=2), nn.BatchNorm2d(4), nn.ReLU())
        head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, num_classes)]
        return nn.Sequential(body, *head)

    module = ModuleType("timm")
    module.create_model = create_model  # pyright: ignore[reportAttributeAccessIssue]
    module.is_model = CONFIGS.__contains__  # pyright: ignore[reportAttributeAccessIssue]
    module.list_models = lambda: [*CONFIGS]  # pyright: ignore[reportAttributeAccessIssue]
    module.models = SimpleNamespace(  # pyright: ignore[reportAttributeAccessIssue]
        get_pretrained_cfg=lambda name: SimpleNamespace(to_dict=lambda: CONFIGS[name])
    )
    monkeypatch.setitem(sys.modules, "timm", module)
    return calls


def test_built_for_the_pictures_and_never_downloaded(timm: Calls) -> None:
    net = build("timm:tinynet", size=20, channels=1, classes=7)
    assert net(torch.zeros(2, 1, 20, 20)).shape == (2, 7)
    assert timm == [{"name": "tinynet", "pretrained": False}]
    build("timm:tinyvit", size=(32, 64), channels=3, classes=2)
    assert timm[-1]["img_size"] == (32, 64), "only where patches are counted"
    assert native_size("timm:tinyvit") == (32, 32)


@pytest.mark.slow
def test_trained_resumed_evaluated_and_asked(
    timm: Calls,
    picture_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Printed,
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["--arch", "timm:tinynet", "--batch-size", "8", "--epochs", "2"]
    assert run(["train", str(picture_folder), *words]) == 0
    assert "size 20 x 20 px: the size that timm:tinynet was made for" in capsys.readouterr().out
    (path,) = [path.parent for path in Path("runs").glob("*/run.json")]
    one = RunFolder.open(path)
    assert one.about.settings["arch"] == "timm:tinynet"
    assert isinstance(load_trained(one).model, nn.Sequential)
    picture = str(picture_folder / "low" / "3.png")
    assert run(["evaluate", str(path)]) == 0
    assert run(["predict", str(path), picture]) == 0
    assert run(["train", str(picture_folder), "--from", str(path), *words[2:], "--out", "b"]) == 0
    (path,) = [path.parent for path in Path("b").glob("*/run.json")]
    assert RunFolder.open(path).about.settings["arch"] == "timm:tinynet"
    assert not any(call["pretrained"] for call in timm)


def test_refused_before_anything_is_decoded(timm: Calls) -> None:
    with pytest.raises(ConfigError, match="'tinynet'"):
        build("timm:tinynte", size=20, channels=1, classes=2)
    with pytest.raises(ConfigError, match="timm has no network 'hf-hub:somebody/tinynet'"):
        build("timm:hf-hub:somebody/tinynet", size=20, channels=1, classes=2)
    with pytest.raises(ConfigError, match="patches do not fit"):
        build("timm:tinyvit", size=(7, 7), channels=1, classes=2)
    assert [call["name"] for call in timm] == ["tinyvit"]


def test_where_timm_cannot_be_imported(
    picture_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    monkeypatch.setitem(sys.modules, "timm", None)
    assert run(["train", str(picture_folder), "--arch", "timm:resnet18"]) == 2
    assert "pip install timm" in capsys.readouterr().err


def test_the_real_one() -> None:
    pytest.importorskip("timm", exc_type=ImportError)
    for name, size in (("resnet18", 64), ("vit_tiny_patch16_224", 64)):
        net = build(f"timm:{name}", size=size, channels=1, classes=3).eval()
        assert net(torch.zeros(1, 1, size, size)).shape == (1, 3)
