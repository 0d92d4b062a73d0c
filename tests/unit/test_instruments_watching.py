"""`watch` in other people's loops: one record a step, whatever the loop does."""

import gc
import importlib
import logging
import os
import sqlite3
import subprocess
import sys
import threading
import warnings
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import convscope
from convscope.errors import ConfigError
from convscope.instruments import channels, watch
from convscope.models import simple_cnn
from convscope.runs import read_activations

torch.set_num_threads(1)


def net() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3),
        nn.BatchNorm2d(4),
        nn.ReLU(inplace=True),
        nn.Flatten(),
        nn.Linear(144, 3),
    )


def batch(size: int = 6) -> tuple[Tensor, Tensor]:
    return torch.randn(size, 1, 8, 8), torch.arange(size) % 3


def train(model: nn.Module, steps: int = 4, size: int = 6) -> list[Tensor]:
    torch.manual_seed(1)
    opt = torch.optim.SGD(model.parameters(), 0.1)
    for _ in range(steps):
        images, labels = batch(size)
        nn.functional.cross_entropy(model(images), labels).backward()
        opt.step()
        opt.zero_grad()
    return [weights.detach().clone() for weights in model.state_dict().values()]


def test_three_lines_in_a_bare_loop_change_no_bit() -> None:
    plain = train(net())
    model = net()
    with convscope.instruments.watch(model, gradients=True, norms=True) as record:
        watched = train(model)
    assert all(map(torch.equal, plain, watched))
    assert record.layers == ["0", "1", "4"]
    assert record.layer_stats("0").counts.tolist() == [6 * 4 * 36] * 4
    assert record.layer_stats(-1).steps.tolist() == [0, 1, 2, 3]
    assert record.layer_stats("1").blocked_shares.max() < 1  # counted before the ReLU in place


def test_in_ignite() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it imports of torch is deprecated there
        engine: Any = importlib.import_module("ignite.engine")
    model = net()
    trainer = engine.create_supervised_trainer(
        model, torch.optim.SGD(model.parameters(), 0.1), nn.functional.cross_entropy
    )
    with watch(model) as record:
        trainer.run([batch() for _ in range(3)], max_epochs=2)
    assert record.layer_stats(0).steps.tolist() == list(range(6))


@dataclass
class Answer:
    logits: Tensor
    hidden: list[Tensor]


class Answering(nn.Linear):
    def forward(self, images: Tensor) -> Answer:  # pyright: ignore[reportIncompatibleMethodOverride]
        return Answer(super().forward(images), [images])


def test_outputs_in_a_dataclass() -> None:
    model = Answering(2, 3)
    with watch(model) as record:
        model(torch.ones(4, 2)).logits.sum().backward()
    assert record.layers == ["model.logits", "model.hidden[0]"]
    assert record.layer_stats("model.hidden[0]").counts.tolist() == [8]


def test_what_cannot_be_watched_is_told_before_the_first_step() -> None:
    with pytest.raises(ConfigError, match="no layer is named to watch"), watch(net(), modules=[]):
        pass
    with pytest.raises(ConfigError, match="cannot be seen without"), watch(net(), updates=True):
        pass


def test_the_switch_is_named_where_something_was_not_recorded() -> None:
    model = net()
    with watch(model) as record:
        train(model, steps=1)
    for read, switch in (
        (record.record.gradients, "gradients"),
        (record.record.kernels, "kernels"),
        (lambda: record.record.norm(0), "norms"),
        (lambda: record.record.history(0, "valid output"), "with_valid"),
    ):
        with pytest.raises(ConfigError, match=f"watch with {switch}=True"):
            read()


def test_under_autocast() -> None:
    model = net()
    with watch(model) as record, torch.autocast("cpu", torch.bfloat16):
        outputs = model[0](torch.zeros(1, 1, 8, 8))
        model(batch()[0]).float().sum().backward()
    assert outputs.dtype is torch.bfloat16
    history, grid = record.layer_stats(0), record.hist(0)
    assert history.counts.tolist() == [6 * 4 * 36]
    assert (grid.counts.sum() + grid.below + grid.above).tolist() == [6 * 4 * 36]


def test_gradient_accumulation_is_one_step() -> None:
    model = net()
    with watch(model, passes=2) as record:
        train(model, steps=6)
    assert record.layer_stats(0).counts.tolist() == [2 * 6 * 4 * 36] * 3
    with watch(model, passes=None) as record:
        for passes in (1, 3):
            train(model, steps=passes)
            record.step()
    assert record.layer_stats(0).counts.tolist() == [864, 3 * 864]


