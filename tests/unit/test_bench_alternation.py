"""Two loops take turns and do not disturb each other: our Learner and a bare loop."""

from collections.abc import Iterator

import torch

from bench import learner_vs_bare
from bench.alternation import InTurns, Turns
from bench.bare import Digits
from convscope.data import Loader, Scaling


def loader(n: int) -> Loader:
    return Loader(
        torch.zeros(n, 1, 2, 2, dtype=torch.uint8),
        torch.arange(n),
        range(n),
        1,
        shuffled=False,
        drop_last=False,
        device=torch.device("cpu"),
        scaling=Scaling.plain(1),
    )


def test_the_other_side_works_after_every_few_batches_and_at_the_end() -> None:
    told: list[str] = []

    def other() -> Iterator[None]:
        while True:
            told.append("other")
            yield

    turns = Turns(other())
    for _, labels in InTurns(loader(5), turns, every=2).epoch_batches(seed=0, epoch=0):
        told.append(str(int(labels)))
    assert told == ["0", "1", "other", "2", "3", "other", "4", "other"]
    assert len(turns.ours) == len(turns.theirs) == 3


def few_digits() -> Digits:
    dice = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (100, 1, 28, 28), dtype=torch.uint8, generator=dice)
    labels = torch.randint(0, 10, (100,), generator=dice)
    return Digits((pixels, labels), (pixels[:30], labels[:30]))


def test_the_bare_loop_of_the_bench_is_the_learners_bit_for_bit() -> None:
    case = learner_vs_bare.Case(batch=16, most=1.05, every=4, fits=1)
    subject = learner_vs_bare.SUBJECTS[0]
    turns, total, same = learner_vs_bare._one_fit(few_digits(), case, subject)
    assert same
    assert len(turns.ours) == 3  # 6 steps make turns of 4 and 2, then comes the validation
    assert total.wall_seconds > sum(lap.wall_seconds for lap in turns.ours + turns.theirs)
