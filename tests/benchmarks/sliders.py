"""Every slider of every panel of every notebook: from the key press to the painted picture, in a real JupyterLab.

The clock starts with the browser's key event; it stops in the first frame after the new picture is decoded, or after
the new words where a move changes only these. The first move of a slider counts by itself: whatever is computed or
drawn for the first time shows there. The kernel's CPU time for a move tells a slow panel from a busy machine.

    python -m tests.benchmarks.sliders 00 01 02 03        notebooks by their numbers, or all of them: ten minutes
"""

import os
import statistics
import sys
from contextlib import suppress
from typing import NamedTuple

from playwright.sync_api import Locator
from playwright.sync_api import TimeoutError as NothingHappened

from tests.benchmarks._notebooks import opened
from tests.benchmarks.live_latency import kernel_cpu, percentile
from tests.browser.lab import POSITION, SECONDS, Notebook

MOVES = 10
MEDIAN, P95 = 60, 120
"""Milliseconds that are aimed at on a quiet machine; the second for first moves, too."""

WATCH = """cell => {
    window.labkitWatch?.stop();
    const record = window.labkitWatch = {pressed: null, pictures: [], words: []};
    const pressed = event => { record.pressed = event.timeStamp; };
    document.addEventListener('keydown', pressed, true);
    const painted = list => requestAnimationFrame(() => setTimeout(() => list.push(performance.now())));
    const observer = new MutationObserver(changes => changes.forEach(({target}) => {
        if (target.tagName === 'IMG') target.decode().then(() => painted(record.pictures), () => {});
        else if (target.parentElement?.closest('.widget-html')) painted(record.words);
    }));
    observer.observe(cell, {subtree: true, childList: true, characterData: true, attributeFilter: ['src']});
    record.stop = () => { observer.disconnect(); document.removeEventListener('keydown', pressed, true); };
}"""
PAINTED = "labkitWatch.pictures.length + labkitWatch.words.length"
LATENCY = "(labkitWatch.pictures[0] ?? labkitWatch.words[0]) - labkitWatch.pressed"


class Row(NamedTuple):
    """One slider: milliseconds of its first move and of the others, and of the kernel's CPU for each."""

    slider: str
    first: float
    others: list[float]
    cpu: float

    def __str__(self) -> str:
        slow = statistics.median(self.others) > MEDIAN or max(self.first, percentile(self.others, 95)) > P95
        return (f"{self.slider:52} {self.first:6.0f} {statistics.median(self.others):7.0f} "
                f"{percentile(self.others, 95):5.0f} {self.cpu:7.0f} {'  SLOW' * slow}")


def move(notebook: Notebook, handle: Locator) -> float | None:
    """Milliseconds of one step; at the end of the slider it goes the other way. None if nothing is to be seen of it."""
    page = notebook.page
    for key in ("ArrowRight", "ArrowLeft"):
        before = handle.evaluate(POSITION)
        page.evaluate("labkitWatch.pictures = []; labkitWatch.words = []")
        page.keyboard.press(key)
        if handle.evaluate(POSITION) != before:
            break
    with suppress(NothingHappened):
        page.wait_for_function(PAINTED, timeout=3 * SECONDS)
    notebook.idle(quiet=0.05)
    if not page.evaluate(PAINTED):
        return None
    return page.evaluate(LATENCY)


def rows(notebook: Notebook, name: str) -> list[Row]:
    """All sliders of the open notebook."""
    found = []
    for index in notebook.panels():
        cell = notebook.cell(index)
        for handle in cell.locator(".lk-panel .noUi-handle:visible").all():
            cell.evaluate(WATCH)
            handle.focus()
            first, cpu = move(notebook, handle), kernel_cpu(notebook)
            label = handle.get_attribute("aria-label")
            if first is None or (second := move(notebook, handle)) is None:      # a trainer that pauses
                print(f"{name} cell {index}: {label}: nothing changes before it trains", flush=True)
                continue
            others = [ms for ms in (second, *(move(notebook, handle) for _ in range(MOVES - 1))) if ms is not None]
            cpu = 1000 * (kernel_cpu(notebook) - cpu) / MOVES
            found.append(Row(f"{name} cell {index}: {label}", first, others, cpu))
            print(found[-1], flush=True)
    return found


def summary(found: list[Row]) -> None:
    """What holds for all of them."""
    every = [statistics.median(row.others) for row in found]
    late = [percentile(row.others, 95) for row in found]
    print(f"{len(found)} sliders, median of the medians {statistics.median(every):.0f} ms; "
          f"{sum(one > MEDIAN for one in every)} medians above {MEDIAN}, {sum(one > P95 for one in late)} p95 and "
          f"{sum(row.first > P95 for row in found)} first moves above {P95}; load {os.getloadavg()[0]:.1f}")


def main(numbers: list[str]) -> None:
    """The table."""
    print(f"{'milliseconds':52} {'first':>6} {'median':>7} {'p95':>5} {'CPU':>7}")
    found = []
    for number, notebook in opened(numbers):
        notebook.run_all()
        found += rows(notebook, number)
    summary(found)


if __name__ == "__main__":
    main(sys.argv[1:])