def test_eval_mode_is_a_set_of_its_own() -> None:
    model = net()
    with watch(model, with_valid=True) as record:
        for _ in range(2):
            train(model.train(), steps=2)
            model.eval()
            with torch.inference_mode():
                model(batch(5)[0])
                model(batch(3)[0])
        model.train()
        with torch.no_grad():  # nobody learns from this
            model(batch()[0])
    assert len(record.layer_stats(0)) == 4
    valid = record.record.history(0, "valid output")
    assert valid.steps.tolist() == [1, 3]
    assert valid.counts.tolist() == [8 * 144] * 2
    assert record.record.channels("1", activated=True).fired_shares.shape == (2, 4)


def test_a_pass_that_fails_leaves_nothing() -> None:
    model = net()
    with watch(model) as record:
        train(model, steps=1)
        with pytest.raises(RuntimeError):
            model(torch.zeros(1, 1, 9, 9))
        train(model, steps=1)
    assert record.layer_stats(0).counts.tolist() == [864, 864]
    assert record.layer_stats(-1).counts.tolist() == [18, 18]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_compiled() -> None:
    model = net()
    compiled: Any = torch.compile(model, backend="aot_eager")
    with watch(compiled) as record:
        train(compiled, steps=3)
    assert record.layers == ["0", "1", "4"]
    assert record.layer_stats("1").counts.tolist() == [864] * 3


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_hooks_that_come_after_the_first_compiled_call(caplog: pytest.LogCaptureFixture) -> None:
    torch.compiler.reset()
    compiled: Any = torch.compile(net(), backend="aot_eager")
    train(compiled, steps=1)
    caplog.clear()  # torch says much
    with watch(compiled) as record:
        train(compiled, steps=1)
        said = caplog.text
        train(compiled, steps=1)
    assert "hooks that come after the first compiled call never fire" in said
    assert caplog.text.count("nothing was recorded") == 1
    with pytest.raises(ConfigError, match="no recorded pass called it"):
        record.layer_stats("0")


def test_a_model_that_is_never_called(caplog: pytest.LogCaptureFixture) -> None:
    model = net()
    with watch(model):
        model[0](batch()[0])
    assert "itself was never called" in caplog.text


def test_into_a_folder_and_on_from_there(tmp_path: Path) -> None:
    model = net()
    with watch(model, path=tmp_path) as record:
        train(model, steps=3)
        assert record.layer_stats(0).counts.tolist() == [864] * 3
    with watch(model, path=tmp_path, first_step=2):
        train(model, steps=2)
    found = read_activations(tmp_path / "activations.sqlite")
    assert found.history(0).steps.tolist() == [0, 1, 2, 3]
    assert record.layer_stats(0).steps.tolist() == [0, 1, 2, 3]


