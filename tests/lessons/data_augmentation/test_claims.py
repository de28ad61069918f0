"""What notebook 09 says holds for networks that it does not train: its own cells with other seeds, sizes loosely."""


import numpy as np
import pytest

from tests.cells import names_after

CELLS = ("setup", "data", "train", "shifted-run", "one-line", "pca-code", "label-picture", "digits-run", "match-run",
         "longer-run", "longer-numbers", "labels-run", "colour-run", "colour-test", "tta-run", "tta-numbers",
         "scale-run", "worth-run")


@pytest.fixture(scope="module")
def nb():
    """The names that the notebook's cells leave behind."""
    return names_after("09", CELLS,
                       instead={"seeds=range(3)": "seeds=range(60, 65)"})


# ------------------------------------------------------------------------------------------------ 1 and 4, shifts
def test_a_network_does_not_know_the_shifted_shirt(nb):
    assert np.median(nb["clean"]) == pytest.approx(83, abs=3)
    assert np.median(nb["shifted"]) == pytest.approx(42, abs=5)
    assert (nb["clean"] > 80).all() and (nb["shifted"] < 50).all()


def test_matching_augmentation_buys_thirty_points_and_costs_some(nb):
    (before, after), (clean, price) = nb["columns"].values()
    assert (after > before + 25).all() and np.median(after) == pytest.approx(75, abs=4)
    assert (price < clean - 4).all() and np.median(clean - price) == pytest.approx(7, abs=1.5)
    assert np.median(price) == pytest.approx(77, abs=4)


def test_moved_pictures_are_the_old_ones_somewhere_else(nb):
    x = nb["fashion"].x_test[:200]
    moved = nb["moved"](np.random.default_rng(0), x)
    assert moved.shape == x.shape and moved.dtype == x.dtype and not np.array_equal(moved, x)
    mirrored, images = nb["moved"](np.random.default_rng(0), x, pixels=0).reshape(-1, 28, 28), x.reshape(-1, 28, 28)
    same, other = ((mirrored == view).all(axis=(1, 2)) for view in (images, images[:, :, ::-1]))
    assert (same | other).all() and 60 < same.sum() < 140


# ------------------------------------------------------------------------------------------------ 2, principal colours
def test_the_first_principal_colour_is_nearly_grey_and_the_unit_matters(nb):
    first = np.abs(nb["P"][:, -1])
    assert np.ptp(first) < 0.05 and (first > 0.5).all()
    assert 0.01 < 0.1 * nb["lam"][-1] < 0.03 and 0.1 * nb["lam"][-1] * 255 > 1


def test_the_jitter_of_the_cell_is_that_of_the_laboratory(nb):
    lk, grey = nb["lk"], np.full((4, 4, 3), 0.5)
    colours = lk.augment.PrincipalColours(nb["lam"][::-1], nb["P"].T[::-1])
    ours = np.array([nb["pca_jitter"](grey, np.random.default_rng(k), 0.5)[0, 0] for k in range(400)])
    theirs = lk.augment.pca_colour(np.random.default_rng(0), np.repeat(grey[None], 400, axis=0), std=0.5,
                                   colours=colours)[:, 0, 0]
    assert np.cov(ours.T) == pytest.approx(np.cov(theirs.T), abs=0.3 * np.cov(ours.T).max())


# ------------------------------------------------------------------------------------------------ 3, digits
def test_some_digits_survive_the_mirror_and_others_do_not(nb):
    def right(view, k):
        return nb["kept"][view][nb["truth"] == k].mean()

    assert all(right("as they are", k) > 0.6 for k in range(10))
    for view in ("left to right", "top to bottom"):
        assert all(right(view, k) > 0.5 for k in (0, 8))
        assert all(right(view, k) < 0.2 for k in (5, 6, 7))


# ------------------------------------------------------------------------------------------------ 5, time
def test_only_the_rolled_curves_gain_from_three_times_the_epochs(nb):
    at = nb["at"]
    (early, late), (early_rolled, late_rolled) = at["as they are"], at["rolled by up to 4"]
    assert (late < early + 5).all() and (late_rolled > early_rolled + 5).all()
    assert (late_rolled > late + 5).all() and np.median(late_rolled - late) == pytest.approx(12, abs=5)
    assert np.median(early_rolled - early) > 0
    assert (nb["known"][7] < 89).all() and (nb["known"][-1] > 97.5).all()


# ------------------------------------------------------------------------------------------------ 6, mixup
def test_mixing_without_the_labels_is_clearly_worse_and_with_them_no_gain(nb):
    none, both, wrong = nb["mixing"].values()
    assert (wrong < both - 3).all() and (wrong < none - 3).all()
    assert np.mean(none - both) == pytest.approx(2, abs=1.5)


# ------------------------------------------------------------------------------------------------ 7, colours
def test_colour_jitter_hurts_under_true_colours_and_helps_under_casts(nb):
    bare, jittered = nb["bare"], nb["jittered"]
    assert (jittered[0] < bare[0] - 3).all() and np.median(bare[0] - jittered[0]) == pytest.approx(8, abs=4)
    assert (jittered[-1] > bare[-1] + 2).all() and (jittered[4] - bare[4]).mean() > 1
    assert np.argmax(np.median(jittered - bare, axis=1) > 0) in (1, 2, 3)


# ------------------------------------------------------------------------------------------------ 8, at test time
def test_ten_familiar_crops_help_and_unfamiliar_ones_hurt(nb):
    centre, ten, scales = nb["looks"].values()
    assert (ten > centre).all() and np.mean(ten - centre) == pytest.approx(3, abs=2)
    assert (scales - centre).mean() == pytest.approx(0.8, abs=1.2)
    assert all((size - centre).mean() < -0.5 for i, size in enumerate(nb["alone"]) if i != 2)
    assert (nb["far"] < nb["one"] - 1).all()


def test_five_scales_help_a_network_that_was_trained_at_every_scale(nb):
    gains = [(nb["averaged"](net, nb["five"]) - nb["averaged"](net, nb["ten_views"][4:5])).mean()
             for net in (nb["net"], nb["net_scales"])]
    assert gains[1] == pytest.approx(4.8, abs=1.5) and gains[1] > gains[0] + 2


def test_rolling_is_worth_four_times_as_many_curves(nb):
    plain, rolled = (found.mean(axis=1) for found in nb["worth"].values())
    assert (rolled > plain + 2).all() and (np.diff(rolled - plain) < 0).all()
    assert rolled[0] == pytest.approx(plain[2], abs=4)
