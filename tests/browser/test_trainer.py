"""The live trainer in a real JupyterLab: it plays beside other cells, obeys its controls, and ends when it should."""

import nbformat
import pytest

from labkit.present.store import METADATA
from tests.browser.lab import READY, SECONDS, Notebook

pytestmark = pytest.mark.browser

SETUP = """
import asyncio, threading
import numpy as np, labkit as lk
from labkit.widgets.player import Player
from labkit.widgets.trainer import Trainer
x, y = lk.datasets.spirals(400, np.random.default_rng(0))

def playing():
    return sum(task.get_coro().__qualname__.startswith("Player.") for task in asyncio.all_tasks())
"""
PANEL = """
panel = Trainer(lambda: lk.mlp([2, 8, 2], "tanh"), {"train": (x[:200], y[:200]), "validation": (x[200:], y[200:])},
                optimizer=lk.SGD(0.1), size=32, max_steps=1_000_000, on=["updates"])
panel
"""
CELL = 2  # the panel's; 1 holds another cell, to be run meanwhile

RUN_CELL = """async index => {
    const notebook = jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = index;
    await jupyterapp.commands.execute('notebook:run-cell');
}"""
KERNEL = "jupyterapp.shell.currentWidget.sessionContext.session.kernel"


@pytest.fixture
def trainer(course, open_notebook):
    """A notebook with a panel that has just been made, and its cell."""
    cells = [nbformat.v4.new_code_cell(source.strip()) for source in (SETUP, "before = panel.run.steps", PANEL)]
    cells[1].source = "try:\n    print('other', panel.run.steps > 0)\nexcept NameError:\n    print('not yet')"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=METADATA), course / "trainer.ipynb")
    notebook = open_notebook("trainer.ipynb")
    notebook.run_all()
    assert notebook.errors() == []
    yield notebook
    assert (notebook.console, notebook.outside) == ([], [])


def press(notebook, name):
    notebook.cell(CELL).locator("button", has_text=name).click()


def answers(notebook, question, answer, seconds=20):
    """Ask the kernel until it answers so."""
    for _ in range(seconds * 10):
        said = notebook.kernel(f"print(({question}))").strip()
        if said == answer:
            return
        notebook.page.wait_for_timeout(0.1 * SECONDS)
    raise AssertionError(f"{question} is {said}, not {answer}")


def plays(notebook):
    """New pictures come by themselves."""
    cell = notebook.cell(CELL)
    for _ in range(3):
        before = cell.locator("img").get_attribute("src")
        notebook.page.wait_for_function("([cell, before]) => cell.querySelector('img').src !== before",
                                        arg=[cell.element_handle(), before], timeout=20 * SECONDS)
    return True


def play(notebook):
    press(notebook, "Play")
    notebook.cell(CELL).locator("button", has_text="Pause").wait_for()
    assert plays(notebook)


def test_it_plays_beside_other_cells_obeys_its_controls_and_stops(trainer):
    assert trainer.kernel("print(panel.run.steps, playing())") == "0 0\n"
    play(trainer)
    assert trainer.kernel("print(playing(), threading.main_thread() is threading.current_thread())") == "1 True\n"

    trainer.page.evaluate(RUN_CELL, 1)
    assert trainer.cell(1).locator(".jp-OutputArea-output").inner_text().strip() == "other True"
    assert plays(trainer)

    cell = trainer.cell(CELL)
    cell.locator(".noUi-handle").first.focus()
    for _ in range(5):
        trainer.page.keyboard.press("ArrowRight")
    answers(trainer, "panel.run.opt.lr == panel.live['lr'].value > 0.11", "True")
    answers(trainer, "panel.run.marks[-1].text == f'lr {panel.run.opt.lr:.3g}'", "True")
    assert plays(trainer)

    press(trainer, "Pause")
    answers(trainer, "playing()", "0")
    trainer.idle()
    count = trainer.kernel("print(panel.run.steps)")
    assert trainer.kernel("print(panel.run.steps)") == count
    assert cell.locator("[role=status]").first.inner_text() == f"Step {int(count):,} of 1,000,000."

    press(trainer, "Step")
    answers(trainer, "panel.run.steps", str(int(count) + 1))
    press(trainer, "Reset")
    answers(trainer, "panel.run.steps", "0")
    trainer.idle()
    assert cell.locator("[role=status]").first.inner_text() == "Back at step 0."


