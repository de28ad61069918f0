"""Three patients of the clinic as a student treats them: buttons, menus, a diagnosis, a cure; with the mouse."""

import pytest

from labkit.lessons.training_clinic.experiments.consultation import case
from labkit.lessons.training_clinic.experiments.diseases import DISEASES
from tests.browser.test_jupyterlab import write

pytestmark = pytest.mark.browser

SOURCE = "from labkit.lessons.training_clinic import panels\npanel = panels.clinic(1, 1)\npanel"
PATIENTS = ((4, 1), (5, 2), (6, 2))


def choose(cell, label, option):
    """Take an option of the visible menu with this label."""
    menu = cell.locator(".widget-dropdown", has_text=label).locator("select").first
    menu.select_option(label=option)


def consult(notebook, cell, number, level):
    (name,) = case(number, level).diseases
    disease, number_box = DISEASES[name], cell.locator("input[type=number]")
    cell.locator(".widget-dropdown", has_text="level").locator("select").select_option(label=str(level))
    notebook.idle()
    number_box.fill(str(number))
    number_box.press("Enter")
    notebook.idle()
    before = cell.locator("img").first.get_attribute("src")
    cell.locator("button", has_text=f"{disease.sign[0]} ·").click()
    notebook.idle()
    assert cell.locator("img").first.get_attribute("src") != before or disease.sign[0] == "report card"
    choose(cell, "diagnosis", f"{disease.group[4:]}: {name}")
    cell.get_by_role("button", name="Commit").click()
    notebook.idle()
    choose(cell, "treatment", disease.cure)
    cell.get_by_role("button", name="Treat").click()
    notebook.idle()
    return name, cell.locator("[role=status]").all_inner_texts()


def test_three_patients_are_cured_with_the_mouse(course, open_notebook):
    notebook = open_notebook(write(course, "clinic.ipynb", SOURCE))
    notebook.run_all()
    for number, level in PATIENTS:
        name, said = consult(notebook, notebook.cell(0), number, level)
        assert any(line.startswith("✓ Cured") and name in line for line in said), (name, said)
        assert notebook.kernel("print(panel.consultation.solved, panel.consultation.number)") == f"True {number}\n"
    assert (notebook.errors(), notebook.console, notebook.outside) == ([], [], [])
