"""The verbs that change weights: fit in all its forms, freeze, and the search for a rate."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from convscope.errors import ConfigError, account
from convscope.train.callbacks import Callback, Callbacks
from convscope.train.checkpoints import load_state, resume
from convscope.train.finetuning import FineTuning, Freezing
from convscope.train.loop import fit
from convscope.train.metrics import Mean, scored
from convscope.train.optimiser import (
    OptFunc,
    Rate,
    Splitter,
    adam,
    build_optimizer,
    norm_parameters,
    rates_of,
    trainable_params,
)
from convscope.train.progress import ProgressTable
from convscope.train.rate_search import SuggestedLRs, search_rates
from convscope.train.recorder import Recorder
from convscope.train.schedules import Anneal, one_cycle, sched_no, up_and_down
from convscope.train.scheduling import ParamScheduler
from convscope.train.state import Batch, Loaders, Objective, Training

Some = Callback | Sequence[Callback] | None


class Fitter(Training):
    """The half of a `Learner` that learns; its arguments are told there."""

    def __init__(  # noqa: PLR0913 - the chapter's own signature
        self,
        dls: Loaders,
        model: nn.Module,
        loss_func: Objective = F.cross_entropy,
        opt_func: OptFunc = adam,
        lr: float = 1e-3,
        splitter: Splitter = trainable_params,
        cbs: Some = None,
        metrics: Callable[[Tensor, Tensor], Tensor | float] | Sequence[object] | None = None,
        path: Path | str = ".",
        model_dir: str = "models",
        wd: float | None = None,
        moms: tuple[float, float, float] = (0.95, 0.85, 0.95),
        *,
        valid_loss: Objective | None = None,
        quiet: bool = False,
    ) -> None:
        self.dls, self.model, self.loss_func = dls, model, loss_func
        self.opt_func, self.lr, self.wd, self.moms = opt_func, lr, wd, moms
        self.splitter = splitter
        self.device = torch.device(getattr(dls, "device", None) or "cpu")
        self.model.to(self.device)
        given = metrics if isinstance(metrics, Sequence) else [metrics] if metrics else []
        self.scores = [Mean(valid_loss or loss_func, "valid_loss"), *map(scored, given)]
        self.score_names = [score.name for score in self.scores]
        self.recorder = Recorder()
        self.recorder.metric_names = self.score_names[1:]
        self.cbs: list[Callback] = [self.recorder, *_listed(cbs)]
        if not quiet:
            self.cbs.append(ProgressTable(self.recorder))
        self.model_path = Path(path) / model_dir
        self.epochs_done = 0
        self._layer_groups = self.splitter(model)
        self._optimizer_is_made = False

    def __getattr__(self, name: str) -> Callback:
        """Reach a callback by its name in snake_case: `learn.early_stopping`."""
        for callback in self.__dict__.get("cbs", ()):
            if callback.name == name:
                return callback
        message = f"a Learner has no {name!r}, and no callback of that name"
        raise AttributeError(message)

    def fit(
        self,
        n_epoch: int,
        lr: Rate | None = None,
        wd: float | None = None,
        cbs: Some = None,
        *,
        reset_opt: bool = False,
        resume_from: Path | None = None,
    ) -> None:
        """Learn for `n_epoch` epochs at one rate; momentum stays as the optimiser has it.

        Args:
            n_epoch: passes over the training data, at least 1.
            lr: a number, a list with one for each layer group, or `slice(first, last)`.
            wd: weight decay for this and later fits.
            cbs: callbacks of this fit only.
            reset_opt: forget what the optimiser has gathered in earlier fits.
            resume_from: a file of `SaveLast` from this same fit, stopped or killed.
        """
        rates = self._rates(lr)
        plan = {"schedule": "constant", "rates": rates}
        scheduler = ParamScheduler([sched_no(rate, rate) for rate in rates])
        self._fit(n_epoch, plan, wd, [scheduler, *_listed(cbs)], reset_opt, resume_from)

    def fit_one_cycle(  # noqa: PLR0913 - the chapter's own signature, and how it anneals
        self,
        n_epoch: int,
        lr_max: Rate | None = None,
        div: float = 25.0,
        div_final: float = 1e5,
        pct_start: float = 0.25,
        wd: float | None = None,
        moms: tuple[float, float, float] | None = None,
        cbs: Some = None,
        *,
        anneal: Anneal = "cosine",
        reset_opt: bool = False,
        resume_from: Path | None = None,
    ) -> None:
        """Learn with one cycle: the rate up and down again, momentum down and up.

        Args:
            n_epoch: passes over the training data, at least 1.
            lr_max: the top rate: a number, a list with one for each layer group, or a slice.
            div: the first rate is lr_max / div.
            div_final: the last rate would be lr_max / div_final.
            pct_start: share of the fit until the top, 0..1.
            wd: weight decay for this and later fits.
            moms: momentum at the start, the top and the end.
            cbs: callbacks of this fit only.
            anneal: "cosine", or "linear" for straight lines.
            reset_opt: forget what the optimiser has gathered in earlier fits.
            resume_from: a file of `SaveLast` from this same fit, stopped or killed.

        Source:
            Smith & Topin, "Super-Convergence" (2018), with cosine annealing.
        """
        rates, moms = self._rates(lr_max), moms or self.moms
        cycle = [pct_start, div, div_final, *moms]
        name = "one cycle" if anneal == "cosine" else f"one cycle, {anneal}"
        plan = {"schedule": name, "rates": rates, "cycle": cycle}
        scheduler = ParamScheduler(
            [one_cycle(pct_start, top, div, div_final, anneal) for top in rates],
            up_and_down(pct_start, moms, anneal),
        )
        self._fit(n_epoch, plan, wd, [scheduler, *_listed(cbs)], reset_opt, resume_from)

    def fine_tune(
        self,
        epochs: int,
        base_lr: float = 2e-3,
        freeze_epochs: int = 1,
        lr_mult: float = 100.0,
        pct_start: float = 0.3,
        div: float = 5.0,
        *,
        resume_from: Path | None = None,
    ) -> None:
        """Train the last layer group alone, then everything, the first groups more slowly.

        Both phases are one fit, so that it can be stopped and resumed anywhere. Afterwards
        everything is trainable.

        Args:
            epochs: epochs of the second phase, at least 1.
            base_lr: top rate of the first phase; the second has half of it.
            freeze_epochs: epochs of the first phase, at least 0.
            lr_mult: how many times slower the first group learns than the last.
            pct_start: share of the second phase until its top.
            div: first rate of the second phase = its top / div.
            resume_from: a file of `SaveLast` from this same fit, stopped or killed.
        """
        tuning = FineTuning(base_lr, freeze_epochs, lr_mult, pct_start, div)
        rates, moms = tuning.schedules(epochs, len(self._layer_groups), self.moms)
        plan = {"schedule": "fine tune", "tuning": [*astuple(tuning), *self.moms]}
        phases = Freezing(freeze_epochs, self.freeze, self.unfreeze)
        callbacks: list[Callback] = [ParamScheduler(rates, moms), phases]
        self._fit(
            freeze_epochs + epochs, plan, None, callbacks, reset_opt=True, resume_from=resume_from
        )

    def freeze_to(self, n: int) -> None:
        """Train layer groups from index `n` on; those before keep still, but for their norms."""
        groups = self._layer_groups
        first = n + len(groups) if n < 0 else n
        trained = norm_parameters(self.model)
        for index, group in enumerate(groups):
            for parameter in group:
                parameter.requires_grad_(index >= first or parameter in trained)

    def freeze(self) -> None:
        """Train the last layer group only (all of it, where there is but one group)."""
        self.freeze_to(-1)

    def unfreeze(self) -> None:
        """Train every layer group."""
        self.freeze_to(0)

    def lr_find(
        self,
        start_lr: float = 1e-7,
        end_lr: float = 10.0,
        num_it: int = 100,
        *,
        stop_div: bool = True,
        show_plot: bool = True,
    ) -> SuggestedLRs:
        """Try rates from small to large on training batches; nothing of it stays.

        Args:
            start_lr: the first rate, above 0.
            end_lr: the last.
            num_it: how many steps, at least 6.
            stop_div: stop when the smoothed loss is four times the best.
            show_plot: draw loss against rate.

        Returns:
            `valley`, a rate to train with, beside the rates and losses that it was read from.
        """
        self._make_optimizer()
        found = search_rates(self, start_lr, end_lr, num_it, stops_early=stop_div)
        if show_plot:
            found.plot()
        return found

    def _fit(
        self,
        n_epoch: int,
        plan: Mapping[str, object],
        wd: float | None,
        cbs: list[Callback],
        reset_opt: bool,  # noqa: FBT001 - private, handed on as it came
        resume_from: Path | None,
    ) -> None:
        self.batches_per_epoch = _count(self.dls.train)
        if n_epoch < 1 or self.batches_per_epoch < 1:
            raise ConfigError(
                account(
                    "there is nothing to fit",
                    facts={"epochs": n_epoch, "batches an epoch": self.batches_per_epoch},
                    because="a fit needs at least one epoch of at least one batch",
                    fix="more epochs, or a batch size no larger than the training set",
                )
            )
        self.wd = self.wd if wd is None else wd
        self._make_optimizer(anew=reset_opt)
        self.n_epoch, self.epoch, self.batches_done = n_epoch, 0, 0
        self.stopped, self.interrupted = "", False
        self.epochs_before, self.seed = self.epochs_done, torch.initial_seed()
        self.plan = {**plan, "epochs": n_epoch, "batches": self.batches_per_epoch}
        callbacks = Callbacks([*self.cbs, *cbs])
        self.members = callbacks.members
        self.opt.zero_grad()  # an interrupted fit, or gradients that waited, may have left some
        if resume_from is not None:
            resume(self, load_state(resume_from))
        try:
            fit(self, callbacks, self.scores)
        finally:
            self.epochs_done = self.epochs_before + math.ceil(self.fit_share * n_epoch)

    def _rates(self, rate: Rate | None) -> list[float]:
        return rates_of(self.lr if rate is None else rate, len(self._layer_groups))

    def _make_optimizer(self, *, anew: bool = False) -> None:
        if anew or not self._optimizer_is_made:
            self.opt = build_optimizer(
                self.opt_func, self.model, self._layer_groups, self.lr, self.wd
            )
            self._optimizer_is_made = True
        elif self.wd is not None:
            for group in self.opt.param_groups:
                group["weight_decay"] = self.wd if group["decays"] else 0.0


def _listed(cbs: Some) -> list[Callback]:
    return [cbs] if isinstance(cbs, Callback) else list(cbs or ())


def _count(batches: Iterable[Batch]) -> int:
    try:
        return len(batches)  # pyright: ignore[reportArgumentType]
    except TypeError as error:
        raise ConfigError(
            account(
                "the training batches have no length",
                facts={"dls.train": type(batches).__name__},
                because="a schedule must know how many steps there will be",
                fix="a list of batches, a torch DataLoader, or a class with __len__",
            )
        ) from error
