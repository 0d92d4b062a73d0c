"""Make the guide: run the scripts of docs/guide, and write their pages and notebooks.

    python scripts/make_guide.py                # all of them
    python scripts/make_guide.py 1_kernels      # one

A script is a notebook in the percent format: `# %% [markdown]` before text, `# %%` before code. Of
each come

- `docs/guide/NAME.md` with its pictures, kept in the repository,
- `build/guide/NAME.html`, the same page for a browser,
- `build/guide/NAME.ipynb`, the notebook, with what its cells printed and drew.

A page names the checksum of the script that it was made of; `tests/chapter/test_guide.py` sees a
script that was changed and a page that was not.
"""

import ast
import base64
import contextlib
import hashlib
import io
import linecache
import re
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from markdown_it import MarkdownIt
from nbformat import NotebookNode
from nbformat.v4 import new_output
from PIL import Image
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from convscope.figures import Figure, pyplot

plt = pyplot()
ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "docs" / "guide"
TARGET = ROOT / "build" / "guide"
DPI, COLOURS = 80, 96  # a page has several figures: flat colours take a third of the bytes


def scripts() -> list[Path]:
    """Give the scripts of the guide, in the order of its pages."""
    return sorted(SOURCE.glob("[0-9]_*.py"))


def notebook_of(script: Path) -> NotebookNode:
    """Read a script as a notebook without outputs.

    Returns:
        A valid notebook of format 4, the same at every reading.
    """
    made = jupytext.reads(script.read_text(), fmt="py:percent")
    for number, cell in enumerate(made.cells):
        cell.id = f"{script.stem}-{number}"  # random ones would be new every time
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made.metadata = nbformat.from_dict({"kernelspec": kernel, "language_info": {"name": "python"}})
    made.nbformat_minor = 5
    return made


def run(made: NotebookNode, name: str) -> None:
    """Execute a notebook's cells in this process, and put what they print and draw into it.

    A kernel of its own would be another process for each page, and thirty more packages.
    """
    names: dict[str, Any] = {"__name__": "__main__"}
    code = [cell for cell in made.cells if cell.cell_type == "code"]
    with plt.rc_context({"figure.max_open_warning": 0}):
        for number, cell in enumerate(code, start=1):
            cell.execution_count = number
            cell.outputs = list(executed(cell.source, names, f"<{name}, cell {number}>"))


def executed(source: str, names: dict[str, Any], place: str) -> Iterator[NotebookNode]:
    """Execute one cell as a notebook does: what it prints, its last value, what it draws.

    Yields:
        Outputs.
    """
    linecache.cache[place] = (len(source), None, source.splitlines(keepends=True), place)
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    printed, value = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module(body, []), place, "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), place, "eval"), names)
    if printed.getvalue():
        yield new_output("stream", name="stdout", text=printed.getvalue())
    drawn = [plt.figure(number) for number in plt.get_fignums()]
    if isinstance(value, Figure):
        drawn.append(value)
    elif value is not None and not _is_drawn(value):
        yield new_output("execute_result", {"text/plain": repr(value)}, execution_count=None)
    for figure in drawn:
        yield new_output("display_data", {"image/png": base64.b64encode(_png(figure)).decode()})
    plt.close("all")


def _is_drawn(value: object) -> bool:
    """Say whether a value is a part of a picture, whose address nobody wants to read."""
    several = value if isinstance(value, list | tuple) else [value]
    return bool(several) and all(isinstance(one, plt.Artist) for one in several)


def _png(figure: Figure) -> bytes:
    full, small = io.BytesIO(), io.BytesIO()
    figure.savefig(full, format="png", dpi=DPI)
    picture = Image.open(full).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()


def checksum(script: Path) -> str:
    """Give what a page says of the script it was made of."""
    return hashlib.sha256(script.read_bytes()).hexdigest()[:16]


def page(made: NotebookNode, script: Path, pictures: Path) -> str:
    """Write a notebook as Markdown, and its pictures as files.

    Returns:
        The page.
    """
    for old in pictures.glob(f"{script.stem}-*.png"):
        old.unlink()
    parts = [f"<!-- made by scripts/make_guide.py of {script.name}, {checksum(script)} -->"]
    count = 0
    for cell in made.cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
            continue
        parts.append(f"```python\n{cell.source}\n```")
        for output in cell.outputs:
            if output.output_type == "display_data":
                count += 1
                file = pictures / f"{script.stem}-{count}.png"
                file.write_bytes(base64.b64decode(output.data["image/png"]))
                parts.append(f"![{cell.metadata.get('alt', '')}]({pictures.name}/{file.name})")
            else:
                text = output.text if output.output_type == "stream" else output.data["text/plain"]
                parts.append(f"```text\n{text.rstrip()}\n```")
    return "\n\n".join([*parts, _neighbours(script)]) + "\n"


