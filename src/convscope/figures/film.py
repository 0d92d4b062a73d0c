"""Several figures one after the other: as a GIF, or as a page that needs nothing else."""

import html
from base64 import b64encode
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from convscope.errors import ConfigError, account, nearest
from convscope.figures.sheet import drafted
from convscope.words import label

_DPI = 80
_PAGE = """<!doctype html>
<html lang="{lang}"><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font: 16px sans-serif; text-align: center; margin: 1em }}
img {{ max-width: 100% }}
input {{ width: 60% }}
</style>
<h1>{title}</h1>
<div><button id="play" aria-label="{play}">&#9654;</button>
<input id="place" type="range" min="0" max="{last}" value="0" aria-label="{place}">
<output id="shown">1 / {count}</output></div>
<img id="frame" alt="{title}">
<script>
const frames = [{frames}];
const place = document.getElementById("place"), play = document.getElementById("play");
let timer = null;
function show() {{
  document.getElementById("frame").src = "data:image/png;base64," + frames[place.value];
  document.getElementById("shown").textContent = (+place.value + 1) + " / " + frames.length;
}}
play.onclick = () => {{
  if (timer) {{ clearInterval(timer); timer = null; play.innerHTML = "&#9654;"; return; }}
  play.innerHTML = "&#9208;";
  timer = setInterval(() => {{
    place.value = (+place.value + 1) % frames.length;
    show();
  }}, {pause});
}};
place.oninput = show;
show();
</script>
</html>
"""


def save_film(
    figures: Iterable[Figure], path: Path, *, title: str = "", frame_seconds: float = 0.7
) -> None:
    """Write figures as a moving picture, whole or not at all.

    Args:
        figures: at least one, all of one size.
        path: the file to write or replace: `.gif`, or `.html` for a page with a slider, whose
            pictures are within it.
        title: of the page.
        frame_seconds: how long each is shown, above 0.

    Raises:
        ConfigError: the file has another ending.
        RunError: the file cannot be written.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     save_film([Figure(), Figure()], Path(folder) / "film.gif")
        ...     (Path(folder) / "film.gif").read_bytes()[:3]
        b'GIF'
    """
    writers = {".gif": _gif, ".html": _page}
    if path.suffix.lower() not in writers:
        message = account(
            f"no film ends in {path.suffix or 'nothing'!r}",
            facts={"file": path},
            because="the ending says what is written: a GIF, or a page",
            fix=nearest(path.suffix, list(writers)),
        )
        raise ConfigError(message)
    content = writers[path.suffix.lower()]([_drawn(one) for one in figures], title, frame_seconds)
    with drafted(path, "film") as draft:
        draft.write_bytes(content)


def _drawn(figure: Figure) -> Image.Image:
    figure.set_dpi(_DPI)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # once; `savefig` draws everything twice
    return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def _gif(frames: list[Image.Image], title: str, frame_seconds: float) -> bytes:
    palette = frames[-1].quantize(256)  # one for all, or colours would flicker
    first, *rest = (frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames)
    held = BytesIO()
    first.save(
        held,
        "GIF",
        save_all=True,
        append_images=rest,
        duration=round(1000 * frame_seconds),
        loop=0,
        comment=title.encode(),
    )
    return held.getvalue()


def _png(frame: Image.Image) -> str:
    held = BytesIO()
    frame.quantize(256).save(held, "PNG")
    return b64encode(held.getvalue()).decode()


def _page(frames: list[Image.Image], title: str, frame_seconds: float) -> bytes:
    page = _PAGE.format(
        lang=label("language_code"),
        title=html.escape(title or label("title_sliding")),
        play=html.escape(label("play")),
        place=html.escape(label("place")),
        last=len(frames) - 1,
        count=len(frames),
        pause=round(1000 * frame_seconds),
        frames=",".join(f'"{_png(frame)}"' for frame in frames),
    )
    return page.encode()
