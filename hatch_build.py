"""Compile the counting of activations while the package is built or installed.

Where there is no C compiler the package is whole without it, and counts with torch operations.
"""

import importlib.util
import sys
import sysconfig
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILDING = "src/convscope/instruments/building.py"


class CountingHook(BuildHookInterface[Any]):
    """Put the library beside its source, and into a wheel for this platform."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the files are gathered.

        Args:
            version: "standard" or "editable".
            build_data: what hatchling will build.
        """
        if self.target_name != "wheel":
            return
        building = _loaded(Path(self.root) / BUILDING)
        reason = building.compile_counting()
        if reason:
            self.app.display_warning(f"counting.c was not compiled, all else works: {reason}")
            return
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"
        if version != "editable":
            library = building.LIBRARY
            build_data["force_include"][str(library)] = f"convscope/instruments/{library.name}"


def _loaded(path: Path) -> ModuleType:
    """Load one module without the package, which needs torch."""
    spec = importlib.util.spec_from_file_location("building", path)
    if spec is None or spec.loader is None:
        message = f"{path} is missing"
        raise FileNotFoundError(message)
    module = importlib.util.module_from_spec(spec)
    sys.modules["building"] = module
    spec.loader.exec_module(module)
    return module
