"""One lesson as a student works through it: predict, drag, share, program; come back another day; hand in."""

import json
import math
import re

import nbformat
import pytest
from playwright.sync_api import expect

from labkit.lessons.initialization.panels import HIGH, LOW
from labkit.present.store import METADATA
from tests.browser.test_predictions import SHOWN
from tests.cells import cells_of

pytestmark = pytest.mark.browser

JOURNAL = 'import os\nos.environ["LABKIT_JOURNAL"] = os.path.abspath("student.jsonl")'
LESSON = ("setup", "small-predict", "forward", "forward-notes", "target-panel", "xavier-exercise", "xavier-check",
          "xavier-yours", "report")
SAID, TRUE = "about 0.001", "about 0.0000003"
GOAL, FOUND = "ten ReLU layers of 500 units", "✓ You are inside the 20 %"
BELOW, ABOVE = 0.055, 0.07  # stds on both sides of He's, √(2/500)
MINE = f"yours = {math.sqrt(2 / (500 + 500)):.3g}"
SAVE_AND_RESTART = """async () => {
    await jupyterapp.commands.execute('docmanager:save');
    await jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart();
}"""

IN_VIEW = """() => {
    const {top, bottom} = document.getElementById('lk-03-small').getBoundingClientRect();
    return top > 0 && bottom < innerHeight;
}"""


def lesson(course):
    """A short notebook of cells of lesson 03, with a journal in its folder; and the solution of its exercise."""
    cells = cells_of("03")
    short = [nbformat.v4.new_code_cell(JOURNAL), *(cells[name] for name in LESSON)]
    nbformat.write(nbformat.v4.new_notebook(cells=short, metadata=METADATA), course / "student.ipynb")
    (solution,) = re.findall(r"```python\n(.*?)```", cells["xavier-solution"].source, re.DOTALL)
    return "student.ipynb", solution.rstrip()


def look_at(notebook, name):
    """The cell with this id, in view."""
    return notebook.cell(1 + LESSON.index(name))


def covered(notebook):
    """Whether each output behind the prediction is out of sight."""
    outputs = look_at(notebook, "forward").locator(".jp-OutputArea-output").all()
    assert outputs
    return [not output.evaluate(SHOWN) for output in outputs]


def drag(notebook, bar, std):
    """Take the handle of the std's slider with the mouse, and let it go at this value."""
    handle = bar.locator(".noUi-handle")
    here, track = handle.bounding_box(), bar.locator(".noUi-base").bounding_box()
    y, share = here["y"] + here["height"] / 2, math.log(std / LOW) / math.log(HIGH / LOW)
    mouse = notebook.page.mouse
    mouse.move(here["x"] + here["width"] / 2, y)
    mouse.down()
    mouse.move(track["x"] + share * track["width"], y, steps=10)
    mouse.up()
    notebook.idle()
    return handle


def search(notebook, panel):
    """Drag the std to above the target and step down until it is reached; return the std."""
    handle = drag(notebook, panel.locator(".widget-slider", has_text="init std"), ABOVE)
    number = panel.get_by_label("init std, as a number")
    assert BELOW < float(number.input_value()) < 2 * ABOVE
    while FOUND not in panel.inner_text():
        assert notebook.press(panel, handle, "ArrowLeft")
        assert float(number.input_value()) > BELOW, "the target was passed, and not noticed"
    return number.input_value()


def program(notebook, source):
    """Write the exercise in the place of its stub and run it, the check and the cell below, all by keys: it passes."""
    look_at(notebook, "xavier-exercise").locator(".cm-content").click()
    notebook.page.keyboard.press("ControlOrMeta+a")
    notebook.page.keyboard.insert_text(source)
    for _ in range(3):
        notebook.page.keyboard.press("Shift+Enter")
    expect(look_at(notebook, "xavier-check")).to_contain_text("✓ 03-xavier")
    notebook.idle()


