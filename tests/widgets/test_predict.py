"""A prediction is asked, committed or shown, and remembered; what follows is covered until then."""

import pytest

from labkit.widgets import Predict
from labkit.widgets.curtain import curtain
from labkit.widgets.predict import SKIPPED

ASKED = ("How many?", ["10<sup>−12</sup>", "some &amp; more", "x<sup>n</sup>"], "some &amp; more", "It is so.",
         "the picture")


def asked(**how):
    return Predict(*ASKED, name="03-zero", **how)


def test_the_curtain_hangs_until_the_commit():
    told = []
    panel = asked(on_decision=told.append)
    style = panel.children[-1]
    assert panel._dom_classes == ("lk-ask-03-zero",) and curtain("03-zero") in style.value
    panel.commit()
    assert panel._dom_classes and told == [] and "Choose one" in panel._reveal.value
    panel.pick("some &amp; more")
    panel._commit.click()
    assert panel._dom_classes == () and told == ["some &amp; more"] and style.value == ""
    panel._commit.click()
    panel._skip.click()
    assert told == ["some &amp; more"] and panel._radio.disabled


def test_who_is_shown_has_not_predicted():
    told = []
    panel = asked(on_decision=told.append)
    panel._skip.click()
    assert (panel._dom_classes, told, panel.picked) == ((), [SKIPPED], None)
    assert "Shown without a prediction" in panel._reveal.value and "It is so." in panel._reveal.value


def test_right_and_wrong_differ_in_word_and_colour():
    right, wrong = asked(decided="some &amp; more"), asked(decided="x<sup>n</sup>")
    assert "✓ Right" in right._reveal.value and "✗ Not so" in wrong._reveal.value
    colours = [panel._reveal.value.partition("background:")[2][:7] for panel in (right, wrong)]
    assert colours[0] != colours[1]


@pytest.mark.parametrize("before", [*ASKED[1], SKIPPED])
def test_an_earlier_decision_holds_and_is_not_told_again(before):
    told = []
    panel = asked(decided=before, on_decision=told.append)
    assert panel._dom_classes == () and told == [] and panel._commit.disabled
    assert ("You said before" in panel._reveal.value) == (before != SKIPPED)
    assert panel.picked == (None if before == SKIPPED else before)


@pytest.mark.parametrize("before", [None, "an option of last year"])
def test_what_is_no_option_any_more_is_asked_anew(before):
    assert asked(decided=before)._dom_classes == ("lk-ask-03-zero",)


def test_without_a_name_nothing_is_covered():
    panel = Predict(*ASKED)
    assert panel._dom_classes == () and not any("<style>" in str(getattr(c, "value", "")) for c in panel.children)


def test_raised_digits_stay_raised_beside_the_buttons():
    assert [label for label in asked()._radio.options] == ["A. 10⁻¹²", "B. some & more", "C. xn"]
    assert "10⁻¹²" in asked()._plain()


def test_the_stored_form_does_not_tell_what_was_decided():
    fresh, old = asked()._repr_mimebundle_(), asked(decided="x<sup>n</sup>")._repr_mimebundle_()
    assert all(fresh[kind] == old[kind] for kind in ("text/html", "text/plain"))


@pytest.mark.parametrize("name", ["", "zero", "03-zero}", "03-zero body { display: none"])
def test_a_name_that_is_none_does_not_get_into_the_style(name):
    with pytest.raises(ValueError, match="expected that of a question"):
        curtain(name)
