"""Opening and running: how long a notebook takes from "run all" to its first panel, and to the end, in JupyterLab.

The kernel is warm, as a student's is who has read the opening; the first panel is usable when its picture is decoded.

    python -m tests.benchmarks.run_all 03 08        notebooks by their numbers, or all of them: six minutes
"""

import sys

from tests.benchmarks._notebooks import opened
from tests.browser.lab import SECONDS, Notebook

USABLE = 5.0
"""Seconds until the first panel that are aimed at on a quiet machine."""
START = """() => {
    window.labkitTimes = {first: null, end: null};
    const begun = performance.now(), times = window.labkitTimes;
    const look = async () => {
        const image = document.querySelector('.lk-panel [role=slider]')?.closest('.lk-panel').querySelector('img[src]');
        if (image) { await image.decode().catch(() => {}); times.first ??= performance.now() - begun; }
        if (times.first === null && times.end === null) requestAnimationFrame(look);
    };
    look();
    jupyterapp.commands.execute('notebook:run-all-cells').finally(() => { times.end = performance.now() - begun; });
}"""


def seconds(notebook: Notebook) -> tuple[float, float]:
    """Until the first panel of the open notebook can be used, and until all of it has run; NaN without a panel."""
    notebook.drawn()
    notebook.page.evaluate(START)
    notebook.page.wait_for_function("labkitTimes.end !== null", timeout=300 * SECONDS)
    first, end = notebook.page.evaluate("[labkitTimes.first, labkitTimes.end]")
    return (float("nan") if first is None else first / SECONDS), end / SECONDS


def main(numbers: list[str]) -> None:
    """The table."""
    print(f"{'seconds':10} {'first panel':>12} {'all cells':>10}")
    for number, notebook in opened(numbers):
        first, end = seconds(notebook)
        print(f"{number:10} {first:12.1f} {end:10.1f} {'  SLOW' * (first > USABLE)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
