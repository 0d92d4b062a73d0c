"""`--install-completion`: what it installs is sourced by real shells, and asked."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = (
    "import sys; from convscope.cli import main\n"
    "try: main(sys.argv[1:])\n"
    "finally: assert 'torch' not in sys.modules"
)
ASK = """
source ~/.bashrc
COMP_WORDS=({words}) COMP_CWORD={place}
_convscope
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def installed(shell: str, home: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "--install-completion", "--shell", shell],
        env=os.environ | {"HOME": str(home), "XDG_DATA_HOME": "", "XDG_CONFIG_HOME": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def asked(home: Path, words: str, place: int) -> set[str]:
    """What bash offers for the word at `place`."""
    done = subprocess.run(
        ["bash", "--norc", "-c", ASK.format(words=words, place=place)],
        env={"HOME": str(home), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return set(done.stdout.split())


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_commands_options_and_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = installed("bash", tmp_path)
    assert "Completion script installed to" in said
    registered = subprocess.run(
        ["bash", "--norc", "-c", "source ~/.bashrc; complete -p convscope"],
        env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "_convscope" in registered.stdout
    assert {"check", "compare", "train", "predict", "lr-find"} <= asked(tmp_path, "convscope ''", 1)
    assert asked(tmp_path, "convscope ch", 1) == {"chapter", "check"}
    assert asked(tmp_path, "convscope train --ep", 2) == {"--epochs"}
    assert "--json" in asked(tmp_path, "convscope check --", 2)
    (tmp_path / "flowers").mkdir()
    monkeypatch.chdir(tmp_path)
    assert asked(tmp_path, "convscope check flo", 2) == {"flowers"}


def test_installing_twice_writes_one_line(tmp_path: Path) -> None:
    installed("bash", tmp_path)
    once = (tmp_path / ".bashrc").read_text()
    installed("bash", tmp_path)
    assert (tmp_path / ".bashrc").read_text() == once


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("zsh") is None, reason="there is no zsh")
def test_zsh_finds_the_completion(tmp_path: Path) -> None:
    installed("zsh", tmp_path)
    asking = "source ~/.zshrc; autoload -Uz compinit && compinit -u; print $_comps[convscope]"
    done = subprocess.run(
        ["zsh", "-f", "-c", f"{asking}; autoload +X $_comps[convscope] && print loaded"],
        env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split()[-1] == "loaded"
    assert done.stdout.split()[0].startswith("_")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish")
def test_fish_completes_commands_and_options(tmp_path: Path) -> None:
    installed("fish", tmp_path)

    def offered(line: str) -> set[str]:
        done = subprocess.run(
            ["fish", "-c", f"complete --do-complete '{line}'"],
            env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=True,
        )
        return {row.split("\t")[0] for row in done.stdout.splitlines()}

    assert "check" in offered("convscope ch")
    assert "--epochs" in offered("convscope train --ep")
