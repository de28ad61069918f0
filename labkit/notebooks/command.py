"""A command line says what went wrong in a sentence, without a traceback."""

import sys
from collections.abc import Callable


def tried(work: Callable[..., None], *arguments: object) -> int:
    """The exit code of some work: 0; 1 when it failed, and the error is said; 130 when it was interrupted."""
    try:
        work(*arguments)
    except (OSError, RuntimeError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted. What has been named above is complete; nothing is half written.", file=sys.stderr)
        return 130
    return 0
