"""`learn.summary()` and `convscope summary`: the chapter's table, golden, with sums that agree."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

from convscope.cli.main import run
from convscope.models import simple_net
from convscope.probe import anatomy
from convscope.tables import anatomy_html, anatomy_text
from convscope.train import Learner, Splits
from tests.nets import NETS

Golden = Callable[[str, str], None]
WIDE = ("path", "layer", "input", "output", "window", "parameters", "trainable", "multiply_adds")


@pytest.fixture
def learn() -> Learner:
    batches = [(torch.rand(64, 1, 28, 28), torch.zeros(64, dtype=torch.long))]
    return Learner(Splits(batches, batches), simple_net(), quiet=True)


def numbers(text: str, name: str) -> list[int]:
    """All whole numbers of the lines that begin with `name`."""
    lines = [line for line in text.splitlines() if line.startswith(name)]
    return [int(one.replace(",", "")) for line in lines for one in re.findall(r"\d[\d,]*", line)]


def test_the_chapters_table(learn: Learner, golden: Golden) -> None:
    text = str(learn.summary())
    rows = [" ".join(line.split()) for line in text.splitlines()]
    assert rows[3] == "Conv2d 64 x 4 x 14 x 14 40 True"
    assert rows[4] == "ReLU 64 x 4 x 14 x 14 0 False"
    assert "Flatten 64 x 2 0 False" in rows
    assert "parameters 6,722" in rows
    assert {"optimiser adam", "loss function cross_entropy"} <= set(rows)
    golden("summary_of_a_learner.txt", text)


def test_costs_and_fields_on_request(learn: Learner, golden: Golden) -> None:
    learn.recorder.losses.append(1.0)
    learn.model.train()
    text = str(learn.summary(multiply_adds=True, fields=True))
    assert "63 / 32" in text
    assert numbers(text, "multiply-adds")[0] == 58_608  # of one picture, though 64 went through
    assert learn.recorder.losses == [1.0]
    assert learn.model.training
    golden("summary_with_costs.txt", text)


def test_in_a_notebook(learn: Learner) -> None:
    html = learn.summary()._repr_html_()
    assert html.count("<tr>") == 1 + 10
    assert ">64 x 4 x 14 x 14<" in html


@pytest.mark.parametrize("name", ["u-net", "reuse", "transformer"])
def test_tables_add_up(name: str, golden: Golden) -> None:
    torch.manual_seed(0)
    found = anatomy(NETS[name].make(), NETS[name].given)
    text = anatomy_text(found, (*WIDE, "activation", "field"), lang="en")
    column = text.splitlines()[2].index("parameters") + len("parameters")
    shown = [line[:column].split()[-1] for line in text.splitlines()[3:]]
    counted = [int(one.strip("*").replace(",", "")) for one in shown[: len(found.rows)]]
    assert sum(counted) == found.parameters == sum(one.numel() for one in weights(name))
    golden(f"anatomy_{name.replace('-', '')}.txt", text)


def weights(name: str) -> list[nn.Parameter]:
    return list(NETS[name].make().parameters())


@pytest.mark.parametrize("width", [44, 60, 80, 120])
def test_narrow_lines_say_what_they_leave_out(width: int) -> None:
    found = anatomy(simple_net(), (1, 28, 28))
    text = anatomy_text(found, (*WIDE, "field"), width=width, lang="en")
    table = text.split("\n-")[1]
    assert max(map(len, table.splitlines())) <= width
    assert "left out" in text or width == 120


def test_html_is_escaped_and_polish_is_spoken() -> None:
    class Odd(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x

    Odd.__name__ = "<b>"
    found = anatomy(Odd(), torch.rand(1, 1, 2, 2))
    assert "<b>" not in anatomy_html(found)
    assert "parametry" in anatomy_text(found, lang="pl")


# The command.


def printed(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = run(["summary", *words])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_a_named_network(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = printed(["simple_net"], capsys)
    assert code == 0
    assert numbers(out, "multiply-adds")[0] == 58_608
    assert "\x1b" not in out
    code, out, _ = printed(["simple_net", "--size", "3,64,64", "--all", "--json"], capsys)
    content = json.loads(out)
    assert content["parameters"] == sum(row["trainable"] for row in content["rows"])
    assert content["inputs"] == [[1, 3, 64, 64]]
    assert content["rows"][0]["field"]["jump"] == [2, 2]


def test_a_function_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = "from torch import nn\ndef net(): return nn.Conv2d(3, 2, 3)\nsize = 3\n"
    (tmp_path / "nets_of_mine.py").write_text(code)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    code, out, _ = printed(["nets_of_mine:net", "--size", "3,8,8"], capsys)
    assert (code, numbers(out, "parameters")) == (0, [56])
    for words, says in [
        (["nets_of_mine:net"], "no size was given"),
        (["nets_of_mine:other", "--size", "3,8,8"], "AttributeError"),
        (["nets_of_mine:size", "--size", "3,8,8"], "TypeError"),
        (["nets_of_mine:net", "--size", "1,8,8"], "expected input"),
        (["nets_of_mine:net", "--size", "3,8"], "Expected"),
        (["nets_of_mine:net", "--size", "big"], "not the size of a picture"),
        (["simple_ccn"], "'simple_cnn'"),
    ]:
        code, _, err = printed(words, capsys)
        assert code == 2
        assert says in err
