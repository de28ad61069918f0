"""What notebook 12 says holds for seeds that it does not use: its own cells, run with others.

Directions strictly, sizes loosely; but for the measured digits the sentences that the cells print are the stored ones.
"""

import contextlib
import io

import numpy as np
import pytest

from tests.cells import cells_of, without_digits

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
        source = CELLS[name].source.replace("sine_seeds = range(6)", SINES).replace("seeds = range(3)", SEEDS)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile(source, f"<{name}>", "exec"), scope)
        said[name] = out.getvalue()
    return scope | {"said": said}


def stored(name):
    return "".join(output.get("text", "") for output in CELLS[name].outputs)


@pytest.mark.parametrize("name", [name for name in RUNS if stored(name) and name != "dense-run"])
def test_other_seeds_say_the_same_in_other_digits(nb, name):
    assert without_digits(nb["said"][name]) == without_digits(stored(name))


# ------------------------------------------------------------------------------------------------ noise
def test_each_medicine_gains_and_they_hardly_add_up(nb):
    singles, pairs = ([nb["gain"][name] for name in list(nb["medicines"])[part]] for part in (slice(1, 6), slice(6, 8)))
    assert all((g > 0).all() and g.mean() == pytest.approx(3.5, abs=2) for g in singles)
    assert all(g.mean() < max(s.mean() for s in singles) + 1 for g in pairs)
    assert nb["by_heart"]["none"].mean() > 25 > 21 > max(v.mean() for v in list(nb["by_heart"].values())[1:])


def test_fresh_mistakes_are_nearly_as_good_as_none(nb):
    runs = nb["runs"]
    assert (runs["drawn anew"] - runs["always the same"] > 4).all()
    assert (runs["drawn anew"] - runs["always the same"]).mean() == pytest.approx(7, abs=1.5)
    assert (runs["all right"] - runs["drawn anew"]).mean() == pytest.approx(1, abs=1)
    assert abs((runs["all right"] - runs["smoothed, ε = 1/3"]).mean()) < 1
    assert nb["flips"] == pytest.approx(nb["smoothed"], rel=1e-5)


def test_on_few_clean_pictures_smoothing_hurts_and_is_honest(nb):
    none, noisy, smooth, both = nb["clean_score"].values()
    assert (smooth - none).mean() == pytest.approx(-2, abs=1.3)
    assert abs((both - none).mean()) < 1.6 and abs((noisy - none).mean()) < 1.6
    assert list(nb["honest"].values())[2].mean() < 0.5 * nb["honest"]["none"].mean()
    assert nb["strong"].mean() == pytest.approx(-1.5, abs=1)


def test_noise_on_the_inputs_is_a_penalty_on_the_slope_and_noise_on_weights_is_not(nb):
    error, slope = ({name: getattr(fit, what) for name, fit in nb["fits"].items()} for what in ("error", "slope"))
    assert error["σ = 0.1"].mean() < error["no noise"].mean() < error["σ = 0.5"].mean()
    assert error["0.15, drawn once"].mean() > 1.2 * error["σ = 0.1"].mean()
    assert np.median(slope["no noise"]) > np.median(slope["σ = 0.1"]) > np.median(slope["σ = 0.5"])
    assert nb["law"](nb["fits"]["σ = 0.1"], 0.1).mean() == pytest.approx(1.05, abs=0.15)
    assert nb["law"](nb["fits"]["no noise"], 0.1).mean() < 0.85 and (nb["steeper"] > 1.5).all()


# ------------------------------------------------------------------------------------------------ sharing
def test_locality_and_sharing_are_two_gifts(nb):
    mean, flat, local, dense = (nb["accuracy"][kind] for kind in nb["kinds"])
    assert (local[-1] > dense[-1] + 3).all() and (mean[1] - local[1]).mean() > 6
    assert abs((flat[0] - dense[0]).mean()) < 4
    assert (mean[1] - dense[1]).mean() == pytest.approx(22, abs=8)
    assert (mean[-1] - flat[-1]).mean() == pytest.approx(0, abs=8)


def test_mixed_up_positions_take_it_all(nb):
    columns = nb["columns"]
    assert (columns[1000]["conv,\nin order"] - columns[1000]["conv,\nmixed up"]).mean() > 12
    assert abs((columns[1000]["conv,\nmixed up"] - columns[1000]["dense\n100-100"]).mean()) < 7
    assert (columns[4000]["conv,\nmixed up"] < columns[4000]["dense\n100-100"]).all()


def test_written_out_as_a_dense_network_it_is_the_same(nb):
    assert "the same answers: True" in nb["said"]["dense-run"]
    assert abs((nb["after"] - nb["before"]).mean()) < 4 and (nb["before"] - nb["own_start"]).mean() > 10


# ------------------------------------------------------------------------------------------------ tasks, transfer
def test_the_question_of_the_second_task_decides(nb):
    pairs, parity, random = (found[-1] - nb["alone"] for found in nb["second"].values())
    assert (pairs > 6).all() and (random < 0).all() and 1 < parity.mean() < pairs.mean() - 3


def test_where_the_lines_cross(nb):
    scratch, frozen, tuned, longer = nb["transferred"].values()
    assert (frozen[0] - scratch[0]).mean() > 8 and (tuned[1] > scratch[1]).all()
    assert (frozen[-1] < scratch[-1] - 8).all() and (tuned[-1] - longer[-1]).mean() == pytest.approx(0, abs=3.5)


def test_a_dense_body_carries_little_over(nb):
    gains = [np.mean(nb[name]) for name in ("kept", "tuned")]
    assert max(gains) < 9
