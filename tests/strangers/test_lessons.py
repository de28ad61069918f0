"""Experiments and panels of every lesson under strangers' hands; a new one is tried unasked.

A valid call is guessed from names and annotations. Where the guess is refused in proper words, or trains for long,
strangers are tried all the same.
"""

import inspect
import re
import typing
from functools import partial
from typing import Any

import pytest

from labkit import figures
from tests.strangers.examples import DRAWN, LONG, MAY_BE_NAN, OWN, example, modules, public, shown
from tests.strangers.harness import Case, at_the_door, few, outcome, parameters, to_draw
from tests.strangers.test_core import FUNCTIONS as CORE

INNER = {"own_batches", "write_measured", "last_pictures"}
"""A generator that others have filled with what they checked, who writes into the package, who reads a folder."""
EXPERIMENTS = {name: f for name, f in public("experiments").items() if name.rpartition(".")[2] not in INNER}
SPEAK = {name.rpartition(".")[2] for name in (*EXPERIMENTS, *CORE)} | {"landscape", "Yours"}
"""An experiment hands its arguments on: what they reach may speak, if it is public."""


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_an_experiment_does_it_right_or_says_no(name):
    f, zoo = EXPERIMENTS[name], at_the_door if name in LONG or name.startswith("training_clinic.") else few
    found = Case(name, f, partial(example, name, f, OWN.get(name)), zoo=zoo, also=SPEAK, nan=name in MAY_BE_NAN,
                 guessed=True).complaints()
    assert not found, "\n".join(found)


def test_the_lessons_are_found_by_looking():
    assert len(EXPERIMENTS) > 40


PANELS = public("panels")


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_says_no(name):
    """One stranger for each argument with an annotation that says what it wants."""
    f = PANELS[name]
    hints, usual = typing.get_type_hints(f), example(name, f)
    for p in parameters(f):
        if hints[p.name] is not Any:
            said = outcome(partial(f, **usual | {p.name: object()}))
            assert isinstance(said, TypeError | ValueError), (p.name, said)
            assert re.match(rf"{f.__name__}: (?={p.name}|\w+ must be .* got .*None)", str(said)), (p.name, said)


DRAW = {"draw_lines", "draw_runs", "smoothed", "as_runs"}
PICTURES = {f"{module.__name__.split('.')[2]}.{name}": thing for module in modules("figures")
            for name, thing in vars(module).items() if isinstance(thing, type) and issubclass(thing, figures.Picture)
            and thing.__module__ == module.__name__ and "update" in vars(thing)}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_says_no_before_it_draws(name):
    """`update` is asked as what it is, so that no figure has to be made."""
    p, = parameters(PICTURES[name].update)
    said = outcome(partial(PICTURES[name].update, None, object()))
    assert isinstance(said, TypeError), said
    assert str(said).startswith(f"{name.rpartition('.')[2]}: {p.name} must be "), said


STILLS = {name: f for name, f in shown("figures").items() if inspect.isfunction(f)}


@pytest.mark.parametrize("name", STILLS)
def test_a_still_does_it_right_or_says_no(name, monkeypatch):
    monkeypatch.setattr(figures.picture, "STORED", 0)  # how small a file gets is no matter here
    f = STILLS[name]
    found = Case(name, f, partial(example, name, f, DRAWN.get(name)), zoo=to_draw, also=DRAW, guessed=True).complaints()
    assert not found, "\n".join(found)