def predicts(notebook):
    assert all(covered(notebook))
    question = look_at(notebook, "small-predict")
    question.get_by_text(f"B. {SAID}", exact=True).click()
    question.get_by_role("button", name="Commit").click()
    notebook.idle()
    expect(question).to_contain_text(f"✗ Not so You said: B. {SAID}")
    expect(question).to_contain_text(f"The answer is: A. {TRUE}")
    assert not any(covered(notebook))


def reaches_the_target_and_shares_the_setting(notebook):
    panel = look_at(notebook, "target-panel")
    assert re.search(rf"Target: {GOAL}.* · Now × .*10⁻⁸", panel.inner_text()) and FOUND not in panel.inner_text()
    std = search(notebook, panel)
    call = panel.locator(".lk-share + code")
    panel.get_by_role("button", name="share").click()
    notebook.page.wait_for_function("code => code.textContent", arg=call.element_handle())
    assert notebook.kernel(f"print(format(({call.text_content()}).values['std'], '.3g'))") == f"{std}\n"


def passes_the_exercise_and_sees_it_at_work(notebook, solution):
    assert "Not written yet" in look_at(notebook, "xavier-yours").inner_text()
    assert "not attempted yet" in look_at(notebook, "xavier-check").inner_text()
    program(notebook, solution)
    drives(look_at(notebook, "xavier-yours"))


def drives(panel):
    """The panel stands at the student's std, and says so in its picture's sentence."""
    expect(panel.get_by_role("button", name=MINE)).to_have_count(1)
    expect(panel.locator("img")).to_have_attribute("alt", re.compile("init std 0.0447 "))


def finds_everything_again(notebook):
    expect(look_at(notebook, "small-predict")).to_contain_text(f"You said before: B. {SAID}")
    assert not any(covered(notebook))
    drives(look_at(notebook, "xavier-yours"))


def hands_in(notebook, course):
    report = look_at(notebook, "report")
    told = report.inner_text()
    assert "Predictions: 0 right of 1 made" in told and f"03-small · You said: {SAID}. The answer is: {TRUE}" in told
    assert re.search(r"03-xavier\s+✓ passed\s+1 try, 0 hints", told)
    assert re.search(rf"target\s+✓ reached\s+{GOAL}", told)

    report.get_by_placeholder("your name").fill("Kim Minji")
    report.get_by_role("button", name="Write a page to hand in").click()
    report.get_by_text("Written: report_03.html and report_03.json").wait_for()
    page = (course / "report_03.html").read_text(encoding="utf-8")
    assert all(part in page for part in ("Kim Minji", SAID, TRUE, "✓ passed", "✓ reached", GOAL))
    facts = json.loads((course / "report_03.json").read_text(encoding="utf-8"))
    assert facts["student"] == "Kim Minji" and facts["targets"][0].startswith(GOAL)
    assert {"name": "03-small", "said": SAID, "answer": TRUE, "right": False} in facts["predictions"]
    assert facts["exercises"]["03-xavier"] == {"tries": 1, "passed": True, "hints": 0}

    report.get_by_role("link", name="03-small").click()
    notebook.page.wait_for_function(IN_VIEW)


def test_a_lesson_is_worked_through_left_and_found_again(course, open_notebook):
    name, solution = lesson(course)
    notebook = open_notebook(name)
    notebook.run_all(curtains=True)
    predicts(notebook)
    reaches_the_target_and_shares_the_setting(notebook)
    passes_the_exercise_and_sees_it_at_work(notebook, solution)
    assert (notebook.errors(), notebook.console, notebook.outside) == ([], [], [])

    notebook.page.evaluate(SAVE_AND_RESTART)
    notebook.reload(name)
    assert notebook.kernel("print('predict' in globals())") == "False\n"
    notebook.run_all(curtains=True)
    finds_everything_again(notebook)
    hands_in(notebook, course)
    others = [line for line in notebook.console if "widget model not found" not in line]  # of the panels of before
    assert (notebook.errors(), others, notebook.outside) == ([], [], [])
