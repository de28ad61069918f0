"""The player on a real event loop, driven by events: nothing here waits for a clock."""

import asyncio
import signal
import threading
from unittest.mock import patch

import pytest

from labkit.widgets.player import PICTURES, SHARE, Player


@pytest.fixture(autouse=True)
def nobody_plays():
    yield
    assert Player.current is None
    Player.current = None


class Work:
    """Counts its steps and keeps the loop informed; `stop_at` ends it, `fail_at` raises."""

    def __init__(self, stop_at=10**9, fail_at=10**9, **pace):
        self.steps, self.pictures, self.ends = 0, 0, []
        self.stop_at, self.fail_at = stop_at, fail_at
        self.threads = set()
        self.player = Player(self.step, self.show, self.ends.append, **pace)

    def step(self):
        self.threads.add(threading.get_ident())
        self.steps += 1
        if self.steps == self.fail_at:
            raise RuntimeError("the data are gone")
        return self.steps < self.stop_at

    def show(self):
        self.threads.add(threading.get_ident())
        self.pictures += 1

    async def worked(self, more=1):
        """Wait until so many more steps are done."""
        goal = self.steps + more
        while self.steps < goal:
            await asyncio.sleep(0)


def on_loop(test):
    """Run an async test on a loop of its own, for a minute at most."""
    def run():
        asyncio.run(asyncio.wait_for(test(), 60))
    run.__name__ = test.__name__
    return run


def tasks():
    """Those of players."""
    return {task for task in asyncio.all_tasks() if task.get_coro().__qualname__.startswith("Player.")}


@on_loop
async def test_it_starts_paused_works_in_bursts_and_ends_when_the_work_is_done():
    work = Work(stop_at=500)
    assert not work.player.playing and not tasks()
    work.player.play()
    await work.player.task
    assert (work.steps, work.ends, work.player.playing) == (500, [""], False)
    assert work.threads == {threading.get_ident()}


@on_loop
async def test_the_loop_stays_free_while_it_plays():
    work, others = Work(), 0
    work.player.play()
    while work.pictures < 3:
        await asyncio.sleep(0)
        others += 1
    assert others > 10
    work.player.pause()
    await work.player.task


@on_loop
async def test_pause_play_pause_play_is_one_task():
    work = Work()
    work.player.play()
    await work.worked()
    task = work.player.task
    work.player.pause()
    work.player.play()
    work.player.play()
    await work.worked(10)
    assert tasks() == {task}
    work.player.pause()
    await task
    steps = work.steps
    await asyncio.sleep(0)
    assert (work.steps, work.ends, tasks()) == (steps, [""], set())
    work.player.play()
    await work.worked()
    assert len(tasks()) == 1
    work.player.pause()
    await work.player.task
    assert work.ends == ["", ""]


@on_loop
async def test_starting_one_pauses_the_other():
    first, second = Work(), Work()
    first.player.play()
    await first.worked()
    second.player.play()
    await asyncio.gather(first.player.task, second.worked(5))
    assert (first.ends, first.player.playing, second.player.playing) == (
        ["paused, because another panel plays"], False, True)
    assert Player.current is second.player
    second.player.pause()
    await second.player.task


@on_loop
async def test_an_error_ends_it_and_is_told():
    work = Work(fail_at=3)
    work.player.play()
    await work.player.task
    assert (work.ends, work.player.playing) == (["RuntimeError: the data are gone"], False)
    work.player.play()
    await work.worked()
    work.player.pause()
    await work.player.task
    assert work.ends[1:] == [""]


@on_loop
async def test_an_error_in_the_picture_ends_it_too():
    work = Work()
    work.player.show = lambda: 1 / 0
    work.player.play()
    await work.player.task
    assert work.ends == ["ZeroDivisionError: division by zero"]


@on_loop
async def test_playing_again_from_within_done_goes_on():
    work = Work(stop_at=10)

    def once_more(why):
        work.ends.append(why)
        if len(work.ends) == 1:
            work.stop_at = 20
            work.player.play()

    work.player.done = once_more
    work.player.play()
    await work.player.task
    assert (work.steps, work.ends) == (20, ["", ""])


@on_loop
async def test_no_picture_is_shown_before_the_last_one_was_taken():
    work = Work()
    taken = [False]
    work.player.ready = lambda: taken[0]
    work.player.play()
    await work.worked(50)
    assert work.pictures == 0
    taken[0] = True
    while not work.pictures:
        await asyncio.sleep(0)
    work.player.pause()
    await work.player.task


