"""What TensorBoard reads is what was recorded."""

import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import torch
from tensorboardX.proto import event_pb2
from torch import nn

from convscope.errors import ConfigError
from convscope.instruments import export_tensorboard, watch


def events(folder: Path) -> dict[str, dict[int, Any]]:
    """Read an event file by its format: length, checksum, content, checksum."""
    (file,) = folder.glob("events*")
    data, found = file.read_bytes(), defaultdict[str, dict[int, Any]](dict)
    while data:
        length = int.from_bytes(data[:8], "little")
        event: Any = vars(event_pb2)["Event"].FromString(data[12 : 12 + length])
        for value in event.summary.value:
            found[value.tag][event.step] = value
        data = data[16 + length :]
    return found


def test_every_number_is_read_back(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU())
    with watch(model) as record:
        for scale in (1.0, 100.0, 0.01):
            model(scale * torch.randn(16, 4)).sum().backward()
    export_tensorboard(record.record, tmp_path)
    found, seen = events(tmp_path), record.layer_stats(0)
    assert len(found) == 8
    for step in range(3):
        assert found["0/mean"][step].simple_value == pytest.approx(seen.means[step])
        assert found["0/std"][step].simple_value == pytest.approx(seen.stds[step])
        blocked = found["0/blocked_share"][step].simple_value
        assert blocked == pytest.approx(seen.blocked_shares[step])
        histogram = found["0/outputs"][step].histo
        assert sum(histogram.bucket) == pytest.approx(128)
        assert histogram.num == 128
        assert (histogram.min, histogram.max) == (seen.minima[step], seen.maxima[step])


def test_at_most_so_many_steps(tmp_path: Path) -> None:
    model = nn.Linear(1, 1)
    with watch(model) as record:
        for _ in range(8):
            model(torch.ones(1, 1)).sum().backward()
    export_tensorboard(record.record, tmp_path, records=3)
    found = events(tmp_path)
    assert {tuple(values) for values in found.values()} == {(1, 4, 7)}


def test_where_it_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with watch(nn.Linear(1, 1)) as record:
        pass
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    with pytest.raises(ConfigError, match=r"pip install 'convscope\[tensorboard\]'"):
        export_tensorboard(record.record, tmp_path)
