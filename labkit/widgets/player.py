"""Something that goes on while the notebook stays awake: short bursts of work on the kernel's own event loop.

A single asyncio task works for some 10 ms, shows a picture now and then, and lets the kernel answer in between, so that
other cells run and controls act. No thread ever touches what it works on. The task ends when the work is done, when it
is paused, interrupted or raises, when another player starts, or when nobody is looking any more.
"""

import asyncio
import math
import signal
import threading
import time
from collections.abc import Callable
from typing import Any, ClassVar

from labkit.widgets.panel import told

WORK_SECONDS = 0.010
"""Seconds of work between two turns of the event loop."""
YIELDS = 4
"""Turns of the event loop between two bursts: a message needs several to get through."""
PICTURES, SHARE = 8.5, 0.25
"""Pictures a second, if they take no more than this share of the time."""
MAX_SLEEP = 0.02
"""Seconds of sleep at most, while work that has a pace is ahead of it: a pause must not wait."""


class Player:
    """Calls `work()` again and again until it returns False, and `show()` now and then.

    `done(why)` is told when it ends, with an empty text after a pause that was asked for. `ready()` says whether a new
    picture is wanted. `pace` is how often it works in a second at most. Callbacks of other threads hand over with
    `soon`. One player plays at a time.
    """

    current: ClassVar["Player | None"] = None

    def __init__(self, work: Callable[[], bool], show: Callable[[], None], done: Callable[[str], None],
                 ready: Callable[[], bool] = lambda: True, *, pace: float = math.inf) -> None:
        self.work, self.show, self.done, self.ready, self.pace = work, show, done, ready, pace
        self.task: asyncio.Task[None] | None = None
        self.playing, self._why = False, ""
        self._due = self._soonest = self._next = 0.0
        self._thread = threading.get_ident()
        try:
            self.loop = asyncio.get_running_loop()
        except RuntimeError:  # a plain script: there is nothing to play on
            self.loop = None

    def soon(self, f: Callable[[], Any]) -> None:
        """Call f() on the event loop's thread: at once if this is it, or if there is no loop."""
        if self.loop is None or threading.get_ident() == self._thread:
            f()
        else:
            self.loop.call_soon_threadsafe(f)

    def play(self) -> None:
        """Start, unless it plays already; any other player pauses. Raises RuntimeError without an event loop."""
        if self.loop is None:
            raise RuntimeError("Player: there is no event loop to play on; in a script use advance(steps).")
        if Player.current not in (None, self):
            Player.current.pause("paused, because another panel plays")
        Player.current, self.playing, self._why = self, True, ""
        if self.task is None or self.task.done():
            self.task = self.loop.create_task(self._play())

    def pause(self, why: str = "") -> None:
        """Stop after the present burst; `done(why)` follows."""
        if self.playing:
            self.playing, self._why = False, why
        if Player.current is self:
            Player.current = None

    def hurry(self) -> None:
        """Something was turned: show the next picture as soon as the share of the time allows."""
        self._due = min(self._due, self._soonest)

    async def _play(self) -> None:
        while self.playing:
            try:
                await self._bursts()
            except KeyboardInterrupt:
                self.pause("interrupted")
            except Exception as error:  # a task's traceback would be lost
                self.pause(told(error))
            self.pause()
            self.done(self._why)
        _leave_interrupts()

    async def _bursts(self) -> None:
        self._due = self._soonest = self._next = 0.0
        while self.playing:
            _hear_interrupts()
            if not self._burst(time.perf_counter() + WORK_SECONDS):
                return
            if time.perf_counter() >= self._due and self.ready():
                self._picture()
            for _ in range(YIELDS):
                await asyncio.sleep(0)
            if (ahead := self._next - time.perf_counter()) > 0:
                await asyncio.sleep(min(ahead, MAX_SLEEP))

    def _burst(self, end: float) -> bool:
        """Work until `end`, or until it is ahead of its pace; tells whether there is more to do."""
        going = True
        while going and self._next <= (now := time.perf_counter()) < end:
            going = self.work()
            self._next = max(self._next, now - MAX_SLEEP) + 1 / self.pace
        return going

    def _picture(self) -> None:
        start = time.perf_counter()
        self.show()
        self._soonest = start + (time.perf_counter() - start) / SHARE
        self._due = max(self._due + 1 / PICTURES, self._soonest)


# ------------------------------------------------------------------------------------------------ the Interrupt button
def _hear_interrupts() -> None:
    """An idle kernel ignores the Interrupt button. While something plays, the button pauses it."""
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, _interrupted)


def _leave_interrupts() -> None:
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) == _interrupted:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _interrupted(number: int, frame: Any) -> None:
    if Player.current is not None:
        Player.current.pause("interrupted")