def _neighbours(script: Path) -> str:
    every = scripts()
    here = every.index(script)
    near = [("Before", every[here - 1] if here else None), ("Next", every[here + 1 : here + 2])]
    links = []
    for word, one in near:
        found = one[0] if isinstance(one, list) and one else one
        if isinstance(found, Path):
            links.append(f"{word}: [{title(found)}]({found.stem}.md)")
    return "---\n\n" + " · ".join([*links, "[All pages](README.md)"])


def title(script: Path) -> str:
    """Give the heading of a script's page."""
    found = re.search(r"^# # (.+)$", script.read_text(), flags=re.MULTILINE)
    return found.group(1) if found else script.stem


def html(markdown: str, heading: str) -> str:
    """Dress a page for a browser."""
    text = re.sub(r"\]\((\w+)\.md(#[\w-]+)?\)", r"](\1.html\2)", markdown)
    text = text.replace("](README.html)", "](index.html)")
    body = MarkdownIt("commonmark", {"html": True, "highlight": _coloured}).enable("table")
    style = HtmlFormatter().get_style_defs("pre")
    return _PAGE.format(title=heading, style=style, body=body.render(text))


def _coloured(code: str, language: str, _: str) -> str:
    shown = highlight(code, get_lexer_by_name(language or "text"), HtmlFormatter(nowrap=True))
    return f'<pre class="{language or "text"}"><code>{shown}</code></pre>'


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width">
<style>
{style}
body {{ max-width: 58rem; margin: 2rem auto 4rem; padding: 0 1rem; color: #1a202c;
  font: 17px/1.55 Georgia, "DejaVu Serif", serif; }}
h1, h2, h3 {{ font-family: "Helvetica Neue", "DejaVu Sans", sans-serif; line-height: 1.25; }}
h2 {{ margin-top: 2.2em; border-bottom: 1px solid #e2e8f0; padding-bottom: .2em; }}
code, pre {{ font: 14px/1.45 "DejaVu Sans Mono", Menlo, monospace; }}
pre {{ padding: .8em 1em; overflow-x: auto; border-radius: 6px; background: #f7fafc;
  border: 1px solid #e2e8f0; }}
pre.text {{ background: #fff; border: 0; border-left: 3px solid #dd6b20; border-radius: 0;
  margin-top: -.6em; padding: .2em 1em; }}
img {{ max-width: 100%; display: block; margin: .5em 0 1.2em; }}
table {{ border-collapse: collapse; font-size: 15px; margin: 1em 0; }}
th, td {{ border-bottom: 1px solid #e2e8f0; padding: .3em .8em .3em 0; text-align: left;
  vertical-align: top; }}
details {{ background: #fffaf0; border-left: 3px solid #dd6b20; padding: .5em 1em; margin: 1em 0; }}
summary {{ cursor: pointer; font-weight: bold; }}
a {{ color: #2b6cb0; }} hr {{ border: 0; border-top: 1px solid #e2e8f0; margin-top: 3em; }}
</style></head><body>
{body}
</body></html>
"""


def make(script: Path) -> None:
    """Run one script, and write everything that comes of it."""
    started = time.perf_counter()
    made = notebook_of(script)
    run(made, script.name)
    pictures = SOURCE / "pictures"
    pictures.mkdir(exist_ok=True)
    markdown = page(made, script, pictures)
    (SOURCE / f"{script.stem}.md").write_text(markdown)
    for cell in made.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"\]\((\d_\w+)\.md\)", r"](\1.ipynb)", cell.source)
    nbformat.write(made, TARGET / f"{script.stem}.ipynb")
    print(f"{script.stem}: {time.perf_counter() - started:.1f} s")


def main(names: list[str]) -> None:
    """Make the pages named, or all."""
    plt.switch_backend("agg")
    TARGET.mkdir(parents=True, exist_ok=True)
    for script in scripts():
        if not names or script.stem in names:
            make(script)
    for markdown in SOURCE.glob("*.md"):
        stem = "index" if markdown.stem == "README" else markdown.stem
        text = markdown.read_text()
        heading = (re.search(r"^# (.+)$", text, flags=re.MULTILINE) or [stem, stem])[1]
        (TARGET / f"{stem}.html").write_text(html(text, heading))
    shutil.copytree(SOURCE / "pictures", TARGET / "pictures", dirs_exist_ok=True)
    print(f"open {(TARGET / 'index.html').relative_to(ROOT)}")


if __name__ == "__main__":
    main(sys.argv[1:])
