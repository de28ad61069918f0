"""The picture of signs shows the table: a triangle for every sign, upwards above health and downwards below."""

import numpy as np
import pytest

from labkit.lessons.training_clinic.experiments.signs import SignTable
from labkit.lessons.training_clinic.figures import ChartPicture, picture_of_signs
from tests.lessons.training_clinic.test_panels import ward_for

TABLE = SignTable(["a", "b", "c"], ["one", "two"], np.array([[2.0, -9.0], [0.0, 30.0], [0.0, 0.0]]), [["r", "r"]] * 3)


def test_a_triangle_for_every_sign_large_where_it_is_strong():
    picture = picture_of_signs(TABLE, "the start", ["a", "b", "c"], [0, 3])
    (ax,) = picture.figure.axes
    drawn = {(float(x), float(y), float(part.get_sizes()[0]), len(part.get_paths()[0].vertices))
             for part in ax.collections for x, y in part.get_offsets()}
    assert {(x, y) for x, y, *_ in drawn} == {(0, 0), (1, 0), (1, 1)}
    size = {(x, y): s for x, y, s, _ in drawn}
    assert size[0, 0] < size[1, 0] == size[1, 1]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["one · 0", "two · 3"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b", "c"]
    assert picture.description == "Signs of the diseases in the start, of 2 examinations: a 2, b 1, c 0."


def test_a_loss_that_is_lost_is_drawn_as_far_as_it_goes_and_said():
    panel = ward_for("1/n forgotten")
    picture, chart = panel.picture, panel.consultation.chart()
    assert picture._lost.text.startswith("lost at update ")
    assert len(picture._loss.get_xdata()) < 60 and np.isfinite(picture._loss.get_ydata()).all()
    well = chart._replace(loss=chart.healthy_loss[0])
    fresh = ChartPicture()
    fresh.update(well)
    assert fresh._lost.text == "" and fresh._loss.get_ydata() == pytest.approx(fresh._healthy[0].get_ydata())