async def timed(picture, steps, hurry=False):
    """When a player showed pictures that take `picture` seconds, beside steps of 1 ms, and how long it all took."""
    work, clock, shown = Work(stop_at=steps), [100.0], []

    def step():
        clock[0] += 0.001
        if hurry:
            work.player.hurry()
        return Work.step(work)

    def show():
        shown.append(clock[0])
        clock[0] += picture

    work.player.work, work.player.show = step, show
    with patch("labkit.widgets.player.time.perf_counter", lambda: clock[0]):
        work.player.play()
        await work.player.task
    return shown, clock[0] - 100


@on_loop
async def test_so_many_pictures_a_second():
    shown, seconds = await timed(0.002, 3000)
    assert len(shown) == pytest.approx(PICTURES * seconds, abs=2)


@on_loop
async def test_pictures_take_no_more_than_their_share():
    shown, seconds = await timed(0.100, 3000)
    assert 0.9 * SHARE < 0.100 * len(shown) / seconds < 1.1 * SHARE


@on_loop
async def test_who_turns_a_knob_sees_it_soon():
    shown, seconds = await timed(0.010, 2000, hurry=True)
    assert SHARE / 2 < 0.010 * len(shown) / seconds < 1.1 * SHARE and len(shown) > 1.5 * PICTURES * seconds


@on_loop
async def test_other_threads_hand_over():
    work, seen = Work(), []

    def elsewhere():
        work.player.soon(lambda: seen.append(threading.get_ident()))

    work.player.soon(lambda: seen.append("at once"))
    assert seen == ["at once"]
    thread = threading.Thread(target=elsewhere)
    thread.start()
    while len(seen) < 2:
        await asyncio.sleep(0)
    thread.join()
    assert seen[1] == threading.get_ident()


def test_without_a_loop_there_is_nothing_to_play_on():
    work, seen = Work(), []
    with pytest.raises(RuntimeError, match=r"no event loop .* advance\(steps\)"):
        work.player.play()
    work.player.soon(lambda: seen.append(1))
    assert seen == [1] and work.steps == 0


# ------------------------------------------------------------------------------------------------ the Interrupt button
@pytest.fixture
def idle_kernel():
    """Between two cells a kernel ignores SIGINT."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    signal.signal(signal.SIGINT, before)


def test_an_interrupt_of_an_idle_kernel_pauses(idle_kernel):
    @on_loop
    async def test():
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # asyncio.run has its own
        work = Work()
        work.player.play()
        await work.worked()
        signal.raise_signal(signal.SIGINT)
        await work.player.task
        assert work.ends == ["interrupted"]
        signal.raise_signal(signal.SIGINT)  # ignored again
    test()


def test_an_interrupt_of_a_cell_belongs_to_the_cell(idle_kernel):
    @on_loop
    async def test():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        work = Work()
        work.player.play()
        await work.worked()
        saved = signal.signal(signal.SIGINT, signal.default_int_handler)  # what a kernel does around a cell
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        assert work.player.playing
        work.player.pause()
        await work.player.task
        assert signal.getsignal(signal.SIGINT) == signal.default_int_handler
        signal.signal(signal.SIGINT, saved)
        signal.raise_signal(signal.SIGINT)  # nobody plays: nothing happens
        work.player.play()
        await work.worked()
        work.player.pause()
        await work.player.task
    test()


def test_an_interrupt_inside_a_burst_pauses(idle_kernel):
    @on_loop
    async def test():
        signal.signal(signal.SIGINT, signal.default_int_handler)  # an asynchronous cell is running meanwhile
        work = Work()

        def step():
            work.steps += 1
            if work.steps == 5:
                signal.raise_signal(signal.SIGINT)
            return True

        work.player.work = step
        work.player.play()
        await work.player.task
        assert work.ends == ["interrupted"]
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    test()


@on_loop
async def test_it_keeps_its_pace_and_hears_a_pause_while_it_waits():
    work = Work(pace=1e-3)
    work.player.play()
    await work.worked(1)
    for _ in range(100):
        await asyncio.sleep(0)
    assert work.steps == 1
    work.player.pause()
    await asyncio.gather(*tasks())
    assert (work.steps, work.ends) == (1, [""])
