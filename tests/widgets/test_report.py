"""The report tells what was done, and the page that is handed in says the same, in the same characters."""

import json

import pytest

from labkit.course import QUESTIONS, predict, report
from labkit.journal import Work
from labkit.widgets.report import STORED, Lesson, Prediction, Report, facts, page

LESSONS = [Lesson("00", "start_here", [], {}, []),
           Lesson("01", "activations",
                  [Prediction("01-depth", "How many?", "one", "10<sup>−12</sup>", "the picture"),
                   Prediction("01-slope", "How steep?", "1/4", "1/4", "the numbers"),
                   Prediction("01-dead", "How many are dead?", "", "none", "the print")],
                  {"01-elu": Work(3, True, 1), "01-leaky": Work()}, ["share < 5 %"])]


def shown(panel):
    return panel.children[0].value


def test_it_counts_and_names_what_did_not_hold():
    text = shown(Report(lambda: LESSONS, 1))
    assert LESSONS[1].counts() == ("1 right of 2 made (3 in all)", "1 of 2 passed", "1 reached")
    assert "You said: one. The answer is: <b>10<sup>−12</sup></b>. Look again at: the picture." in text
    assert text.count("You said") == 1 and 'href="#lk-01-depth"' in text and 'href="00_start_here.ipynb"' in text
    assert "3 tries, 1 hints" in text and "share &lt; 5 %" in text


def test_the_pages_are_on_their_own_and_always_the_same(tmp_path):
    panel = Report(lambda: LESSONS, 1)
    panel._name.value = "<b>김</b>"
    files = panel.write(tmp_path)
    first = [file.read_bytes() for file in files]
    panel.write(tmp_path)
    assert [file.read_bytes() for file in files] == first == [page(LESSONS, 1, "<b>김</b>").encode(),
                                                              facts(LESSONS, 1, "<b>김</b>").encode()]
    assert "&lt;b&gt;김" in first[0].decode() and "href" not in first[0].decode() and "<script" not in first[0].decode()
    told = json.loads(first[1])
    assert told["student"] == "<b>김</b>" and told["predictions"][0] == {
        "name": "01-depth", "said": "one", "answer": "10⁻¹²", "right": False}
    assert [p["right"] for p in told["predictions"]] == [False, True, None]
    assert told["exercises"]["01-elu"] == {"tries": 3, "passed": True, "hints": 1}


def test_what_is_done_after_the_cell_has_run_is_in_the_page(tmp_path):
    panel = report("03")
    before = shown(panel)
    asked = predict("03-zero")
    asked.pick(asked.options[0])
    asked.commit()
    panel._refresh.click()
    assert shown(panel) != before
    (later := predict("03-deep")).pick("none, all four learn")
    later.commit()
    told = json.loads(panel.write(tmp_path)[1].read_text("utf-8"))
    assert [p["name"] for p in told["predictions"] if p["said"]] == ["03-zero", "03-deep"]


def test_what_was_right_is_counted():
    made = [Prediction("03-a", "?", said, "right", "") for said in ("right", "wrong", "right", "")]
    assert Lesson("03", "topic", made, {}, []).counts()[0] == "2 right of 3 made (4 in all)"


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    panel = Report(lambda: LESSONS, 1)
    assert panel.write(tmp_path / "nowhere") == [] and "Not written" in panel._said.value


def test_what_is_stored_is_the_same_for_everyone():
    assert Report(lambda: LESSONS, 1)._repr_mimebundle_()["text/plain"] == STORED


def test_what_was_decided_in_the_course_is_in_its_report():
    asked = QUESTIONS["03-zero"]
    for name, option in (("03-zero", asked.options[0]), ("03-deep", QUESTIONS["03-deep"].answer)):
        panel = predict(name)
        panel.pick(option)
        panel.commit()
    predict("03-small").skip()
    lesson = report("03").lessons[3]
    assert lesson.counts()[0].startswith("1 right of 2 made")
    assert [p.name for p in lesson.predictions if p.missed] == ["03-zero"]


@pytest.mark.parametrize("wrong", ["3", "99", 3])
def test_only_lessons_that_there_are(wrong):
    with pytest.raises(ValueError, match="the lessons are 00 to"):
        report(wrong)
