"""A model, its data and its objective; `fit` makes them meet."""

from collections.abc import Callable, Iterable
from pathlib import Path

import torch
from torch import Tensor

from convscope import figures
from convscope.errors import RunError, ShapeError, account
from convscope.files import written
from convscope.train.checkpoints import checked_load, reason_of
from convscope.train.exporting import exported
from convscope.train.fitting import Fitter
from convscope.train.inference import Prediction, mode_kept, probabilities
from convscope.train.items import not_taken, one_picture
from convscope.train.loop import judge
from convscope.train.outputs import logits_of
from convscope.train.showing import results_shown
from convscope.train.state import Batch
from convscope.train.summary import Summary, summarised
from convscope.train.weights import load_weights


class Learner(Fitter):
    """Everything that training needs, and the verbs of the chapter.

    Args:
        dls: anything with `train` and `valid` iterables of (images, labels), `train` with a length.
            Where it has a `device`, the model moves there; its `prepare` and `vocab` serve
            `predict`.
        model: any module. It is trained in place.
        loss_func: `f(logits, labels) -> scalar`, a mean over the batch.
        opt_func: called with parameter groups and `lr=`.
        lr: the rate where a verb gets none.
        splitter: makes layer groups of the model's parameters; by default one.
        cbs: callbacks of every fit.
        metrics: one or several functions of (logits, labels), or torchmetrics objects.
        path: where `save` and `load` have their folder; by default the working directory.
        model_dir: the folder's name.
        wd: weight decay of weights; None keeps the optimiser's own. Biases and normalisation
            layers are never decayed.
        moms: momentum at the start, the top and the end of a cycle.
        valid_loss: what the column valid_loss measures; by default `loss_func`. Plain cross entropy
            keeps runs with smoothed or weighted losses comparable.
        quiet: print nothing.

    Example:
        >>> from torch import nn
        >>> from convscope.train import Splits
        >>> batch = (torch.eye(4).reshape(4, 1, 2, 2), torch.tensor([0, 1, 0, 1]))
        >>> net = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
        >>> learn = Learner(Splits([batch], [batch]), net, quiet=True)
        >>> learn.fit(2, 0.1)
        >>> len(learn.recorder.losses)
        2
    """

    def validate(self, ds_idx: int = 1, dl: Iterable[Batch] | None = None) -> list[float]:
        """Measure loss and metrics, weighted by samples.

        Args:
            ds_idx: 1 for the validation set, 0 for the training set in order.
            dl: other batches.

        Returns:
            The loss, then the metrics.
        """
        with mode_kept(self.model):
            for _ in judge(self, self.batches(ds_idx, dl), self.scores):
                pass
        return [score.value() for score in self.scores]

    def get_preds(
        self,
        ds_idx: int = 1,
        dl: Iterable[Batch] | None = None,
        act: Callable[[Tensor], Tensor] | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Predict a whole set, in order.

        Args:
            ds_idx: 1 for the validation set, 0 for the training set in order.
            dl: other batches.
            act: makes probabilities of logits; by default what the loss function implies.

        Returns:
            Probabilities, one row a sample, and the labels, both on the CPU.
        """
        with mode_kept(self.model):
            pairs = list(judge(self, self.batches(ds_idx, dl), []))
        logits = torch.cat([logits.cpu() for logits, _ in pairs])
        labels = torch.cat([labels.cpu() for _, labels in pairs])
        return probabilities(logits, self.loss_func, act), labels

    @torch.no_grad()
    def predict(self, item: object) -> Prediction:
        """Classify one picture, treated as in training.

        Args:
            item: a file, its bytes, a PIL picture, or bytes 0..255 as an array or a tensor; real
                numbers (channels, height, width) are taken as the model gets them.

        Returns:
            (label, index, probabilities of all classes).

        Raises:
            DataError: the picture cannot be read.
            ShapeError: it is not one picture, or none that this model can take.
            ConfigError: how pictures are prepared for this model is not known.
        """
        images = one_picture(item, getattr(self.dls, "prepare", None))
        vocab = getattr(self.dls, "vocab", None)
        with mode_kept(self.model):
            try:
                logits = logits_of(self.model.eval()(images.to(self.device)))
            except RuntimeError as error:
                raise ShapeError(not_taken(images, reason_of(error))) from error
        if logits.dim() != 2 or len(logits) != 1 or (vocab and logits.shape[1] != len(vocab)):
            outputs = f"it gives {tuple(logits.shape)} for one picture"
            raise ShapeError(not_taken(images, f"{outputs}, and knows {len(vocab or '')} classes"))
        shares = probabilities(logits, self.loss_func)[0].cpu()
        index = shares.argmax()
        return Prediction(vocab[int(index)] if vocab else str(int(index)), index, shares)

    def show_results(
        self,
        ds_idx: int = 1,
        dl: Iterable[Batch] | None = None,
        max_n: int = 9,
        figsize: tuple[float, float] | None = None,
    ) -> list[figures.Axes]:
        """Draw pictures with what they are, and what the model takes them for under it.

        Args:
            ds_idx: 1 for the validation set, 0 for the training set in order.
            dl: other batches.
            max_n: at most so many pictures, of the first batch.
            figsize: in inches; by default by the number of pictures.

        Returns:
            The axes of the figure, which pyplot shows.
        """
        return results_shown(self, self.batches(ds_idx, dl), max_n, figsize)

    def export(self, path: Path | str = "export.safetensors") -> Path:
        """Write the model, its classes and its pictures' way into one file without code.

        `convscope.export.load_learner` makes a Learner of it that predicts. A network that is not
        made of known layers of PyTorch, or of ours, is told: its weights alone are kept.

        Returns:
            The file.

        Raises:
            ConfigError: the file is called as a pickle is.
        """
        return exported(self, Path(path))

    def summary(self, *, multiply_adds: bool = False, fields: bool = False) -> Summary:
        """Tell what the network is made of, for a batch of the validation set.

        Args:
            multiply_adds: show them too, for one picture.
            fields: show receptive fields and jumps too, in pixels.

        Returns:
            An object that prints as a table: a row a layer, totals, optimiser, loss, callbacks.
        """
        columns = ["multiply_adds"] * multiply_adds + ["field"] * fields
        return summarised(self, columns)

    def save(self, file: str, *, with_opt: bool = True) -> Path:
        """Write the weights to `path/model_dir/file.pth`, with the optimiser's state if there is.

        Returns:
            The file.
        """
        self.model_path.mkdir(parents=True, exist_ok=True)
        state = {"model": self.model.state_dict(), "opt": None}
        if with_opt and self._optimizer_is_made:
            state["opt"] = self.opt.state_dict()
        target = self.model_path / f"{file}.pth"
        with written(target) as draft:
            torch.save(state, draft)
        return target

    def load(self, file: str, *, with_opt: bool = True) -> "Learner":
        """Read what `save` wrote, whole or not at all. Nothing in the file is executed.

        Returns:
            This Learner.

        Raises:
            RunError: the file is missing, damaged, or holds another model.
        """
        target = self.model_path / f"{file}.pth"
        try:
            state = checked_load(target, self.device)
            load_weights(self.model, state["model"])
            if with_opt and state["opt"] is not None:
                self._make_optimizer()
                self.opt.load_state_dict(state["opt"])
        except Exception as error:
            raise RunError(
                account(
                    "these weights cannot be loaded",
                    facts={"file": target, "model": type(self.model).__name__},
                    because=reason_of(error),
                    fix="a file that learn.save wrote for the same model",
                )
            ) from error
        return self

    def batches(self, ds_idx: int = 1, dl: Iterable[Batch] | None = None) -> Iterable[Batch]:
        """Give what `validate` and `get_preds` go through.

        Args:
            ds_idx: 1 for the validation set, 0 for the training set, in order where it can be.
            dl: other batches.

        Returns:
            Batches of (images, labels).
        """
        if dl is not None:
            return dl
        if ds_idx == 1:
            return self.dls.valid
        # a torch DataLoader has an attribute of this name, a bool
        in_order: Callable[[], Iterable[Batch]] | bool | None = getattr(
            self.dls.train, "in_order", None
        )
        return in_order() if callable(in_order) else self.dls.train
