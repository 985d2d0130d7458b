"""`python -m analytics COMMAND`: the same report calls as the pages, for the terminal and for pipelines."""

from __future__ import annotations

import atexit
import contextlib
import os
import sys

DEFECT = 1
"""Exit code where a command ended with a traceback."""


def main() -> None:
    """Run one command.

    Threads that read ahead for Arrow may still be at work on a Python file when the interpreter is taken down, and then
    abort a process whose work is done. So the process ends here, after every other clean-up has run: what is registered
    first runs last.
    """
    ended = {"code": DEFECT}
    atexit.register(_leave, ended)
    from analytics.cli import app

    try:
        app(prog_name="python -m analytics")
    except SystemExit as done:
        ended["code"] = done.code if isinstance(done.code, int) else (0 if done.code is None else DEFECT)
        raise


def _leave(ended: dict[str, int]) -> None:
    with contextlib.suppress(OSError, ValueError):  # a pipe that was closed at the other end
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(ended["code"])


if __name__ == "__main__":
    main()
