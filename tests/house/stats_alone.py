"""Import every module of analytics.stats with numpy, scipy and the standard library alone; anything else is refused.

Modules named `_..._kernels` hold compiled loops: they may need numba, and are imported by functions when called.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import pkgutil
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = frozenset({"numpy", "scipy", "analytics", *sys.stdlib_module_names})
ALLOWED_INSIDE = ("analytics.core", "analytics.stats")
# Probed by numpy and scipy inside try/except; their absence is normal.
ABSENT_IS_FINE = frozenset({"cython", "cupy", "sparse", "pythran", "numpy_typing_compat", "threadpoolctl", "mkl"})


class Refusal(importlib.abc.MetaPathFinder):
    """Refuses every module that is not on the list, as if it were not installed."""

    def __init__(self) -> None:
        self.refused: list[str] = []

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        top = fullname.partition(".")[0]
        inside = top != "analytics" or fullname == "analytics" or fullname.startswith(ALLOWED_INSIDE)
        if (top in ALLOWED or top.startswith("_sysconfigdata")) and inside:
            return None
        if top not in ABSENT_IS_FINE:
            self.refused.append(fullname)
        raise ModuleNotFoundError(f"analytics.stats may not need {fullname}", name=fullname)


def main() -> int:
    """Return 0 where analytics.stats stands on its own, 1 with the reason otherwise."""
    refusal = Refusal()
    sys.meta_path.insert(0, refusal)
    sys.path.insert(0, str(ROOT))
    stats = importlib.import_module("analytics.stats")
    names = [m.name for m in pkgutil.walk_packages(stats.__path__, "analytics.stats.")]
    for name in names:
        if name.endswith("_kernels"):
            continue
        try:
            importlib.import_module(name)
        except ImportError as error:
            sys.stderr.write(f"{name}: {error}\n")
            return 1
    ours = [name for name in refusal.refused if name.startswith("analytics")]
    if ours:
        sys.stderr.write(f"analytics.stats reached for {', '.join(ours)}\n")
        return 1
    sys.stdout.write(f"analytics.stats: {len(names) + 1} modules, numpy and scipy suffice.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
