"""What notebook 12 says holds for seeds that it does not use: its own cells, run with others.

Directions strictly, sizes loosely; the sentences that the cells print are then the stored ones.
"""

import contextlib
import io

import numpy as np
import pytest

from tests.cells import cells_of

CELLS = cells_of("12")
SEEDS, SINES = "seeds = range(60, 65)", "sine_seeds = range(60, 70)"
RUNS = ("setup", "heal-code", "heal-run", "heal-numbers", "fresh-run", "identity", "clean-run", "sine-run", "sine-law",
        "curves-run", "curves-numbers", "permuted-run", "dense-run", "norm-run", "heads-run", "control-run",
        "transfer-run", "transfer-numbers", "flat-transfer")


@pytest.fixture(scope="module")
def nb():
    """The names that the cells leave behind, and under `said` what each of them printed."""
    scope, said = {}, {}
    for name in RUNS:
        source = CELLS[name].source.replace("seeds = range(5)", SEEDS).replace("sine_seeds = range(10)", SINES)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile(source, f"<{name}>", "exec"), scope)
        said[name] = out.getvalue()
    return scope | {"said": said}


def stored(name):
    return "".join(output.get("text", "") for output in CELLS[name].outputs)


@pytest.mark.parametrize("name", [name for name in RUNS if stored(name)])
def test_other_seeds_say_the_same(nb, name):
    assert nb["said"][name] == stored(name)


# ------------------------------------------------------------------------------------------------ noise
def test_each_medicine_gains_and_they_hardly_add_up(nb):
    gain = {name: values - nb["score"]["none"] for name, values in nb["score"].items()}
    singles, pairs = (list(gain.values())[part] for part in (slice(1, 6), slice(6, 8)))
    assert all((g > 2).all() and g.mean() == pytest.approx(7.5, abs=3.5) for g in singles)
    assert all(g.mean() < max(s.mean() for s in singles) + 4 for g in pairs)
    assert nb["by_heart"]["none"].mean() > 35 > 25 > max(v.mean() for v in list(nb["by_heart"].values())[1:])


def test_fresh_mistakes_are_nearly_as_good_as_none(nb):
    runs = nb["runs"]
    assert (runs["drawn anew"] - runs["always the same"] > 7).all()
    assert (runs["all right"] - runs["drawn anew"]).mean() == pytest.approx(1, abs=1.5)
    assert nb["flips"] == pytest.approx(nb["smoothed"], rel=1e-5)


def test_on_few_clean_pictures_smoothing_hurts_and_is_honest(nb):
    _, _, smooth, both = nb["clean_score"].values()
    none = nb["clean_score"]["none"]
    assert (smooth - none).mean() == pytest.approx(-2, abs=1.3)
    assert abs((both - none).mean()) < 1.6
    assert list(nb["honest"].values())[2].mean() < 0.5 * nb["honest"]["none"].mean()


# ------------------------------------------------------------------------------------------------ sharing
def test_locality_and_sharing_are_two_gifts(nb):
    mean, flat, local, dense = (nb["accuracy"][kind] for kind in nb["kinds"])
    assert (local[-1] > dense[-1]).all() and (mean[2] > local[2]).all() and (mean[1] > dense[1] + 8).all()
    assert abs((flat[0] - dense[0]).mean()) < 4
    assert (mean[1:3] - dense[1:3]).mean() == pytest.approx(25, abs=8)


def test_mixed_up_positions_take_it_all(nb):
    columns = nb["columns"]
    assert (columns[1000]["conv,\nin order"] - columns[1000]["conv,\nmixed up"] > 12).all()
    assert (columns[4000]["conv,\nmixed up"] < columns[4000]["dense\n100-100"]).all()


# ------------------------------------------------------------------------------------------------ tasks, transfer
def test_the_question_of_the_second_task_decides(nb):
    pairs, parity, random = (found[-1] - nb["alone"] for found in nb["second"].values())
    assert (pairs > 6).all() and (random < 0).all() and 1 < parity.mean() < pairs.mean() - 3


def test_where_the_lines_cross(nb):
    scratch, frozen, tuned, longer = nb["transferred"].values()
    assert (frozen[1] > scratch[1]).all() and (tuned[2] > scratch[2]).all() and (frozen[-1] < scratch[-1] - 8).all()
    assert abs((longer[:2] - scratch[:2]).mean()) < 2
    assert (tuned[-1] - longer[-1]).mean() == pytest.approx(2.5, abs=2.5)


def test_a_dense_body_carries_little_over(nb):
    gains = [np.mean(nb[name]) for name in ("kept", "tuned")]
    assert max(gains) < 9