def test_one_run_is_left_after_interrupts_errors_and_running_the_cell_again(trainer):
    play(trainer)
    trainer.cell(0)  # scrolled away, it goes on
    count = int(trainer.kernel("print(panel.run.steps)"))
    answers(trainer, f"panel.run.steps > {count + 1000} and panel.playing", "True")
    assert plays(trainer)

    trainer.page.evaluate(f"{KERNEL}.interrupt()")
    answers(trainer, "playing(), panel.text", "(0, 'Interrupted.')")
    assert trainer.kernel("print(1 + 1)") == "2\n"

    play(trainer)
    trainer.kernel("old = panel")
    trainer.page.evaluate(RUN_CELL, CELL)
    answers(trainer, "playing(), old.playing, panel is old", "(0, False, False)")
    play(trainer)
    answers(trainer, "playing()", "1")

    trainer.kernel("panel.run.after = lambda run, step: 1 / 0")
    answers(trainer, "playing(), panel.text", "(0, 'ZeroDivisionError: division by zero.')")
    trainer.idle()
    assert "division by zero" in trainer.cell(CELL).locator("[role=status]").first.inner_text()
    assert trainer.errors() == []


def test_it_ends_with_its_cell_and_with_its_kernel(trainer):
    play(trainer)
    trainer.page.evaluate(f"{KERNEL}.restart()")
    alert, pause = (trainer.cell(CELL).locator(what) for what in ("[role=alert]", "button:has-text('Pause')"))
    alert.wait_for()
    assert "kernel was restarted" in alert.inner_text() and "Shift + Enter" in alert.inner_text()
    assert pause.evaluate("button => button.closest('[inert]') !== null"), "a button that nobody hears"
    trainer.idle()
    trainer.run_all()
    assert alert.count() == 0
    answers(trainer, "playing(), panel.run.steps", "(0, 0)")
    play(trainer)
    trainer.page.evaluate("""index => {
        jupyterapp.shell.currentWidget.content.activeCellIndex = index;
        return jupyterapp.commands.execute('notebook:delete-cell');
    }""", CELL)
    answers(trainer, "playing(), panel.text", "(0, 'Paused: the panel has left the page.')")


def test_a_page_that_reloads_and_a_second_tab_show_the_run_as_it_is(trainer, browser, lab):
    play(trainer)
    trainer.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    trainer.reload("trainer.ipynb")
    assert plays(trainer)

    second = Notebook(browser, lab, "trainer.ipynb")
    assert plays(second)
    press(second, "Pause")
    trainer.cell(CELL).locator("button", has_text="Play").wait_for()
    answers(trainer, "playing()", "0")
    assert second.console == []
    second.page.close()
    play(trainer)


def test_a_kernel_that_does_not_answer_is_named(trainer):
    trainer.page.evaluate(f"void {KERNEL}.requestExecute({{code: 'import time; time.sleep(7)'}})")
    press(trainer, "Step")
    alert = trainer.cell(CELL).locator("[role=alert]")
    alert.wait_for()
    assert "another cell is running" in alert.inner_text()
    alert.wait_for(state="detached")
    answers(trainer, "panel.run.steps", "1")


def test_it_pauses_when_its_page_is_closed(trainer, course):
    play(trainer)
    answers(trainer, "panel.page._answer.value > 0", "True")
    trainer.kernel("import pathlib, labkit.widgets.page as page\npage.GONE_TIMEOUT = 3\ndone = panel.player.done")
    trainer.kernel("def told(why):\n    done(why)\n    pathlib.Path('why.txt').write_text(panel.text, 'utf-8')")
    trainer.kernel("panel.player.done = told")
    address = trainer.page.url
    trainer.page.goto("about:blank")
    for _ in range(300):
        if (course / "why.txt").exists():
            break
        trainer.page.wait_for_timeout(0.1 * SECONDS)
    assert (course / "why.txt").read_text("utf-8").startswith("Paused: the pa")
    trainer.page.goto(address)
    trainer.page.wait_for_function(READY, arg="trainer.ipynb", timeout=90 * SECONDS)
