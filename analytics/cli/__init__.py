"""Floor 4: the command line. One module a command; each makes one report call and prints it."""

from __future__ import annotations

import importlib
import pkgutil

from analytics.cli.common import app

__all__ = ["app"]

for _found in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_found.name}")
