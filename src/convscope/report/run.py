"""The page of a run: from the result, over what is wrong, to the inside and the settings."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from convscope import figures
from convscope.report.pages import isolated, page, script
from convscope.report.pictures import Picture, inlined
from convscope.report.run_inside import inner
from convscope.report.run_insights import insights_told
from convscope.report.run_kernels import kernel_name
from convscope.report.run_material import RunMaterial
from convscope.report.run_outcome import Outcome, outcome
from convscope.report.run_reliability import reliability
from convscope.runs import Manifest, option_of, share_interval
from convscope.tables import duration, number, percent
from convscope.words import label, spoken

_ELSEWHERE = {"survey", "skipped", "fingerprint"}  # told in sentences, or in files of their own
_LONGEST = 300  # characters of a setting


@dataclass(frozen=True, slots=True)
class Facts:
    """What was trained on what.

    Attributes:
        named: names and values.
        found: sentences about the data and what was decided.
    """

    named: Sequence[tuple[str, str]]
    found: Sequence[str]


def run_page(told: RunMaterial, lang: str | None = None) -> str:
    """Tell a run as a page.

    Args:
        told: the run, as far as it could be read; what is missing is said.
        lang: as for `words.label`.

    Returns:
        HTML, everything within.
    """
    with spoken(lang):  # pictures take their labels from there
        found = outcome(told)
        text, digest = script("run.js")
        return page(
            "run.html.j2",
            title=label("report_title").format(name=told.name),
            told=told,
            result=_result(told, found),
            caveats=_caveats(told, found),
            told_of=_facts(told, found),
            curves=_curves(told),
            found=found,
            calibrated=None if found is None else reliability(found.calibrated),
            inside=inner(told),
            insights=insights_told(told),
            settings=_settings(told.about),
            versions=[("convscope", told.about.convscope), *told.about.versions.items()],
            command=_again(told.about),
            percent=percent,
            number=number,
            kernel_name=kernel_name,
            script=text,
            digest=digest,
        )


def _result(told: RunMaterial, found: Outcome | None) -> str:
    """Say the result in one sentence, with its uncertainty."""
    if found is not None:
        share = found.right / found.count
        low, high = share_interval(share, found.count)
        return label("report_result").format(
            share=percent(share),
            right=f"{found.right:,}",
            count=f"{found.count:,}",
            low=percent(low),
            high=percent(high),
        )
    best = told.about.best.get("accuracy")
    if best is not None:
        return label("report_result_alone").format(share=percent(best))
    return label("report_no_result")


def _caveats(told: RunMaterial, found: Outcome | None) -> list[str]:
    lines: list[str] = []
    about = told.about
    if told.status != "done":
        status = label(told.status)
        key = "report_ended" if about.reason else "report_ended_so"
        lines.append(label(key).format(status=status, reason=about.reason))
    if found is not None:
        lines.append(label("report_interval"))
        if told.is_flattered:
            lines.append(label("on_the_only_test_set"))
        elif len(told.rows) > 1:  # of one epoch none was chosen
            lines.append(label("report_chosen").format(epoch=about.best_epoch))
        if len(found.names) > 1:
            most = max(range(len(found.totals)), key=found.totals.__getitem__)
            share = found.totals[most] / found.count
            values = {"share": percent(share), "name": found.names[most]}
            lines.append(label("report_baseline").format(**values))
    if about.test is not None and "accuracy" in about.test:
        count = int(about.test.get("pictures", 0))
        low, high = share_interval(about.test["accuracy"], max(count, 1))
        values = {"share": percent(about.test["accuracy"]), "count": f"{count:,}"}
        ends = {"low": percent(low), "high": percent(high)}
        lines.append(label("report_test").format(**values, **ends))
    return [line[:1].upper() + line[1:] + "." * (not line.endswith(".")) for line in lines]


def _facts(told: RunMaterial, found: Outcome | None) -> Facts:
    about = told.about
    settings = about.settings
    classes = [isolated(name) for name in about.classes[:_SHOWN_CLASSES]]
    left = len(about.classes) - len(classes)
    named = {
        "network": f"{settings.get('arch', '-')}",
        "parameters": "-" if told.anatomy is None else f"{told.anatomy.parameters:,}",
        "pictures": PurePath(about.data).name or about.data,
        "size": f"{settings.get('height', '-')} x {settings.get('width', '-')} px",
        "classes": f"{len(about.classes):,}: {', '.join(classes)}"
        + (f" + {left:,}" if left else ""),
        "validated": "-" if found is None else f"{found.count:,}",
        "epochs": f"{len(told.rows):,} / {settings.get('epochs', '-')}",
        "best": "-" if about.best_epoch is None else f"{about.best_epoch}",
        "took": duration(sum(row.seconds for row in told.rows)) if told.rows else "-",
        "device": f"{about.device}",
        "started": about.started.replace("T", " ").replace("+00:00", " UTC"),
        "status": label(told.status),
    }
    return Facts(
        [(label(f"report_fact_{key}"), value) for key, value in named.items()], about.found
    )


_SHOWN_CLASSES = 20


def _curves(told: RunMaterial) -> list[Picture]:
    pictures: list[Picture] = []
    if told.rows:
        last = told.rows[-1]
        values = {
            "epochs": len(told.rows),
            "train": number(last.train_loss),
            "valid": number(last.valid_loss),
            "accuracy": number(last.metrics.get("accuracy", float("nan"))),
        }
        drawn = figures.curves(told.rows, told.steps or None)
        pictures.append(inlined(drawn, label("report_curves_alt").format(**values)))
    steps = told.steps
    if steps is not None and len(steps.lrs):
        values = {"steps": len(steps.lrs), "top": f"{max(steps.lrs):.3g}"}
        drawn = figures.schedule(steps.lrs, steps.moms)
        pictures.append(inlined(drawn, label("report_schedule_alt").format(**values)))
    return pictures


def _settings(about: Manifest) -> list[tuple[str, str]]:
    listed = [(name, value) for name, value in about.settings.items() if name not in _ELSEWHERE]
    texts = [
        (option_of(name).removeprefix("--"), "-" if value is None else f"{value}")
        for name, value in listed
    ]
    return [
        (name, text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…") for name, text in texts
    ]


def _again(about: Manifest) -> str:
    """Give the command that trained it: with the seed that was chosen, and as one pastes it."""
    words = [*about.command]
    if not words:
        return ""
    name = PurePath(words[0]).name
    words[0] = "convscope" if name == "__main__.py" else name or words[0]
    if not any(word == "--seed" or word.startswith("--seed=") for word in words):
        words += ["--seed", f"{about.seed}"]
    return shlex.join(words)
