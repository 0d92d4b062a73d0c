"""Every value is counted once, by both roads, and both arrive at the same numbers."""

import math
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from convscope.instruments import counting
from convscope.instruments.counting import Counter, count_firing, counting_library
from convscope.instruments.firing import Firing
from convscope.runs import Tally, packed, unpacked, value_order


@pytest.fixture(params=["compiled", "torch"])
def road(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "torch":
        monkeypatch.setattr(counting, "counting_library", lambda: None)
    elif counting_library() is None:
        pytest.skip("no compiler was there when the package was installed")
    return request.param


def tally_of(*tensors: Tensor) -> Tally:
    counter = Counter()
    for tensor in tensors:
        counter.add(tensor)
    return counter.taken()


def histogram(tally: Tally) -> np.ndarray[Any, np.dtype[np.int64]]:
    assert tally.histogram is not None
    assert len(tally.histogram) <= 880
    return unpacked([tally.histogram], tally.shift)[0]


def by_hand(values: list[float]) -> tuple[int, int, int, int, int]:
    near = sum(abs(value) <= float(np.float32(0.05)) for value in values)
    return (
        sum(map(math.isnan, values)),
        sum(map(math.isinf, values)),
        near,
        values.count(0.0),
        sum(value <= 0 for value in values),
    )


TAME = [0.0, -0.0, 1e-45, -1e-45, 1e-39, 0.05, -0.05, 0.0500001, 1.0, -1.5, 3.4e38, -3.4e38]
WILD = [*TAME, math.nan, -math.nan, math.inf, -math.inf]


def test_numbers_by_hand(road: str) -> None:
    tally = tally_of(torch.tensor([-3.0, 0.0, 0.01, 1.0, math.nan, math.inf, -math.inf]))
    assert tally[:6] == (7, 1, 2, 2, 1, 3)
    assert tally.mean == pytest.approx(-0.4975)
    assert tally.m2 == pytest.approx(9 + 0.0001 + 1 - 4 * 0.4975**2)
    assert (tally.low, tally.high) == (-3, 1)
    counts = histogram(tally)
    assert counts.sum() == 4
    assert counts[2048 - 1 - (128 * 8 + 4)] == 1  # -3 = -1.5 x 2 ** 1: exponent 128, fraction .100
    assert counts[2048] == 1  # zero
    assert counts[2048 + 127 * 8] == 1  # 1 = 1.0 x 2 ** 0


def test_wild_values(road: str) -> None:
    values = torch.tensor(WILD * 300)
    tally = tally_of(values)
    assert tally[1:6] == by_hand(values.tolist())
    assert histogram(tally).sum() + tally.nans + tally.infs == len(values) == tally.amount


@pytest.mark.parametrize("size", [1, 2, 3, 2047, 2048, 2049, 70_001, 200_003])
@pytest.mark.parametrize("threads", [1, 3])
def test_both_roads_meet(size: int, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if counting_library() is None:
        pytest.skip("no compiler was there when the package was installed")
    torch.manual_seed(size)
    values = torch.randn(size) * torch.randn(size).mul(8).exp()
    values[torch.rand(size) < 0.001] = math.nan
    values[torch.rand(size) < 0.001] = -math.inf
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    quick = tally_of(values)
    monkeypatch.setattr(counting, "counting_library", lambda: None)
    slow = tally_of(values)
    assert quick[:6] == slow[:6]
    assert quick[6:8] == pytest.approx(slow[6:8], rel=1e-9)
    assert quick[8:] == slow[8:]  # extremes, resolution and bytes
    numbers = values.double()[values.isfinite()]
    assert quick.mean == pytest.approx(numbers.mean().item(), rel=1e-9)
    if len(numbers) > 1:
        assert quick.m2 / (len(numbers) - 1) == pytest.approx(numbers.var().item(), rel=1e-9)
    bits = values[values.isfinite()].numpy().view(np.uint32) >> 20
    expected = value_order(np.bincount(bits, minlength=4096).astype(np.int64))
    assert packed(expected) == (quick.shift, quick.histogram)


def test_below_the_smallest_exponent(road: str) -> None:
    counts = histogram(tally_of(torch.tensor([1.1e-38, 1e-38, 9e-39, -1.1e-38])))
    assert counts[2048:2056].tolist() == [0, 0, 0, 0, 0, 0, 2, 1]  # eighths of 2 ** -126
    assert counts[2040] == 1


FORKED = """
import os, torch
from convscope.instruments.counting import Counter
torch.set_num_threads(2)
torch.randn(1_000_000).exp().sum()
counter, ones = Counter(), torch.ones(1_000_000)
counter.add(ones)
if not (child := os.fork()):
    counter.add(ones)
    os._exit(0 if counter.taken().amount == 2_000_000 else 1)
print(os.waitpid(child, 0)[1])
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_child_does_not_wait_for_threads_that_it_has_not() -> None:
    command = [sys.executable, "-W", "ignore", "-c", FORKED]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split() == ["0"], done.stderr


@pytest.mark.parametrize("constant", [0.1, -7.3, 1e30, 1e-30, 0.0])
def test_a_constant_does_not_deviate(road: str, constant: float) -> None:
    tally = tally_of(torch.full((5, 7, 211), constant))
    assert tally.m2 == 0
    assert tally.mean == torch.tensor(constant).item() == tally.low == tally.high


@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e30])
def test_moments_far_from_one_and_far_from_zero(road: str, scale: float) -> None:
    torch.manual_seed(0)
    values = torch.randn(100_000) * scale + 1000 * scale
    tally = tally_of(values)
    wanted = values.double()
    assert tally.mean == pytest.approx(wanted.mean().item(), rel=1e-9)
    assert tally.m2 == pytest.approx(wanted.var().item() * 99_999, rel=1e-6)


@pytest.mark.parametrize(
    "kind",
    [
        torch.float16,
        torch.bfloat16,
        torch.float64,
        torch.int8,
        torch.uint8,
        torch.int64,
        torch.bool,
    ],
)
def test_types(road: str, kind: torch.dtype) -> None:
    torch.manual_seed(0)
    values = (torch.randn(3, 4, 5, 6) * 3).to(kind)
    tally, same = tally_of(values), tally_of(values.double())
    assert tally[:6] == same[:6]
    assert tally[6:8] == pytest.approx(same[6:8])
    assert tally[8:] == same[8:]


def test_complex_numbers_count_twice(road: str) -> None:
    values = torch.complex(torch.ones(5), torch.zeros(5)).conj()
    tally = tally_of(values)
    assert (tally.amount, tally.zeros, tally.high) == (10, 5, 1)


def test_empty(road: str) -> None:
    tally = tally_of(torch.zeros(0, 3))
    assert tally[:6] == (0, 0, 0, 0, 0, 0)
    assert histogram(tally).sum() == 0


def test_order_in_memory_does_not_matter(road: str) -> None:
    torch.manual_seed(0)
    whole = torch.randn(6, 8, 10, 12)
    views = [
        whole[:, ::2],
        whole.permute(3, 1, 0, 2),
        whole[:, :1].expand(6, 4, 10, 12),
        whole.contiguous(memory_format=torch.channels_last),
    ]
    for view in views:
        before = view.clone()
        same, plain = tally_of(view), tally_of(view.contiguous().flatten().clone())
        assert same[:6] + same[8:] == plain[:6] + plain[8:]
        assert torch.equal(view, before)


def test_several_tensors_add_up(road: str) -> None:
    torch.manual_seed(0)
    parts = [torch.randn(1000) + index for index in range(4)]
    apart, together = tally_of(*parts), tally_of(torch.cat(parts))
    assert apart[:6] + apart[8:] == together[:6] + together[8:]
    assert apart[6:8] == pytest.approx(together[6:8], rel=1e-12)


def test_float64_beyond_float32(road: str) -> None:
    tally = tally_of(torch.tensor([1e300, -1e300, 1e-300, 1.9999999999999998], dtype=torch.float64))
    assert tally[:6] == (4, 0, 0, 1, 0, 1)
    counts = histogram(tally)
    assert counts.sum() == 4
    assert counts[2048 + 2039] == counts[2047 - 2039] == counts[2048] == 1
    assert counts[2048 + 127 * 8 + 7] == 1  # not rounded up to 2


def test_taking_begins_anew(road: str) -> None:
    counter = Counter()
    counter.add(torch.ones(3))
    assert counter.taken().amount == 3
    assert counter.taken().amount == 0


def test_taking_what_fired_begins_anew() -> None:
    firing = Firing(2)
    for _ in range(2):
        firing.add_slowly(torch.ones(3, 2, 4))
        assert firing.taken().tolist() == [[12, 12], [3, 3], [12, 12], [3, 3]]


@pytest.mark.parametrize("filled", [4080, 600])
def test_any_histogram_fits(filled: int) -> None:
    counts = np.zeros(4096, np.int64)
    counts[8 : 8 + filled] = np.random.default_rng(0).integers(1, 2**31, filled)
    shift, content = packed(counts)
    assert len(content) <= 880
    assert shift > 0
    assert np.array_equal(unpacked([content] * 2, shift)[1], counts.reshape(-1, 1 << shift).sum(1))


def test_the_compiled_packing_is_the_same_where_bins_are_added_up() -> None:
    library = counting_library()
    if library is None:
        pytest.skip("no compiler was there when the package was installed")
    dice = np.random.default_rng(0)
    for wild in (10, 300, 1000, 4096):
        counter = Counter()
        places = dice.choice(4096, wild, replace=False)
        counter._histogram[places] = dice.integers(1, 2**40, wild)
        expected = packed(value_order(counter._histogram.copy()))
        tally = counter.taken()
        assert (tally.shift, tally.histogram) == expected


def fires(values: Tensor) -> list[list[int]]:
    """Count what a Firing counts, by its definition."""
    above = (values.double() > 0).flatten(2) if values.dim() > 2 else values.double()[..., None] > 0
    channels, pictures = values.shape[1], values.shape[0]
    places = values.numel() // channels
    counts = [above.sum(dim=(0, 2)), above.any(dim=2).sum(dim=0)]
    return [*(one.tolist() for one in counts), [places] * channels, [pictures] * channels]


SHAPES = [
    (1, 1),
    (5, 700),
    (300, 10),
    (4099, 30),
    (3, 5, 1, 1),
    (164, 64, 2, 2),
    (233, 6, 7, 7),
    (7, 3, 13, 13),
    (2, 3, 50, 41),
    (1, 2, 210, 200),
    (2, 130, 3, 5),
    (4, 2, 2060),
    (2, 3, 4, 5, 6),
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("threads", [1, 3])
def test_channels_that_fire_are_counted_exactly(
    road: str, shape: tuple[int, ...], threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(len(shape))
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    channels = torch.arange(shape[1]).view(1, -1, *[1] * (len(shape) - 2))
    values = torch.randn(shape) + channels % 4 * 2 - 3.5  # some fire seldom, some often
    odd = torch.tensor([math.nan, -math.nan, math.inf, -math.inf, 0.0, -0.0, 1e-45, -1e-45, 3e38])
    flat, places = values.view(-1), torch.randperm(values.numel())[:300]
    flat[places] = odd[torch.arange(len(places)) % len(odd)]
    given = [
        values,
        values.half(),
        values.double(),
        (values.nan_to_num(0, 0, 0) * 9).to(torch.int8),
    ]
    if len(shape) == 4:
        given += [one.contiguous(memory_format=torch.channels_last) for one in given]
        given += [values.transpose(2, 3), values[:, :, ::2]]
    for one in given:
        together, apart, counter = Firing(shape[1]), Firing(shape[1]), Counter()
        for _ in range(2):
            counter.add(one, together)
            count_firing(one, apart)
        tally, twice = counter.taken(), [[2 * number for number in row] for row in fires(one)]
        counted = together.taken()
        assert counted.tolist() == apart.taken().tolist() == twice
        plain = tally_of(one, one)
        assert tally[:6] + tally[8:] == plain[:6] + plain[8:]
        assert counted[0].sum() == tally.amount - tally.blocked - tally.nans
        assert together.taken()[0].tolist() == [0] * shape[1]


@pytest.mark.slow
def test_a_hundred_million_values(road: str) -> None:
    values = torch.ones(100_000_000)
    values[1::2] = -1
    tally = tally_of(values)
    assert (tally.amount, tally.blocked, tally.mean) == (100_000_000, 50_000_000, 0)
    assert math.sqrt(tally.m2 / (tally.amount - 1)) == pytest.approx(1, rel=1e-7)
    assert histogram(tally).sum() == tally.amount
