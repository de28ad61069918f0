"""A command line says what went wrong in a sentence, without a traceback."""

import sys
from collections.abc import Callable


def tried(work: Callable[..., None], *arguments: object) -> int:
    """The exit code of some work: 0, or 1 when it failed; the error is said."""
    try:
        work(*arguments)
    except (OSError, RuntimeError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0
