"""A model card: a README.md as the hub of Hugging Face reads it, filled in from the run."""

import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from convscope.data import Preparation
from convscope.pictures import RESIZES
from convscope.runs import Manifest, chosen_on_test, share_interval
from convscope.tables import one_line
from convscope.words import counted

SHOWN_CLASSES = 100
NO_LICENCE = 'license: "unknown"'
"""An identifier that the hub knows: whose weights they are, and who may use them, we cannot say."""
_PLACES = 4  # of a score; JSON would write a smaller one as 1e-05, which YAML reads as a text
_MARKDOWN = re.compile(r"([\\`*\[\]<>|~&])")

ONNX_USE = """\
```python
import json

import numpy as np
import onnxruntime
from PIL import Image, ImageOps

session = onnxruntime.InferenceSession("{file}")
about = session.get_modelmeta().custom_metadata_map
classes, size = json.loads(about["classes"]), (int(about["width"]), int(about["height"]))
picture = ImageOps.exif_transpose(Image.open("picture.jpg")).convert(about["mode"])
{resized}
pixels = np.asarray(picture).reshape(size[1], size[0], -1).transpose(2, 0, 1)[None]
logits, probabilities = session.run(None, {{"pixels": pixels}})
print(classes[probabilities[0].argmax()], probabilities[0].max())
```

Scaling and normalisation are part of the graph; it takes bytes, 0 to 255. What the lines above
leave out: pictures with transparency are put on white first, 16 bits are divided by 257, and large
JPEG files are decoded at a smaller size, which changes a pixel by a few levels."""
_RESIZED = {
    "crop": """\
scale = min(picture.width / size[0], picture.height / size[1])
left = max(0, (picture.width - size[0] * scale) / 2)
top = max(0, (picture.height - size[1] * scale) / 2)
box = left, top, picture.width - left, picture.height - top
picture = picture.resize(size, Image.Resampling.BILINEAR, box, reducing_gap=2)""",
    "squash": "picture = picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=2)",
    "pad": """\
scale = max(picture.width / size[0], picture.height / size[1])
inner = max(1, round(picture.width / scale)), max(1, round(picture.height / scale))
small = picture.resize(inner, Image.Resampling.BILINEAR, reducing_gap=2)
picture = Image.new(picture.mode, size, "white")
picture.paste(small, ((size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2))""",
}
_UNLICENSED = """\
None was chosen. Whoever publishes this model puts an identifier of the hub in place of `unknown`
in the header, such as `license: mit` or `license: cc-by-4.0`; pictures that it was trained on may
demand one. It stays there when the model is exported again."""
SAFETENSORS_USE = """\
```python
from convscope.export import load_learner

learn = load_learner("{file}")
label, index, probabilities = learn.predict("picture.jpg")
```

The file holds weights and a description in JSON, and no code."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a card tells.

    Attributes:
        about: the run.
        prepare: how pictures take to the model; its classes.
        parameters: how many the network has.
        validated: pictures that its scores were measured on; None where that is not known.
        compared: how the file was compared with PyTorch, a sentence.
        chosen: lines of the header that its owner writes: licence, and base model.
    """

    about: Manifest
    prepare: Preparation
    parameters: int
    validated: int | None
    compared: str
    chosen: Sequence[str] = (NO_LICENCE,)

    def text(self, *files: str) -> str:
        """Write the card of a model.

        Args:
            *files: names of its files, .onnx or .safetensors.

        Returns:
            Markdown behind a header in YAML, one line a key, whose values are JSON.
        """
        height, width = self.prepare.size
        channels, resize = self.prepare.reading.channels, self.prepare.reading.resize
        parts = {
            "": f"{self._headline()}\n\n{self._scores()}",
            "Classes": f"{len(self.prepare.classes):,}: "
            + ", ".join(map(_plain, self.prepare.classes[:SHOWN_CLASSES]))
            + (" and more" if len(self.prepare.classes) > SHOWN_CLASSES else ""),
            "Use": "\n\n".join(map(self._use, files)),
            "Pictures": f"{height} x {width} px (height x width), "
            f"{'colour' if channels == 3 else 'grey'}; others are {RESIZES[resize]}. "
            f"{self.compared}",
            "Trained on": f"{_plain(PurePath(self.about.data).name)}:\n\n"
            + _list(self._found())
            + self._origin(),
            "Settings": _list(
                f"{k}: {json.dumps(v, ensure_ascii=False)}" for k, v in self._settings()
            ),
            "Limits": self._limits(),
        }
        if NO_LICENCE in self.chosen:
            parts["Licence"] = _UNLICENSED
        body = "\n".join(
            f"## {title}\n\n{text}\n" if title else f"{text}\n" for title, text in parts.items()
        )
        return f"{self._header(files)}\n# {_plain(self._name)}\n\n{body}"

    @property
    def _name(self) -> str:
        return f"{self.about.settings.get('arch')} on {PurePath(self.about.data).name}"

    def _settings(self) -> list[tuple[str, Any]]:
        told_elsewhere = {"survey", "skipped", "fingerprint", "began_with", "seed", "from_"}
        settings = [
            (k, v)
            for k, v in self.about.settings.items()
            if k not in told_elsewhere and v is not None
        ]
        return [*settings, ("seed", self.about.seed), *self.about.versions.items()]

    def _found(self) -> list[str]:
        """Tell what was found and decided; where on this machine it lies concerns nobody."""
        began = str(self.about.settings.get("from_") or "")
        lines = [line for line in self.about.found if "cache" not in line]
        return [line.replace(began, PurePath(began).name) for line in lines] if began else lines

    def _origin(self) -> str:
        """A run is no model of the hub, which `base_model` would have to name."""
        if not (began := self.about.settings.get("from_")):
            return ""
        run = _plain(PurePath(str(began)).name)
        return (
            f"\n\nIt began with the weights of the run {run}. If they are on "
            "the hub, name them in the header: `base_model: OWNER/NAME`."
        )

    def _headline(self) -> str:
        classes = counted(len(self.prepare.classes), "classes", "en")
        return (
            f"A classifier of pictures into {classes}, {self.parameters:,} parameters, trained by "
            f"convscope {self.about.convscope}."
        )

    def _scores(self) -> str:
        best = self.about.best
        told = [f"{name.replace('_', ' ')} {value:.4g}" for name, value in best.items()]
        count = f" on {counted(self.validated, 'pictures', 'en')}" if self.validated else ""
        text = f"At its best epoch: {', '.join(told) or 'not measured'}{count}."
        if "accuracy" in best and self.validated:
            low, high = share_interval(best["accuracy"], self.validated)
            text += (
                f" If new pictures are like these, accuracy lies between {low:.4g} and {high:.4g} "
                "(95 %, Wilson)."
            )
        if self.about.test:
            told = [f"{name} {value:.4g}" for name, value in self.about.test.items()]
            text += f" On test pictures, looked at once: {', '.join(told)}."
        return text

    def _limits(self) -> str:
        lines = [
            "it answers with one of its classes, whatever a picture shows",
            "its scores hold for pictures of the same kind and source as those it was trained on",
        ]
        if chosen_on_test(self.about):
            lines.append(
                "the best epoch was chosen on the only test set: its accuracy is too good to be "
                "expected of new pictures"
            )
        if self.about.status != "done":
            lines.append(f"the training is not finished ({self.about.status})")
        return _list(lines)

    def _use(self, file: str) -> str:
        if file.endswith(".onnx"):
            return ONNX_USE.format(file=file, resized=_RESIZED[self.prepare.reading.resize])
        return SAFETENSORS_USE.format(file=file)

    def _header(self, files: Sequence[str]) -> str:
        results = [*self._results()]
        metrics = {metric["type"]: None for result in results for metric in result["metrics"]}
        keys: dict[str, Any] = {
            "pipeline_tag": "image-classification",
            "tags": [
                *("image-classification", "convscope", "pytorch"),
                *(file.rpartition(".")[2] for file in files),
            ],
        }
        if results:
            keys["metrics"] = [*metrics]
            keys["model-index"] = [{"name": one_line(self._name), "results": results}]
        lines = [f"{key}: {_yaml(value)}" for key, value in keys.items()]
        return "\n".join(["---", 'library_name: "convscope"', *self.chosen, *lines, "---", ""])

    def _results(self) -> Iterator[dict[str, Any]]:
        """Tell what was measured on which pictures; the hub takes no result without a number."""
        side = "test" if chosen_on_test(self.about) else "validation"
        for split, scores in ((side, self.about.best), ("test", self.about.test or {})):
            metrics = [
                {"type": name, "name": name.replace("_", " "), "value": round(value, _PLACES)}
                for name, value in scores.items()
                if math.isfinite(value) and not name.endswith("loss") and name != "pictures"
            ]
            name = one_line(PurePath(self.about.data).name).strip() or "pictures"
            dataset = {"name": name, "type": "imagefolder", "split": split}
            if metrics:
                task = {"type": "image-classification", "name": "Image classification"}
                yield {"task": task, "dataset": dataset, "metrics": metrics}


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {_plain(line)}" for line in lines)


def _plain(text: object) -> str:
    """Keep names from being read as Markdown or HTML, or from ending their line."""
    return _MARKDOWN.sub(r"\\\1", one_line(str(text)))


def _yaml(value: object) -> str:
    """Write JSON that is YAML as well, of texts that hold nothing but printable characters."""
    return json.dumps(value, ensure_ascii=False)
