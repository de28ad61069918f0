"""The consultation panel, by its own buttons and menus: every disease is found, treated and explained."""

import numpy as np
import pytest

from labkit import journal
from labkit.lessons.training_clinic.exercises import agreement
from labkit.lessons.training_clinic.experiments.consultation import Consultation, with_diseases
from labkit.lessons.training_clinic.experiments.diseases import DISEASES, PAIRS
from labkit.lessons.training_clinic.experiments.instruments import INSTRUMENTS
from labkit.lessons.training_clinic.panels import GOAL, NONE, Clinic, clinic, your_instrument

SEED = 500


def ward_for(*names):
    """A panel whose patient has these diseases."""
    return Clinic(SEED, 3 if len(names) == 2 else DISEASES[names[0]].level,
                  start=lambda number, level: Consultation(number, level, of=with_diseases(names, number)))


def decide(panel, diagnoses, treatments):
    """Choose and press, as a hand would."""
    for menu, name in zip(panel.diagnoses, diagnoses, strict=False):
        menu.value = name
    panel.commit.click()
    for menu, name in zip(panel.treatments, treatments, strict=False):
        menu.value = name
    panel.treat.click()


@pytest.mark.parametrize("name", DISEASES)
def test_every_disease_is_solved_by_the_controls(name):
    panel, disease = ward_for(name), DISEASES[name]
    instrument = disease.sign[0]
    panel.examinations[instrument].click()
    assert instrument in panel.picture.description
    decide(panel, [name], [disease.cure])
    assert panel.consultation.solved, panel.text
    assert panel.text.startswith("✓ Cured") and disease.what in panel.text and disease.sign[1] in panel.text
    assert panel.consultation.bill == INSTRUMENTS[instrument].price
    panel.close()


def test_a_symptom_treated_is_called_so_and_a_wrong_treatment_may_be_tried_again():
    panel = ward_for("rate too high")
    decide(panel, ["raw pixels"], ["momentum: 0.9"])
    assert panel.text.startswith("✗ Still sick") and not panel.treat.disabled
    panel.treatments[0].value = "batch norm: in every layer"
    panel.treat.click()
    assert "treated a symptom" in panel.text and "Your diagnosis was another" in panel.text
    assert "update ratio" in panel.text and panel.treat.disabled


def test_two_diseases_show_two_menus():
    panel = ward_for(*PAIRS[0])
    assert all(menu.layout.display is None for menu in (*panel.diagnoses, *panel.treatments))
    decide(panel, PAIRS[0], [DISEASES[name].cure for name in PAIRS[0]])
    assert panel.consultation.solved and all(name in panel.text for name in PAIRS[0])
    assert clinic(1, 1).diagnoses[1].layout.display == "none"


def test_what_is_missing_is_said_and_nothing_is_lost():
    panel = clinic(2, 2)
    panel.commit.click()
    assert "has 1 disease" in panel.text and panel.treat.disabled
    panel.diagnoses[0].value = "dead units"
    panel.commit.click()
    panel.treat.click()
    assert "choose a treatment first" in panel.text
    panel.tell.click()
    assert panel.consultation.case.diseases[0] in panel.text and panel.treat.disabled


def test_another_number_is_another_patient_and_everything_is_clean():
    panel = clinic(2, 2)
    panel.examinations["weights"].click()
    before, picture = panel.consultation, panel._image.value
    panel.number.value = 3
    assert panel.consultation is not before and panel._image.value != picture and panel.consultation.bill == 0
    assert panel.examinations["weights"].icon == "" and panel.diagnoses[0].value == NONE
    assert panel.set(number=2, level=2).values == {"number": 2, "level": 2}
    np.testing.assert_array_equal(panel.consultation.patient.loss, before.patient.loss)
    assert panel.call().endswith(".set(number=2, level=2)")


@pytest.mark.parametrize(("values", "words"), [
    ({"number": -1}, "from 0 to 9999"), ({"level": 4}, "level from 1 to 3"), ({"seed": 1}, "no control 'seed'")])
def test_patients_that_there_are_not(values, words):
    with pytest.raises(ValueError, match=words):
        clinic().set(**values)


def test_the_chart_is_the_consultation():
    panel = ward_for("raw pixels")
    panel.examinations["data sheet"].click()
    chart = panel.consultation.chart()
    assert chart.readings == list(INSTRUMENTS["data sheet"].readings) and chart.bill == 1
    dots, beyond = panel.picture._dots.get_xdata(), panel.picture._outside.get_xdata()
    assert len(dots) + len(beyond) == len(chart.readings)
    assert chart.places[chart.readings.index("std of the pixels"), 0] > 10 and len(beyond)
    assert "std of the pixels" in panel.picture.description
    assert np.allclose(chart.places[:, 1] <= chart.places[:, 2], True)


def test_a_cheap_cure_of_a_hidden_disease_is_a_target():
    panel = ward_for("another unit")
    panel.examinations["data sheet"].click()
    decide(panel, ["another unit"], ["pictures: prepare all alike"])
    assert panel.text.endswith("Target reached.")
    assert GOAL in journal.record().targets.get(journal.lesson, [])


@pytest.mark.parametrize("arguments", [(-1, 1), (10_000, 1), (1.5, 1), ("one", 1), (1, 0), (1, 4), (None, 1)])
def test_what_is_no_patient_is_an_error_in_words(arguments):
    with pytest.raises((ValueError, TypeError), match=r"clinic: (number|level) must be"):
        clinic(*arguments)


# ------------------------------------------------------------------------------------------------ your own instrument
def test_a_student_s_instrument_drives_a_panel_right_or_wrong():
    panel = your_instrument(agreement)
    assert "as labkit's does" in panel.text
    reading = panel.arrays.reading
    assert panel.set(wrong=0.9).arrays.reading < reading and panel.text.startswith("Your instrument reads")
    other = your_instrument(lambda x, y: 1.0)
    assert "labkit's 0." in other.text
    np.testing.assert_array_equal(other.picture._yours.get_ydata(), np.ones(7))
    np.testing.assert_allclose(other.picture._labkits.get_ydata(), panel.arrays.expected)
    assert panel.arrays.expected[0] > 0.6 and panel.arrays.expected[-1] < 0.25


def test_a_stub_and_a_mistake_are_answered():
    assert "Not written yet" in your_instrument(lambda x, y: ...).text
    assert "one number is wanted" in your_instrument(lambda x, y: x).error
