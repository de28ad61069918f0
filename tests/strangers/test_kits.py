"""Runs, exercises, controls and the stills of every lesson under strangers' hands."""

import contextlib
import inspect
import io
from functools import partial

import numpy as np
import pytest

import labkit as lk
from labkit import course, figures, widgets
from labkit.runs import Run
from tests.strangers.examples import data, example, picture, run
from tests.strangers.harness import Case, few, strangers

MAKE = partial(lk.mlp, [4, 5, 3])
CONTROLS = {
    "slider": {"label": lambda: "noise", "value": lambda: 0.5, "low": lambda: 0.0, "high": lambda: 1.0},
    "log_slider": {"label": lambda: "rate", "value": lambda: 0.1, "low": lambda: 0.01, "high": lambda: 1.0},
    "int_slider": {"label": lambda: "depth", "value": lambda: 3, "low": lambda: 1, "high": lambda: 9},
    "choice": {"label": lambda: "f", "value": lambda: "relu", "options": lambda: ["relu", "tanh"]},
    "switch": {"label": lambda: "on", "value": lambda: True},
}
WIDGETS = {name: getattr(widgets, name) for name in widgets.__all__ if inspect.isfunction(getattr(widgets, name))}
PANELS = np.linspace(1, 2, 6)
STILLS = {
    "compare_runs": {"panels": lambda: {"a": {"SGD": PANELS}}}, "strip_plot": {"panels": lambda: {"a": {"b": PANELS}}},
    "line_panels": {"x": PANELS.copy, "panels": lambda: {"a": {"b": PANELS}}, "log": str},
    "image_rows": {"rows": lambda: {"a": [np.ones((5, 5))]}}, "still": {"drawn": lambda: picture().figure},
    "sweep": {"x": PANELS.copy, "measured": lambda: {"a": PANELS}, "theory": lambda: {"b": (PANELS, PANELS)}},
    "on_a_scale": {"answer": lambda: 0.5, "xticks": lambda: {0.0: "none", 1.0: "all"}},
    "figure": {}, "number": {"x": lambda: 0.5}, "styled": {},
}
FIGURES = {name: getattr(figures, name) for name in figures.__all__ if inspect.isfunction(getattr(figures, name))}
METHODS = [name for name, f in inspect.getmembers(Run, inspect.isfunction) if not name.startswith("_")]
ARGUMENTS = {"advance": {"steps": lambda: 2}, "curve": {"name": lambda: "train"}, "mark": {"text": str, "name": str},
             "turn": {"name": lambda: "lr", "value": lambda: 0.1}, "rebuild": {"settings": dict}}
"""Required arguments of a run's methods; what a training hands to them itself is left out."""
INNER = {"record", "clear", "apply", "owners", "belongs_to_optimizer", "setting_label"}


def named(name):
    return {"draw_runs", "draw_lines", "smoothed", "image_rows", "draw_sweep", name}


@pytest.mark.parametrize("name", WIDGETS)
def test_a_control_does_it_right_or_says_no(name):
    also = {CONTROLS[name]["label"]()}
    found = Case(name, WIDGETS[name], partial(example, name, WIDGETS[name], CONTROLS[name]), also=also).complaints()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", FIGURES)
def test_a_still_of_the_kit_does_it_right_or_says_no(name):
    f = FIGURES[name]
    found = Case(name, f, partial(example, name, f, STILLS.get(name)), also=named(name), zoo=few).complaints()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", [name for name in METHODS if name not in INNER])
def test_a_method_of_a_run_does_it_right_or_says_no(name):
    def example():
        return {parameter: made() for parameter, made in ARGUMENTS.get(name, {}).items()}

    found = Case(name, lambda **given: getattr(run(), name)(**given), example, signed=getattr(run(), name),
                 also={"Run", "SGD"}, zoo=few).complaints()
    assert not found, "\n".join(found)


def test_a_run_is_made_right_or_says_no():
    def example():
        return {"make": lambda: MAKE(), "data": data(), "optimizer": lk.SGD(0.1), "max_steps": 3}

    assert not (found := Case("Run", Run, example, zoo=few).complaints()), "\n".join(found)


class Odd:
    """An answer that resists."""

    def __array__(self, *_, **__):
        raise RuntimeError("no")

    def __len__(self):
        return -1


def said(call):
    """What is printed; the course never raises."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        call()
    return printed.getvalue()


NAMES = list(course.EXERCISES)


@pytest.mark.parametrize("name", NAMES)
def test_a_check_answers_whatever_a_function_does(name):
    """Whatever it returns, and whatever it raises."""
    answers = [None, "x", -1, np.nan, [], {}, object(), np.zeros(0), (1, 2, 3), [[1], [2, 3]], Odd(), 1j]
    for answer in answers:
        assert name in said(partial(course.check, name, lambda *_, answer=answer, **__: answer)), answer
    for error in (ValueError("x"), KeyError(1), ZeroDivisionError(), RecursionError(), StopIteration(), SystemExit(1)):
        def fails(*_, error=error, **__):
            raise error

        assert name in said(partial(course.check, name, fails)), error


@pytest.mark.parametrize("ask", [
    course.hint, lambda name: course.check(name, abs), lambda f: course.check("03-xavier", f),
    lambda step: course.hint("03-xavier", step)])
def test_check_and_hint_answer_every_stranger(ask):
    for strange in strangers(None):
        if not callable(strange):
            assert said(partial(ask, strange)), strange


@pytest.mark.parametrize("name", ["predict", "report", "guess"])
def test_the_course_knows_its_names(name):
    parameter = "lesson" if name == "report" else "name"
    valid = {"predict": "03-zero", "report": "03", "guess": "03-zero"}[name]
    found = Case(name, getattr(course, name), lambda: {parameter: valid}, nan=True).complaints()
    assert not found, "\n".join(found)
