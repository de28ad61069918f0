"""What may a stranger's program do? Calculate, for a while, with some memory, in an empty folder; and nothing else.

Two fences. Python's own is an audit hook, which sees every attempt and cannot be taken away: no network, no other
processes, no file changed outside the folder, no C libraries. The system's limits memory and processor time, and on
Linux takes the network away. Neither is a wall against someone who knows how to climb: a container or an account of its
own is.
"""

import ctypes
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

FORBIDDEN = (
    "socket.", "ssl.", "urllib.", "http.", "ftplib.", "smtplib.", "imaplib.", "poplib.", "telnetlib.",
    "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.startfile", "pty.", "os.kill",
    "signal.pthread_kill", "ctypes.", "winreg.", "_winapi.", "mmap.", "shutil.", "os.remove", "os.rename", "os.rmdir",
    "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.ch", "os.lch", "os.utime", "os.setxattr", "os.removexattr",
    "os.lockf", "syslog.", "cpython._PySys_ClearAuditHooks",
)
"""The beginnings of the events that are refused; https://docs.python.org/3/library/audit_events.html lists all."""
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
"""Flags of Linux's unshare(2)."""
LARGEST_FILE = 16 * 2**20


def close(folder: str, *, memory: int, seconds: int) -> list[str]:
    """Put up both fences, for good: so many bytes of memory, so many seconds of processor time, files in `folder`.

    Returns the list into which the names of refused attempts will be written.
    """
    without_network()
    _limit(memory, seconds)
    refused: list[str] = []
    sys.dont_write_bytecode = True
    sys.addaudithook(_guard(os.path.realpath(folder) + os.sep, refused))
    return refused


def _guard(home: str, refused: list[str]) -> Callable[[str, tuple[Any, ...]], None]:
    """The hook; it holds whatever it uses itself, since a program may change everything that has a name."""
    forbidden, writes, real, text, names = FORBIDDEN, WRITES, os.path.realpath, os.fsdecode, set[str]()

    def outside(path: Any, mode: Any, flags: int) -> bool:
        return bool(flags & writes) and not isinstance(path, int) and not real(text(path)).startswith(home)

    def guard(event: str, arguments: tuple[Any, ...]) -> None:
        changed = event == "object.__setattr__" and arguments[0] in (guard, outside)
        if event.startswith(forbidden) or changed or (event == "open" and outside(*arguments)):
            if event not in names:
                names.add(event)
                refused.append(event)
            raise PermissionError(f"{event} is not allowed while a submission is graded")

    return guard


def without_network() -> bool:
    """Leave the network, on Linux where that is allowed; tells whether it was."""
    if sys.platform != "linux":
        return False
    with suppress(OSError, AttributeError):
        return ctypes.CDLL(None, use_errno=True).unshare(NEW_USER | NEW_NETWORK) == 0
    return False


def _limit(memory: int, seconds: int) -> None:
    """The system's limits, as far as it has any."""
    try:
        import resource
    except ImportError:  # Windows
        return
    limits = {"RLIMIT_AS": memory, "RLIMIT_CPU": seconds, "RLIMIT_FSIZE": LARGEST_FILE, "RLIMIT_CORE": 0,
              "RLIMIT_NPROC": 0}
    for name, most in limits.items():
        with suppress(AttributeError, OSError, ValueError):  # not every system has every limit
            resource.setrlimit(getattr(resource, name), (most, most))
