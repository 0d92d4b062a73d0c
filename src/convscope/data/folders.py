"""From what a survey of a folder found to the declaration of a data set."""

from collections.abc import Sequence
from pathlib import Path

from convscope.data.blocks import CategoryBlock, ImageBlock, Resize
from convscope.data.datablock import DataBlock
from convscope.data.splitters import Item, Split, StratifiedSplitter
from convscope.pictures import Survey


def folder_block(
    found: Survey,
    image: ImageBlock,
    *,
    valid_share: float = 0.2,
    seed: int = 0,
    item_tfms: Resize | None = None,
    batch_tfms: object = None,
) -> DataBlock:
    """Declare the data set that a survey found, with the split it found or a stratified one.

    Args:
        found: what `survey` said of the folder.
        image: colour or grey.
        valid_share: of each class, to validate with; only for a flat folder.
        seed: of the split of a flat folder.
        item_tfms: a size for all pictures.
        batch_tfms: as for `DataBlock`.

    Returns:
        A block whose `dataloaders(found.root)` makes the batches.
    """
    sides = [side for side in (found.train, found.valid, found.test) if side is not None]
    labels = {file: name for side in sides for name, files in side.items() for file in files}
    files = list(labels)
    counts = [sum(map(len, side.values())) for side in sides]

    def listed(root: Path) -> Sequence[Item]:
        del root  # surveyed already
        return files

    def as_found(items: Sequence[Item]) -> Split:
        train, valid, *_ = counts
        everything = list(range(len(items)))
        return everything[:train], everything[train : train + valid], everything[train + valid :]

    flat = StratifiedSplitter(valid_share, seed, get_y=lambda file: labels[str(file)])
    return DataBlock(
        blocks=(image, CategoryBlock),
        get_items=listed,
        splitter=flat if found.valid is None else as_found,
        get_y=lambda file: labels[str(file)],
        item_tfms=item_tfms,
        batch_tfms=batch_tfms,
    )
