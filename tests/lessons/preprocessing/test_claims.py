"""What notebook 02 says is what its own cells compute: directions strictly, sizes loosely."""

import re
from itertools import islice

import numpy as np
import pytest
from sklearn.decomposition import PCA

import labkit as lk
from labkit.lessons.preprocessing import experiments as conditioning
from tests.cells import cells_of, names_after

CELLS = ("setup", "stages", "kappa", "descent", "pca-fit", "patches", "sklearn", "identity", "help-prepare",
         "help-train", "help-run", "help-numbers", "help-network", "equal", "train-only", "tiny", "global-mean",
         "epsilon-run")


@pytest.fixture(scope="module")
def cells():
    return cells_of("02")


@pytest.fixture(scope="module")
def nb():
    """The names that the notebook's cells leave behind."""
    return names_after("02", CELLS)


def said(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


# ------------------------------------------------------------------------------------------------ 1, the valley
def kappas(nb):
    return {name: conditioning.condition_number(nb["hessian"](z)) for name, z in nb["stages"].items()}


def test_the_condition_number_falls_from_stage_to_stage(nb):
    κ = kappas(nb)
    assert κ["raw"] > 500 * κ["centred"] and κ["centred"] > 2 * κ["normalised"] > 10 * κ["whitened"]
    assert κ["raw"] == pytest.approx(22_000, rel=0.05) and κ["centred"] == pytest.approx(23, rel=0.05)
    assert κ["normalised"] == pytest.approx(9, rel=0.05) and κ["whitened"] == pytest.approx(1, abs=0.01)
    assert κ["rotated"] == pytest.approx(κ["centred"], rel=1e-9)


def test_what_normalising_leaves_is_the_correlation(nb):
    r = np.corrcoef(nb["x"].T)[0, 1]
    assert kappas(nb)["normalised"] == pytest.approx((1 + r) / (1 - r), rel=1e-9)


def test_the_uncorrelated_cloud_of_the_course_plan():
    """Means 5 and 7, spreads 1 and 3: about 2582 raw, 8.8 centred, 1.0 normalised."""
    raw, centred, normalised = [], [], []
    for seed in range(20):
        x = lk.datasets.gaussian_cloud(2000, np.random.default_rng(seed), std=(1, 3), correlation=0.0).astype(float)
        stages = x, x - x.mean(axis=0), lk.Standardizer().fit(x).transform(x)
        for values, z in zip((raw, centred, normalised), stages, strict=True):
            values.append(conditioning.condition_number(conditioning.hessian(z)))
    assert np.mean(raw) == pytest.approx(2582, rel=0.1)
    assert np.mean(centred) == pytest.approx(8.8, rel=0.05)
    assert max(normalised) < 1.15


def test_real_gradient_descent_keeps_the_order(nb):
    steps = {name: int(np.argmax(loss < 1e-4)) for name, loss in nb["losses"].items() if (loss < 1e-4).any()}
    assert set(steps) == {"centred", "normalised", "whitened"}
    assert steps["whitened"] == 1 < steps["normalised"] < steps["centred"] < 100
    assert nb["losses"]["raw"][-1] > 0.1


def test_dividing_by_lambda_gives_one_over_lambda(nb):
    np.testing.assert_allclose(np.cov((nb["rotated"] / nb["λ"]).T), np.diag(1 / nb["λ"]), atol=1e-9)
    np.testing.assert_allclose(np.cov((nb["rotated"] / np.sqrt(nb["λ"])).T), np.eye(2), atol=1e-9)


# ------------------------------------------------------------------------------------------------ 2 and 3, pictures
def test_components_of_the_clothes(nb):
    assert [int(np.searchsorted(nb["kept"], share)) + 1 for share in (0.80, 0.90, 0.95)] == [24, 81, 178]


def test_components_of_the_patches(nb):
    assert 17 <= nb["enough"] <= 23
    whole = lk.PCA(1).fit(lk.datasets.grey_patches(5000, lk.streams(1).data))
    assert whole.explained[0] > 0.8


def test_whitened_clothes_have_the_identity_as_covariance_where_lambda_is_above_eps(nb):
    clear = nb["clear"]
    assert clear.sum() > 600
    assert np.abs(nb["C"] - np.eye(784))[np.ix_(clear, clear)].max() < 1e-3
    λ = nb["pca"].variances
    assert np.abs(nb["C"] - np.diag(λ / (λ + nb["ε"]))).max() < 1e-3


@pytest.mark.parametrize("k", [3, 60])
def test_agreement_with_scikit_learn_up_to_sign(nb, k):
    x = nb["clothes"].x_train[:900].astype(float)
    ours, theirs = lk.Whitener(0, k=k).fit(x).transform(x), PCA(k, whiten=True, svd_solver="full").fit_transform(x)
    assert np.abs(np.abs(ours) - np.abs(theirs)).max() < 1e-5
    assert np.abs(nb["ours"] - nb["theirs"]).max() < 1e-5


def test_at_eps_1e_6_two_thirds_are_noise(nb):
    assert conditioning.noise_share(nb["pca"].variances, 0.02, eps=1e-6) == pytest.approx(2 / 3, abs=0.03)
    assert conditioning.noise_share(nb["pca"].variances, 0.02) < 0.005


def test_most_of_the_amplified_noise_is_in_the_corners(nb):
    """The share of the noise in the 8 × 8 corners of ZCA pictures, which are a third of the area."""
    pca = nb["pca"]
    noise = 0.02 * np.random.default_rng(0).standard_normal((100, 784))
    z = (noise @ pca.components.T / np.sqrt(pca.variances + 1e-6) @ pca.components).reshape(-1, 28, 28)
    corner = np.zeros((28, 28), bool)
    corner[np.ix_(*[[*range(8), *range(20, 28)]] * 2)] = True
    assert np.square(z)[:, corner].sum() / np.square(z).sum() > 0.5


# ------------------------------------------------------------------------------------------------ 4, learning
def test_centring_saves_time_and_normalising_adds_nothing(nb):
    last = {name: pair[1][-1].mean() for name, pair in nb["results"].items()}
    for name, said in (("raw", 0.80), ("centred", 0.82), ("whitened", 0.68), ("80 directions", 0.81)):
        assert last[name] == pytest.approx(said, abs=0.01)
    assert last["centred"] > last["raw"] + 0.01
    assert last["normalised"] < last["centred"] + 0.01 and last["80 directions"] < last["centred"] + 0.01
    raw, centred, one_mean = (pair[1][-1].mean() for pair in nb["others"].values())
    assert abs(centred - raw) < 0.01 and abs(one_mean - last["centred"]) < 0.01


def test_one_mean_for_all_features_leaves_a_longer_valley_than_a_mean_per_feature(nb):
    x = lk.datasets.gaussian_cloud(400, np.random.default_rng(7), mean=(5, 7), std=(1.5, 0.6), correlation=0.8)
    κ = [conditioning.condition_number(conditioning.hessian(x - mean)) for mean in (0, x.mean(), x.mean(axis=0))]
    assert κ[0] > 20 * κ[1] > 60 * κ[2]


def test_accuracy_rises_with_eps_up_to_that_of_centring_with_other_seeds(nb):
    """ε 10⁻⁵, 0.01 and 1 beside centring; seeds and learning rates are not the notebook's choice."""
    few, seeds = nb["few"], range(100, 104)

    def run(prepared, rates):
        runs = [seed for _ in rates for seed in seeds]
        net, opt = lk.mlp([784, 10], seed=runs), lk.SGD(np.repeat(rates, len(seeds))[:, None])
        batches = lk.Batches(prepared(few.x_train), few.y_train, size=50, rng=[lk.streams(s).data for s in runs])
        losses = [step.loss for step in islice(lk.train(net, lk.softmax_cross_entropy, opt, batches,
                                                        schedule=lk.cosine(150)), 150)]
        right, valid = (lk.evaluate(net, prepared(x), y).accuracy.reshape(len(rates), -1).mean(axis=1)
                        for x, y in ((few.x_test, few.y_test), (few.x_val, few.y_val)))
        return right[valid.argmax()], np.mean(losses[-20:], axis=0).reshape(len(rates), -1).mean(axis=1)[valid.argmax()]

    (tiny, low), (fine, _), (large, level) = (run(nb["whitened_with"](eps), rates) for eps, rates in (
        (1e-5, (0.2, 0.5)), (0.01, (0.2, 0.5)), (1.0, (2.0, 4.0))))
    centred, loss = run(nb["prepare"]["centred"], (2.0, 4.0))
    assert tiny < centred - 0.10 and tiny + 0.05 < fine < centred - 0.02 and abs(large - centred) < 0.01
    assert low < 0.6 * loss and level < loss + 0.02


def test_the_curve_of_the_last_picture(nb):
    percent, loss = 100 * nb["final"].mean(axis=1), nb["lowest"].mean(axis=1)
    centred = 100 * nb["sweep"].centred_accuracy.mean()
    assert percent[0] < centred - 10 and (np.abs(percent[-3:] - centred) < 1).all()
    assert (np.diff(percent[:6]) > -0.3).all(), "it rises from 10⁻⁵ to 0.3"
    assert loss.argmin() == 0 and loss[-1] < nb["sweep"].centred_loss.mean()


def test_whitening_in_all_directions_has_the_lowest_loss_and_the_worst_accuracy(nb):
    loss = {name: pair[0] for name, pair in nb["results"].items()}
    last = {name: pair[1][-1] for name, pair in nb["results"].items()}
    others = [name for name in loss if name != "whitened"]
    assert all((loss["whitened"][-20:].mean(axis=0) < loss[name][-20:].mean(axis=0).min()).all() for name in others)
    assert all((last["whitened"] < last[name].min()).all() for name in others)


def test_when_the_images_come_again_the_loss_of_the_whitened_runs_drops_at_once(nb):
    for name, before, after in (("whitened", 1.4, 0.2), ("centred", 0.7, 0.5)):
        loss = nb["results"][name][0].mean(axis=1)
        assert loss[30:40].mean() == pytest.approx(before, abs=0.15)
        assert loss[40:50].mean() == pytest.approx(after, abs=0.06)


def test_a_hidden_layer_changes_nothing_about_it(nb):
    assert nb["gap"].mean() > 10 and (nb["hidden"]["whitened"][-1] < nb["hidden"]["centred"][-1].min()).all()


def test_with_fewer_images_than_pixels_all_are_equally_far_apart(nb):
    d = nb["distances"](nb["z"])
    assert np.ptp(d) < 1e-6 and d.mean() == pytest.approx(np.sqrt(2 * 499), rel=1e-6)
    assert np.ptp(nb["distances"](nb["some"])) > 10


# ------------------------------------------------------------------------------------------------ 5, watch out
def test_statistics_of_a_delivery_ruin_the_answers(nb):
    assert np.mean(nb["share"]) < 0.35
    both = lk.Standardizer().fit(nb["few"].x_test)
    own, shared = (lk.evaluate(nb["net"], tool.transform(nb["few"].x_test), nb["few"].y_test).accuracy.mean()
                   for tool in (both, nb["shared"]))
    assert shared > 0.75 and abs(own - shared) < 0.01      # a large sample of the same mixture does no harm


def test_a_pixel_that_hardly_changes_becomes_enormous(nb):
    assert nb["largest"] > 1000 and (nb["shared"].std == 0).sum() >= 1


def test_a_white_parabola_is_a_parabola():
    t = lk.streams(1).data.standard_normal(600)
    pair = np.column_stack([t, t**2 - 1])
    white = lk.Whitener(0).fit(pair).transform(pair)
    np.testing.assert_allclose(np.cov(white.T), np.eye(2), atol=1e-9)
    assert abs(np.corrcoef(pair.T)[0, 1]) < 0.1
    assert abs(np.corrcoef(white[:, 0], white[:, 1] ** 2)[0, 1]) > 0.8


def test_the_sign_of_an_axis_is_free():
    x = np.random.default_rng(0).standard_normal((200, 2)) * [1, 3]
    U = lk.PCA().fit(x).components
    for turned in (U, U * [[1], [-1]]):
        np.testing.assert_allclose(turned @ np.cov(x.T) @ turned.T, np.diag(lk.PCA().fit(x).variances), atol=1e-9)
    assert np.linalg.det(U) * np.linalg.det(U * [[1], [-1]]) == pytest.approx(-1)


# ------------------------------------------------------------------------------------------------ what is printed
def test_the_numbers_in_the_text_are_those_that_were_printed(cells):
    printed, summary = said(cells["kappa"]), cells["summary"].source
    assert [round(float(n.replace(",", ""))) for n in re.findall(r"κ = +([\d,.]+)", printed)] == [22064, 23, 9, 23, 1]
    assert all(number in summary for number in ("22,000", "23", "9", "81 of 784"))
    assert all(f"{k} of 784" in said(cells["pca-fit"]) for k in (" 24", " 81", "178"))
    assert all(f"ε = {eps:<7g}" in said(cells["epsilon-numbers"]) for eps in (1e-5, 0.03, 3))
