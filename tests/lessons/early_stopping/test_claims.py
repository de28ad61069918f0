"""What notebook 08 says is what its own cells compute, also for other seeds: directions strictly, sizes loosely."""


import numpy as np
import pytest

from labkit.figures import spread
from labkit.lessons.early_stopping.experiments import what_is_kept
from labkit.lessons.early_stopping.panels import stopping_trainer
from tests.cells import names_after

CELLS = ("setup", "gain-run", "gain-five", "chance", "lies-numbers", "stop-run", "dip-real", "radius", "bowl-run",
         "largest")


@pytest.fixture(scope="module")
def nb():
    """The names that the notebook's cells leave behind, with other seeds than the notebook's."""
    return names_after("08", CELLS, spread=spread, instead={"seed=range(5)": "seed=range(50, 55)",
                                             "for seed in range(5)": "for seed in range(50, 55)"})


# ------------------------------------------------------------------------------------------------ 1, what is gained
def test_with_wrong_labels_the_best_look_gains_several_points_in_every_run(nb):
    points = nb["gain"](nb["noisy"], nb["noisy_best"])
    assert (points > 2).all() and 5 < np.mean(points) < 11
    assert 65 < 100 * np.median(nb["noisy"][-1, 2]) < 74


def test_the_training_loss_gives_no_warning_and_the_validation_loss_does(nb):
    training, validation = np.median(nb["noisy"][:, :2], axis=2).T
    assert (training[10:] < training[:-10]).all()
    turn = validation.argmin()
    assert 8 < turn < 30 and validation[-1] > 1.08 * validation[turn]


def test_with_clean_labels_it_gains_less_than_a_point_although_the_loss_turns(nb):
    assert -0.5 < np.mean(nb["gain"](nb["clean"], nb["clean_best"])) < 1
    validation = np.median(nb["clean"][:, 1], axis=1)
    assert validation[-1] > 1.1 * validation.min()


def test_the_validation_loss_rises_as_much_with_clean_labels(nb):
    noisy, clean = (np.median(r[-1, 1] - r[:, 1].min(axis=0)) for r in (nb["noisy"], nb["clean"]))
    assert 0.1 < clean < 0.3 and 0.1 < noisy < 0.3 and 0.5 < clean / noisy < 1.5


def test_wrong_validation_labels_gain_as_much(nb):
    points = nb["gain"](nb["noisy"], nb["noisy"][:, 4].argmin(axis=0))
    assert (points > 3).all() and np.mean(points) > 5


def test_the_weights_grow(nb):
    norms = nb["noisy"][:, 3]
    assert (norms[nb["noisy_best"], range(5)] < 0.85 * norms[-1]).all()


def test_the_best_of_forty_looks_at_the_same_pictures_flatters_by_a_point_and_a_half(nb):
    for parts in (nb["noisy_parts"], nb["clean_parts"]):
        assert 0.8 < nb["too_good"](parts).mean() < 2
    assert 3.5 < 100 * (nb["independent"].mean() - 0.78) < 4.3


def test_looks_that_differ_by_nothing_but_chance_flatter_as_the_binomial_says(nb):
    """The measure of the notebook against what it is compared with: independent looks at 500 of 4000 pictures."""
    parts = np.random.default_rng(1).binomial(500, 0.78, (40, 200, 8)) / 500
    assert nb["too_good"](parts).mean() == pytest.approx(100 * (nb["independent"].mean() - 0.78), abs=0.2)


def test_wrong_labels_are_learned_late(nb):
    heart = nb["heart"]
    assert heart[4].mean() < 10 and 10 < heart[nb["noisy_best"], range(5)].mean() < 32
    assert 45 < heart[-1].mean() < 65 and (nb["clean"][:, 5] == 0).all()


# ------------------------------------------------------------------------------------------------ 2, a snapshot
def test_the_loop_stops_by_itself_and_the_snapshot_is_better_than_the_last_network(nb):
    assert 200 < nb["step"].index < 799
    assert (nb["restored"] > nb["at_the_stop"]).sum() >= 3
    assert np.mean(nb["restored"] - nb["at_the_stop"]) > 0.01 and np.median(nb["restored"]) > 0.75


# ------------------------------------------------------------------------------------------------ 3, patience
def test_patience_one_is_too_little_and_more_costs_only_steps(nb):
    accuracy = {p: np.mean(v) for p, v in nb["accuracies"].items()}
    assert accuracy[1] < accuracy[10] - 0.5
    assert all(abs(accuracy[p] - accuracy[10]) < 1.8 for p in (3, 5))
    stop = [np.median(end) for _, end in nb["kept"].values()]
    assert stop == sorted(stop) and stop[0] < 10 < stop[-1]


# ------------------------------------------------------------------------------------------------ 4, the bowl
def test_stopped_and_shrunk(nb):
    assert np.allclose(nb["w"][:2], [0.095, 0.632], atol=0.001)
    assert np.allclose(nb["shrunk"][:2], [0.091, 0.500], atol=0.001)
    assert nb["w"][2] > 0.999 and nb["shrunk"][2] < 0.92


def test_they_differ_by_a_fifth_at_most(nb):
    assert 0.18 < nb["difference"].max() < 0.22 and (nb["difference"] > 0).all()


def test_rate_times_steps_alone_bounds_nothing(nb):
    assert nb["moved"] == pytest.approx(8) and nb["moved"] > 100 * 0.02


# ------------------------------------------------------------------------------------------------ the trainer's target
@pytest.mark.parametrize(("patience", "lr", "reached"), [(5, 3e-3, False), (1, 3e-3, False), (3, 3e-3, True),
                                                         (5, 1e-3, True)])
def test_the_target_asks_for_another_patience_or_another_rate(patience, lr, reached):
    panel = stopping_trainer(patience, 0.4, lr=lr)
    panel.advance(800)
    _, kept, *_ = what_is_kept(panel.run)
    panel.close()
    assert "no better" in panel.run.stop_reason and (kept >= 0.76) == reached