def test_a_full_disk_stops_the_record_and_not_the_training(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    plain, model = train(net(), steps=60), net()
    with caplog.at_level(logging.WARNING), watch(model, path=tmp_path) as record:
        record._store._database.execute("pragma max_page_count = 12")
        watched = train(model, steps=60)
        record._store.flush()
        record._store.flush()
    assert all(map(torch.equal, plain, watched))
    assert sum("cannot be written" in one.getMessage() for one in caplog.records) == 1
    read_activations(tmp_path / "activations.sqlite").layers()  # it is sound


def test_two_fits_in_two_threads() -> None:
    counts: dict[int, list[int]] = {}

    def work(size: int) -> None:
        model = net()
        with watch(model) as record:
            train(model, steps=20, size=size)
        counts[size] = record.layer_stats(0).counts.tolist()

    threads = [threading.Thread(target=work, args=(size,)) for size in (5, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == {5: [5 * 144] * 20, 7: [7 * 144] * 20}


FORKED = """
import os, sys, torch
from pathlib import Path
from tests.unit.test_instruments_watching import net, train
from convscope.instruments import watch
model = net()
with watch(model, path=Path(sys.argv[1])) as record:
    train(model, steps=2, size=2000)
    child = os.fork()
    if not child:
        train(model, steps=1)  # the parent's record is none of its business
        with watch(net(), path=Path(sys.argv[1]) / "child.sqlite") as own:
            train(own._recorder._model, steps=2, size=2000)
        counts = own.layer_stats(0).counts.tolist()
        os._exit(0 if counts == [288000] * 2 else 1)
    _, status = os.waitpid(child, 0)
    train(model, steps=1)
print(status, len(record.layer_stats(0)))
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_child(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-c", FORKED, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.stdout.split() == ["0", "3"], done.stderr


RANKS = """
import sys, torch
from pathlib import Path
import torch.distributed as dist
from tests.unit.test_instruments_watching import net
from convscope.instruments import watch
torch.set_num_threads(1)
rank, folder = int(sys.argv[1]), Path(sys.argv[2])
dist.init_process_group("gloo", init_method=f"file://{folder}/meet", rank=rank, world_size=2)
model = torch.nn.parallel.DistributedDataParallel(net())
opt = torch.optim.SGD(model.parameters(), 0.1)
torch.manual_seed(rank)
seen = []
model.module[0].register_forward_hook(lambda m, i, o: seen.append(o.detach().clone()))
with watch(model, path=folder) as record:
    for _ in range(3):
        model(torch.randn(5 + rank, 1, 8, 8)).square().sum().backward()
        opt.step()
        opt.zero_grad()
torch.save(seen, folder / f"seen{rank}.pt")
dist.barrier()
dist.destroy_process_group()
"""


@pytest.mark.slow
def test_the_counts_of_two_processes_add_up(tmp_path: Path) -> None:
    ranks = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", RANKS, str(rank), str(tmp_path)],
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(2)
    ]
    for one in ranks:
        _, said = one.communicate(timeout=200)
        assert one.returncode == 0, said
    found = read_activations(tmp_path / "activations.sqlite")
    assert found.layers() == ["0", "1", "4"]
    history = found.history("0")
    seen = [torch.load(tmp_path / f"seen{rank}.pt") for rank in range(2)]
    both = [torch.cat(pair).double() for pair in zip(*seen, strict=True)]
    assert history.counts.tolist() == [11 * 144] * 3
    assert history.means == pytest.approx([one.mean().item() for one in both])
    assert history.stds == pytest.approx([one.std().item() for one in both])
    assert history.blocked_shares.tolist() == [(one <= 0).double().mean().item() for one in both]
    grid = found.grid("0")
    assert (grid.counts.sum(axis=1) + grid.below + grid.above) == pytest.approx([11 * 144] * 3)
    fires = torch.cat(both) > 0
    fired = found.channels("0")
    assert fired.fired_shares[0].tolist() == fires.double().mean(dim=(0, 2, 3)).tolist()
    in_pictures = fires.flatten(2).any(dim=2).double().mean(dim=0)
    assert fired.picture_shares[0].tolist() == in_pictures.tolist()


def test_the_record_in_memory_goes_with_its_object() -> None:
    with watch(net()) as record:
        pass
    database = record._store._database
    del record
    gc.collect()
    with pytest.raises(Exception, match="closed"):
        database.execute("select 1")


def test_a_record_takes_at_most_a_kilobyte_whatever_happens(tmp_path: Path) -> None:
    wild = nn.Sequential(nn.Identity())
    with watch(wild, include_paramless=True, path=tmp_path) as record:
        for _ in range(200):
            bits = torch.randint(-(2**31), 2**31, (20_000,), dtype=torch.int64).int()
            wild(bits.view(torch.float32))
    size = (tmp_path / "activations.sqlite").stat().st_size
    assert len(record.layer_stats(0)) == 200
    assert size / 200 <= 1024 + 20 * 4096 / 200  # the file's own few pages


@pytest.mark.slow
def test_records_of_every_kind_take_at_most_a_kilobyte(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = simple_cnn(norm="batch")
    opt, asked = torch.optim.SGD(model.parameters(), 0.06), ("gradients", "updates", "norms")
    switches: Any = dict.fromkeys((*asked, "kernels", "with_valid"), True)
    with watch(model, path=tmp_path, optimizer=opt, **switches) as record:
        for step in range(60):
            images, labels = torch.randn(8, 1, 28, 28), torch.randint(0, 10, (8,))
            nn.functional.cross_entropy(model.train()(images), labels).backward()
            opt.step()
            opt.zero_grad()
            if step % 20 == 19:
                model.eval()(images)
    for place in (0, -1):
        assert len(record.layer_stats(place)) == 60
    with closing(sqlite3.connect(tmp_path / "activations.sqlite")) as base:
        kinds = base.execute(
            "select quantity, count(*), max(length(histogram)) from series"
            " join tallies on tallies.id >> 40 = series.id group by quantity"
        ).fetchall()
        (records,) = base.execute("select count(*) from tallies").fetchone()
        (arrays,) = base.execute("select sum(length(floats) + 40) from vectors").fetchone()
    counts = {kind: number for kind, number, _ in kinds}
    assert counts == {
        "output": 600,
        "output gradient": 600,
        "weight": 1200,
        "weight gradient": 1200,
        "update": 1200,
        "valid output": 30,
    }
    assert all(longest <= 880 for _, _, longest in kinds)  # twelve numbers more are below 1,024
    size = (tmp_path / "activations.sqlite").stat().st_size
    assert (size - arrays) / records <= 512  # some 230 in fact


class Adding(nn.Module):
    """What the activation is given was changed in place after it was counted."""

    def __init__(self, *, inplace: bool) -> None:
        super().__init__()
        self.conv, self.relu = nn.Conv2d(1, 3, 1), nn.ReLU(inplace=inplace)

    def forward(self, images: Tensor) -> Tensor:
        found = self.conv(images)
        found += 9
        return self.relu(found)


@pytest.mark.parametrize("inplace", [False, True])
def test_a_relu_behind_a_sum_in_place_is_counted_for_itself(*, inplace: bool) -> None:
    torch.manual_seed(0)
    with watch(Adding(inplace=inplace)) as record:
        record._recorder._model(torch.rand(2, 1, 4, 4))
    own, after = (record.record.channels(0, activated=behind) for behind in (False, True))
    assert own.fired_shares.mean() < 1
    assert after.fired_shares.tolist() == after.picture_shares.tolist() == [[1, 1, 1]]


@pytest.mark.parametrize("inplace", [False, True])
def test_a_relu_behind_its_layer_is_not_counted_again(
    monkeypatch: pytest.MonkeyPatch, *, inplace: bool
) -> None:
    monkeypatch.delattr(channels, "count_firing")  # an error in a look would be told
    model = nn.Sequential(nn.Conv2d(1, 3, 1), nn.ReLU(inplace=inplace))
    with watch(model) as record:
        for _ in range(3):
            model(torch.randn(4, 1, 5, 5))
    own, after = (record.record.channels(0, activated=behind) for behind in (False, True))
    assert 0 < own.fired_shares.mean() < 1
    assert own.fired_shares.tolist() == after.fired_shares.tolist()
    assert own.picture_shares.tolist() == after.picture_shares.tolist()


@pytest.mark.parametrize("include_paramless", [False, True])
def test_only_the_first_activation_behind_a_layer_is_its_own(*, include_paramless: bool) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 3, 1), nn.ReLU(), nn.Sigmoid(), nn.Softplus())
    with watch(model, include_paramless=include_paramless) as record:
        model(torch.randn(4, 1, 5, 5))
    assert record.record.channel_layers(activated=True) == ["0"]
    own, after = (record.record.channels(0, activated=behind) for behind in (False, True))
    assert after.fired_shares.tolist() == own.fired_shares.tolist()
    assert after.fired_shares.max() < 1  # as behind a sigmoid


def test_a_set_in_eval_mode_ends_a_stretch_of_training() -> None:
    model = net()
    with watch(model) as record:
        for steps in (2, 3):
            train(model.train(), steps=steps)
            model.eval()(batch()[0])
    fired = record.record.channels("0", in_training=True)
    assert fired.epochs.tolist() == [0, 1]
    assert record.record.channels("0").fired_shares.shape == (2, 4)


def test_channels_of_a_stretch_stay_where_a_run_goes_on(tmp_path: Path) -> None:
    for first_step in (0, 3):
        with watch(net(), path=tmp_path, first_step=first_step) as record:
            train(record._recorder._model, steps=3)
    assert record.record.channels("0").fired_shares.shape == (2, 4)


class Growing(nn.Module):
    """Twice as many channels at each call; only the first two fire."""

    def __init__(self) -> None:
        super().__init__()
        self.weight, self.channels = nn.Parameter(torch.ones(1)), 1

    def forward(self, images: Tensor) -> Tensor:
        self.channels *= 2
        signs = torch.where(torch.arange(self.channels) < 2, 1.0, -1.0)
        return images * self.weight * signs.view(1, -1, 1, 1)


def test_channels_of_a_layer_that_changes_their_number_are_those_of_its_first_pass() -> None:
    model = nn.Sequential(Growing(), nn.ReLU())
    with watch(model) as record:
        for _ in range(12):
            model(torch.ones(2, 1, 3, 3))
    assert record.layer_stats(0).counts.tolist() == [18 * 2**step for step in range(1, 13)]
    assert record.record.channels(0).fired_shares.tolist() == [[1, 1]]
    assert record.record.channels(0, activated=True).picture_shares.tolist() == [[1, 1]]
