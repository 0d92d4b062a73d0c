"""The last word: pictures that had no say in anything, looked at once, at the end."""

from convscope.data import DataLoaders
from convscope.recipes.loading import read_model
from convscope.runs import RunFolder
from convscope.train import Learner


def last_word(run: RunFolder, learn: Learner, dls: DataLoaders) -> dict[str, float] | None:
    """Score the best weights on the pictures that were kept for the end.

    Args:
        run: its best weights are taken.
        learn: whose network they are loaded into.
        dls: of the run.

    Returns:
        Loss, metrics and the number of pictures; None without such pictures, or without weights.
    """
    if dls.test is None or not run.weights.exists():
        return None
    learn.model.load_state_dict(read_model(run.weights).weights)
    scores = dict(zip(["loss", *learn.score_names[1:]], learn.validate(dl=dls.test), strict=True))
    return {**scores, "pictures": dls.test.n}
