"""What is recorded inside must not stop what it looks at.

A damaged activations.sqlite raised where a run was resumed (and, in its middle, as sqlite3's own
traceback); a locked one raised after five seconds; a layer whose output cannot be counted (float8,
vmap, a nested tensor, BatchNorm called by keyword) raised out of its hook, in the middle of the
training; torch.jit.trace found the hooks in its graph.
"""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from convscope.cli.main import run
from convscope.errors import ConfigError, RunError
from convscope.instruments import ActivationStats, watch
from convscope.runs import TallyStore, lasting_store, read_activations, read_steps
from convscope.train import Learner
from tests.conftest import small_batches


def recorded(folder: Path) -> Path:
    net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU())
    with watch(net, path=folder) as record:
        for _ in range(40):
            net(torch.randn(2, 1, 8, 8)).sum().backward()
    assert len(record.layer_stats(0)) == 40
    return folder / "activations.sqlite"


def in_the_middle(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)


def at_the_start(path: Path) -> None:
    path.write_bytes(b"no database" * 1000)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:6000])


def of_the_future(path: Path) -> None:
    base = sqlite3.connect(path)
    base.execute("pragma user_version = 99")
    base.close()


@pytest.mark.parametrize("damage", [in_the_middle, at_the_start, cut_short, of_the_future])
def test_a_damaged_record_is_put_aside_and_begun_anew(
    tmp_path: Path,
    damage: Callable[[Path], None],
    make_learner: Callable[..., Learner],
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = recorded(tmp_path)
    damage(path)
    kept = path.read_bytes()
    journal = tmp_path / "activations.sqlite-journal"
    journal.write_bytes(b"what would be rolled back into the new file")
    learn = make_learner(cbs=ActivationStats(path=path))
    learn.fit(1, 0.1)
    assert read_activations(path).history(0).steps.tolist() == [0, 1, 2, 3, 4]
    assert (tmp_path / "activations.damaged1.sqlite").read_bytes() == kept
    assert not journal.exists()
    assert caplog.text.count("cannot be continued") == 1


def test_a_resumed_run_writes_damaged_steps_anew(
    small_run: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept = read_steps(small_run / "steps.sqlite")
    (small_run / "steps.sqlite").write_bytes(b"rubbish" * 100)
    settings = json.loads((small_run / "run.json").read_text())
    settings |= {"status": "interrupted", "ended": None}
    (small_run / "run.json").write_text(json.dumps(settings))
    assert run(["train", "--resume", str(small_run)]) == 0
    assert read_steps(small_run / "steps.sqlite") == kept
    assert "steps.damaged1.sqlite" in caplog.text


def test_what_cannot_be_put_aside_is_recorded_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = recorded(tmp_path)
    at_the_start(path)

    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "rename", refused)
    net = nn.Sequential(nn.Linear(2, 2))
    with watch(net, path=path) as record:
        net(torch.ones(1, 2)).sum().backward()
    assert record.layer_stats(0).counts.tolist() == [2]
    assert "what is recorded from now on is not kept" in caplog.text


def test_somebody_elses_file_stays_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("print('mine')\n" * 100)
    with lasting_store(TallyStore, tmp_path / "train.py") as store:
        assert store.path is None
    assert [path.name for path in tmp_path.iterdir()] == ["train.py"]


def test_a_folder_that_is_not_there_is_told_before_anything_is_learnt(tmp_path: Path) -> None:
    with (
        pytest.raises(RunError, match="its folder must exist"),
        watch(nn.Linear(1, 1), path=tmp_path / "none" / "x.sqlite"),
    ):
        pass


def test_a_file_that_is_busy_does_not_stop_a_resume(tmp_path: Path) -> None:
    path = recorded(tmp_path)
    other = sqlite3.connect(path, isolation_level=None)
    store = TallyStore(path)
    store._database.execute("pragma busy_timeout = 10")
    other.execute("begin immediate")
    store.drop_after(9)
    store.flush()
    other.execute("rollback")
    other.close()
    store.close()
    assert read_activations(path).history(0).steps.tolist() == list(range(10))


class Gives(nn.Module):
    """Give what is asked for, beside what is learnt from."""

    def __init__(self, give: Callable[[Tensor], object]) -> None:
        super().__init__()
        self.first, self.odd = nn.Linear(4, 4), Odd(give)

    def forward(self, images: Tensor) -> Tensor:
        found = self.first(images)
        self.odd(found)
        return found.sum()


class Odd(nn.Module):
    def __init__(self, give: Callable[[Tensor], object]) -> None:
        super().__init__()
        self.give, self.weight = give, nn.Parameter(torch.ones(1))

    def forward(self, images: Tensor) -> object:
        return self.give(images)


class Refusing(Tensor):
    """A subclass that refuses to be counted."""

    @classmethod
    def __torch_function__(
        cls, func: object, types: object, args: tuple[object, ...] = (), kwargs: object = None
    ) -> object:
        raise TypeError("no such operation here")


ODD: dict[str, Callable[[Tensor], object]] = {
    "float8": lambda x: x.detach().to(torch.float8_e4m3fn),
    "uint16": lambda x: x.detach().abs().to(torch.uint16),
    "nested": lambda x: torch.nested.nested_tensor([x[0], x[1, :2]]),
    "complex": lambda x: torch.complex(x, x).conj(),
    "sparse": lambda x: x.to_sparse(),
    "bool": lambda x: x > 0,
    "one number": lambda x: x.sum(),
    "nothing": lambda x: x[:0],
    "refusing": lambda x: x.detach().as_subclass(Refusing),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ODD)
def test_odd_outputs_do_not_stop_a_training(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    net = Gives(ODD[kind])
    with watch(net, gradients=True, norms=True, with_valid=True) as record:
        for _ in range(2):
            net.train()(torch.randn(3, 4)).backward()
            net.eval()(torch.randn(3, 4))
    assert record.layer_stats("first").counts.tolist() == [12, 12]
    assert caplog.text.count("training goes on") == (kind == "refusing")


@pytest.mark.filterwarnings("ignore")
def test_transformed_and_traced_functions(caplog: pytest.LogCaptureFixture) -> None:
    net = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
    with watch(net) as record:
        net(torch.randn(5, 4))
        assert torch.func.vmap(net)(torch.randn(5, 4)).shape == (5, 4)
        torch.jit.trace(net, torch.randn(2, 4))
        net(torch.randn(5, 4))
    assert caplog.text.count("training goes on") == 1
    assert record.layer_stats(0).counts.tolist() == [20, 20]


class ByKeyword(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(4)

    def forward(self, images: Tensor) -> Tensor:
        return self.norm(input=images)


def test_batch_norm_called_by_keyword(caplog: pytest.LogCaptureFixture) -> None:
    with watch(net := ByKeyword(), norms=True) as record:
        net(torch.randn(3, 4)).sum().backward()
    assert record.layer_stats(0).counts.tolist() == [12]
    assert not caplog.records


@pytest.mark.parametrize("wrong", [{"passes": 0}, {"first_step": -1}])
def test_steps_that_never_end(wrong: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match="where a step ends"), watch(nn.Linear(1, 1), **wrong):  # pyright: ignore[reportArgumentType]
        pass


@pytest.mark.filterwarnings("ignore")
def test_a_scripted_network_is_refused_in_words() -> None:
    net = torch.jit.script(nn.Linear(1, 1))
    with pytest.raises(ConfigError, match=r"before torch\.jit\.script"), watch(net):
        pass


UNCHECKED = """
from torch import nn
from convscope.errors import ConfigError
from convscope.instruments import watch
net = nn.Sequential(nn.Linear(1, 1))
for model, modules in [(3, None), (None, None), (net, 0), (net, [0]), (net, [None])]:
    try:
        with watch(model, modules=modules):
            pass
    except ConfigError as error:
        print(str(error).splitlines()[0])
"""


@pytest.mark.slow
def test_rubbish_is_refused_in_words_where_nobody_checks_types() -> None:
    done = subprocess.run(
        [sys.executable, "-c", UNCHECKED], capture_output=True, text=True, timeout=100, check=True
    )
    refused = done.stdout.splitlines()
    assert refused[:2] == ["only a PyTorch module can be watched"] * 2
    assert refused[2:] == ["there is no such layer to watch"] * 3


def test_an_accumulated_step_holds_whole_passes_only() -> None:
    """A pass that failed in the middle of a step left what it had counted in the step."""
    net = nn.Sequential(nn.Linear(4, 4), nn.Flatten(), nn.Linear(4, 2))
    with watch(net, passes=2) as record:
        net(torch.randn(3, 4)).sum().backward()
        with pytest.raises(RuntimeError):
            net(torch.randn(3, 4, 4))  # the first layer takes it, the second does not
        net(torch.randn(5, 4)).sum().backward()
    assert record.layer_stats(0).counts.tolist() == [8 * 4]
    assert record.layer_stats(-1).counts.tolist() == [8 * 2]


def test_dead_channels_where_nobody_validates() -> None:
    """Channels were counted in eval mode only: a loop without it had no record of them."""
    conv = nn.Conv2d(1, 3, 1)
    with torch.no_grad():
        conv.weight[:] = torch.tensor([0.0, 1.0, 0.0]).view(3, 1, 1, 1)
        conv.bias[:] = torch.tensor([-1.0, 0.0, 1.0])  # pyright: ignore[reportOptionalSubscript]
    net = nn.Sequential(conv, nn.LeakyReLU(-1.0))
    images = [torch.randn(2, 1, 8, 8) for _ in range(3)]
    with watch(net) as record:
        for one in images:
            net(one)
    shares = record.record.channels(0).fired_shares
    wanted = (torch.cat(images) > 0).double().mean().item()
    assert shares[0].tolist() == pytest.approx([0, wanted, 1])
    assert record.record.channels(0, activated=True).fired_shares.tolist() == [[1, 1, 1]]
    assert record.plot_channels()


def test_an_epoch_is_one_stretch_of_training(make_learner: Callable[..., Learner]) -> None:
    learn = make_learner(cbs=(stats := ActivationStats()))
    learn.fit(2, 1e-12)
    outputs = [learn.model[0](images) for images, _ in small_batches(5)]  # pyright: ignore[reportIndexIssue]
    wanted = (torch.cat(outputs) > 0).double().mean(dim=(0, 2, 3)).tolist()
    trained = stats.record.channels("0", in_training=True)
    assert trained.fired_shares.tolist() == [pytest.approx(wanted)] * 2
    assert len(stats.record.channels("0").epochs) == 2
    assert stats.record.channels("0").fired_shares[0].tolist() != trained.fired_shares[0].tolist()
