"""What the experiments learn from: all of MNIST where it is at hand, else the embedded digits."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path

from convscope.data import (
    CategoryBlock,
    DataBlock,
    DataLoaders,
    GrandparentSplitter,
    ImageBlock,
    Loader,
    Normalize,
    PILImageBW,
    get_image_files,
)
from convscope.errors import DataError, account
from convscope.pictures import URLs, digits_folder, is_at_hand, untar_data
from convscope.runs import Name, Phrase

MNIST, DIGITS = "MNIST", "the embedded digits"
THREES_AND_SEVENS = frozenset({"3", "7"})
_SIDE = 28  # pixels; the chapter's nets end at one place with these
_WHOLE, _SAMPLE = 60_000, 12_396  # pictures to train with, in the chapter
_MNIST_MEAN = 0.1307  # of all pixels; clothes of the same size have 0.286


@dataclass(frozen=True, slots=True)
class Material:
    """Pictures with their classes, decoded once for all experiments.

    Args:
        name: "MNIST", "the embedded digits", or of a folder.
        epochs_factor: how many epochs stand for one of the chapter's, so that there are as many
            steps; at least 1.
        dls: batches of any size.
        folder: where the pictures lie.
    """

    name: str
    epochs_factor: int
    dls: DataLoaders
    folder: Path

    @property
    def title(self) -> Name:
        """What people call it."""
        return Phrase("ladder_digits") if self.name == DIGITS else self.name

    def loaders(self, batch_size: int, seed: int) -> DataLoaders:
        """Give batches of the same decoded pictures in another size.

        Args:
            batch_size: pictures a batch, at least 1.
            seed: of the experiment; these pictures are split already, and a Learner orders its
                batches by `torch.initial_seed()`, so nothing here depends on it.

        Returns:
            Fresh loaders: nothing was taken from them.
        """
        return DataLoaders(
            _rebatched(self.dls.train, batch_size),
            _rebatched(self.dls.valid, batch_size),
            self.dls.prepare,
        )


def material(folder: Path | None = None) -> Material:
    """Find ten digits to learn from; nothing is downloaded.

    Args:
        folder: of MNIST as it unpacks (`training/0..9`, `testing/0..9`, or `train` and `valid`);
            None for the place where `untar_data` keeps it, else the embedded digits.

    Returns:
        The pictures, decoded.

    Raises:
        ConvscopeError: a folder that is given does not hold ten classes of 28 x 28 pixels.
    """
    if folder is not None:
        return _ten_digits(folder, folder.resolve().name)
    if is_at_hand(URLs.MNIST):
        return _ten_digits(Path(untar_data(URLs.MNIST)), MNIST)
    return _ten_digits(digits_folder(), DIGITS)


def threes_and_sevens(digits: Material) -> Material:
    """Find threes and sevens to learn from; nothing is downloaded.

    Args:
        digits: what else is learnt from. The chapter's sample is the threes and sevens of MNIST, so
            they will do where the sample is not at hand.

    Returns:
        The pictures, decoded: of the sample, else of `digits`, else those that come with us.
    """
    if digits.name != DIGITS and is_at_hand(URLs.MNIST_SAMPLE):
        return _made(Path(untar_data(URLs.MNIST_SAMPLE)), MNIST, _SAMPLE, THREES_AND_SEVENS)
    if set(digits.dls.vocab) >= THREES_AND_SEVENS:
        return _made(digits.folder, digits.name, _SAMPLE, THREES_AND_SEVENS)
    return _made(digits_folder(), DIGITS, _SAMPLE, THREES_AND_SEVENS)


def _ten_digits(folder: Path, name: str) -> Material:
    found = _made(folder, name, _WHOLE, frozenset())
    shape = (found.dls.c, *found.dls.prepare.size)
    if shape != (10, _SIDE, _SIDE):
        raise DataError(
            account(
                "these are not the digits of the chapter",
                facts={"folder": folder, "classes": shape[0], "pixels": f"{shape[1]} x {shape[2]}"},
                because="its nets have ten outputs, and end at one place with 28 x 28 pixels",
                fix="the folder of MNIST, or no folder for the digits that come with convscope",
            )
        )
    is_whole = found.dls.train.n == _WHOLE
    is_mnist = is_whole and round(found.dls.prepare.scaling.mean[0], 4) == _MNIST_MEAN
    return replace(found, name=MNIST) if is_mnist else found


def _made(folder: Path, name: str, usual: int, classes: frozenset[str]) -> Material:
    """Decode a folder.

    Args:
        folder: with training and testing, or train and valid.
        name: of the material.
        usual: pictures that the chapter trains with.
        classes: only these; none for all.

    Returns:
        The material, with as many epochs as make the chapter's steps.
    """

    def listed(root: Path) -> Sequence[Path]:
        files = get_image_files(root)
        return [file for file in files if file.parent.name in classes] if classes else files

    old = (folder / "training").is_dir()
    dls = DataBlock(
        blocks=(ImageBlock(cls=PILImageBW), CategoryBlock),
        get_items=listed,
        splitter=GrandparentSplitter(*(("training", "testing") if old else ("train", "valid"))),
        batch_tfms=Normalize(),
    ).dataloaders(folder, bs=1)  # whatever there is; trials have sizes of their own
    return Material(name, max(1, round(usual / dls.train.n)), dls, folder)


def _rebatched(loader: Loader, batch_size: int) -> Loader:
    other = copy(loader)  # the pixels are shared
    other.bs = batch_size
    return other
