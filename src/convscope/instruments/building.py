"""Compile counting.c. It imports nothing of convscope: installing the package runs it, too."""

import os
import shlex
import subprocess
import sysconfig
import zlib
from pathlib import Path

SOURCE = Path(__file__).with_name("counting.c")
LIBRARY = Path(__file__).with_name(f"_counting{sysconfig.get_config_var('SHLIB_SUFFIX') or '.so'}")
# not -ffast-math: linking with it would change how this whole process treats tiny numbers
_FLAGS = "-O3 -fassociative-math -fno-signed-zeros -fno-trapping-math -fno-math-errno -shared -fPIC"


def source_number(source: Path = SOURCE) -> int:
    """Identify a version of the source.

    Returns:
        Its CRC-32.
    """
    return zlib.crc32(source.read_bytes())


def compile_counting(library: Path = LIBRARY) -> str:
    """Compile the library, whole or not at all.

    Args:
        library: the file to write.

    Returns:
        Why there is no library; "" where there is one.
    """
    compiler = os.environ.get("CC") or "cc"
    draft = library.with_name(f".{library.name}.{os.getpid()}.part")
    command = [
        *shlex.split(compiler),
        *shlex.split(_FLAGS),
        f"-DSOURCE={source_number()}u",
        str(SOURCE),
        "-o",
        str(draft),
    ]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
        draft.replace(library)
    except subprocess.CalledProcessError as error:
        return f"{compiler}: {error.stderr.strip()[:500]}"
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{compiler}: {error}"
    finally:
        draft.unlink(missing_ok=True)
    return ""
