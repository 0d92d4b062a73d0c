"""The command about the cache of decoded pictures: parse, call, print."""

from datetime import datetime
from typing import Annotated

from cyclopts import Parameter

from convscope.cli.options import Json, print_json, print_text


def cache(
    *,
    clear: Annotated[bool, Parameter(negative="", help="Remove what no process uses.")] = False,
    json: Json = False,
) -> int:
    """Show the cache of decoded and unpacked pictures: its place, its limit, what it holds.

    Example: convscope cache
    """
    from convscope import pictures

    removed, kept = pictures.clear() if clear else ([], pictures.entries())
    limit_bytes = pictures.cache_limit()
    if json:
        content = {
            "place": str(pictures.cache_folder()),
            "limit_bytes": limit_bytes,
            "bytes": sum(entry.size_bytes for entry in kept),
            "removed_bytes": sum(entry.size_bytes for entry in removed),
            "entries": [
                {"what": one.what, "bytes": one.size_bytes, "used": one.used, "path": str(one.path)}
                for one in kept
            ],
        }
        print_json(content, json=True)
        return 0
    size = pictures.amount(sum(entry.size_bytes for entry in kept))
    print_text(f"cache: {pictures.cache_folder()}")
    if clear:
        freed = pictures.amount(sum(entry.size_bytes for entry in removed))
        print_text(f"removed: {freed} in {_counted(len(removed))}")
        if kept:
            print_text("a process uses what is left")
    print_text(f"holds: {size} in {_counted(len(kept))}, of at most {pictures.amount(limit_bytes)}")
    for one in reversed(kept):
        used = datetime.fromtimestamp(one.used).astimezone().strftime("%Y-%m-%d %H:%M")
        print_text(f"  {pictures.amount(one.size_bytes):>7}  used {used}  {one.what}")
    return 0


def _counted(count: int) -> str:
    return f"{count} entr{'y' if count == 1 else 'ies'}"
