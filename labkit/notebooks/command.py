"""A command line says what went wrong in a sentence, without a traceback, and how far it is while it works."""

import sys
from collections.abc import Callable

BAR, LINE = 30, 100
"""Characters of the bar, and of the line that it is on."""
INTERRUPTED = 130
"""The exit code of a command that was interrupted."""


def progress(done: int, count: int, now: str = "") -> None:
    """Say on the standard error how much is done, and what comes now: a bar that moves, on a terminal in one line."""
    stays = done < count and sys.stderr.isatty()
    said = f"[{('#' * (BAR * done // max(1, count))).ljust(BAR)}] {done} of {count}{f', now {now}' if now else ''}"
    print(said[:LINE].ljust(LINE * sys.stderr.isatty()), end="\r" if stays else "\n", file=sys.stderr, flush=True)


def tried(work: Callable[..., None], *arguments: object) -> int:
    """The exit code of some work: 0; 1 when it failed, and the error is said; INTERRUPTED."""
    try:
        work(*arguments)
    except (OSError, RuntimeError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted. What has been named above is complete; nothing is half written.", file=sys.stderr)
        return INTERRUPTED
    return 0
