"""Standardizer, PCA and Whitener against scikit-learn, and against what their names promise."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import decomposition
from sklearn.datasets import load_wine
from sklearn.preprocessing import StandardScaler

from labkit.preprocess import PCA, Standardizer, Whitener

DTYPES = [np.float32, np.float64]
TOLERANCE = {np.float32: 1e-4, np.float64: 1e-9}


def cloud(n=300, d=5, seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return (rng.standard_normal((n, d)) @ rng.standard_normal((d, d)) + rng.uniform(-5, 5, d)).astype(dtype)


def tools(k=None):
    return [Standardizer(), PCA(k), Whitener(0.01, k=k), Whitener(0.01, kind="zca", k=k)]


def name_of(tool):
    return f"{type(tool).__name__} {getattr(tool, 'kind', '')}".strip()


every_tool = pytest.mark.parametrize("tool", tools(), ids=name_of)


def same_up_to_sign(a, b, **tolerance):
    signs = np.sign(np.sum(a * b, axis=0))
    np.testing.assert_allclose(a, b * signs, **tolerance)


# ------------------------------------------------------------------------------------------------ all tools
@every_tool
@pytest.mark.parametrize("dtype", DTYPES)
@given(n=st.integers(2, 30), d=st.integers(1, 8), seed=st.integers(0, 99))
def test_shapes_types_and_the_way_back(tool, dtype, n, d, seed):
    x, unseen = cloud(n, d, seed, dtype), cloud(7, d, seed + 1, dtype)
    before = x.copy()
    assert tool.fit(x) is tool
    z = tool.transform(x)
    back = tool.inverse(z)
    assert np.array_equal(x, before) and not np.shares_memory(x, z)
    assert z.dtype == back.dtype == tool.transform(unseen).dtype == dtype
    assert len(z) == n and back.shape == x.shape and tool.mean.shape == (d,) and tool.mean.dtype == dtype
    np.testing.assert_allclose(back, x, atol=TOLERANCE[dtype] * 100)
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=TOLERANCE[dtype] * 100)


@every_tool
def test_the_result_has_the_type_of_what_comes_in_whatever_the_fit_was(tool):
    for fitted, given_type in [DTYPES, DTYPES[::-1]]:
        tool.fit(cloud(dtype=fitted))
        z = tool.transform(cloud(dtype=given_type))
        assert z.dtype == tool.inverse(z).dtype == given_type


@every_tool
def test_whole_numbers_and_lists_count_as_float32(tool):
    pixels = np.random.default_rng(0).integers(0, 256, (20, 4), dtype=np.uint8)
    assert tool.fit(pixels).transform(pixels).dtype == np.float32
    assert tool.fit(pixels.tolist()).transform(pixels.tolist()).dtype == np.float32


@every_tool
def test_new_data_are_transformed_with_the_training_statistics(tool):
    x = cloud()
    z = tool.fit(x).transform(x)
    np.testing.assert_allclose(tool.transform(x[:3]), z[:3], atol=1e-12)
    assert np.abs(tool.transform(x + 1).mean(axis=0)).max() > 0.1


@every_tool
def test_fitting_again_forgets_the_first_fit(tool):
    again = tool.fit(cloud(seed=1, d=3)).fit(cloud()).transform(cloud())
    np.testing.assert_array_equal(again, tool.fit(cloud()).transform(cloud()))


@every_tool
def test_bad_tables_are_refused_with_the_expectation(tool):
    who = type(tool).__name__
    tool.fit(cloud(d=5))
    hole = cloud(d=5)
    hole[3, 2] = np.nan
    for call, message in [
        (lambda: tool.transform(cloud(d=4)), rf"{who}: x has shape \(300, 4\); expected \(examples, 5\)"),
        (lambda: tool.inverse(cloud(d=4)), rf"{who}: x has shape \(300, 4\); expected \(examples, 5\)"),
        (lambda: tool.fit(np.ones(5)), rf"{who}: x has shape \(5,\); expected \(examples, features\)"),
        (lambda: tool.fit(np.ones((1, 5))), rf"{who}: x has shape \(1, 5\); expected at least 2 examples"),
        (lambda: tool.fit(np.ones((5, 0))), rf"{who}: x has shape \(5, 0\); expected at least 2 examples of at least"),
        (lambda: tool.fit(hole), rf"{who}: x has 1 entries that are NaN or infinite, the first at index \(3, 2\)"),
        (lambda: tool.transform(hole), rf"{who}: x has 1 entries that are NaN"),
    ]:
        with pytest.raises(ValueError, match=message):
            call()


@pytest.mark.parametrize("make", [Standardizer, PCA, Whitener])
def test_a_tool_must_be_fitted_first(make):
    for call in (make().transform, make().inverse):
        with pytest.raises(RuntimeError, match=rf"{make.__name__}: not fitted yet; call fit\(x_train\) first\."):
            call(cloud())


@every_tool
def test_a_misspelt_attribute_is_an_error(tool):
    with pytest.raises(AttributeError):
        tool.epsilon = 1.0


# ------------------------------------------------------------------------------------------------ Standardizer
def test_standardizer_is_scikit_learns():
    x = load_wine().data
    ours, theirs = Standardizer().fit(x), StandardScaler().fit(x)
    np.testing.assert_allclose(ours.transform(x), theirs.transform(x), atol=1e-10)
    np.testing.assert_allclose(ours.mean, theirs.mean_)
    np.testing.assert_allclose(ours.std**2, theirs.var_)


def test_standardized_features_have_mean_0_and_variance_1_even_far_from_zero_in_float32():
    x = (cloud(1000) + 1000).astype(np.float32)
    z = Standardizer().fit(x).transform(x).astype(float)
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose(z.var(axis=0), 1, atol=1e-4)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_constant_feature_has_std_exactly_0_and_is_only_centred(dtype):
    x = np.column_stack([np.full(999, 0.1), np.arange(999)]).astype(dtype)
    tool = Standardizer().fit(x)
    assert tool.std[0] == 0 and tool.mean[0] == dtype(0.1)
    assert not tool.transform(x)[:, 0].any()
    np.testing.assert_allclose(tool.transform(np.array([[5.1, 0]], dtype))[0, 0], 5, rtol=1e-6)
    np.testing.assert_allclose(tool.inverse(tool.transform(x)), x, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("column", [
    np.where(np.arange(100) % 2, 0.3, 0.1 + 0.2),
    np.where(np.arange(100) % 3, 1e9, np.nextafter(1e9, 2e9)),
    np.where(np.arange(100) % 2, 1e9, 1e9 + 1),          # this one varies
    1e-30 * np.arange(100),                              # and this one
])
def test_a_column_is_constant_but_for_rounding_when_scikit_learn_says_so(column):
    x = np.column_stack([column, np.arange(100.0)])
    np.testing.assert_allclose(Standardizer().fit(x).transform(x), StandardScaler().fit_transform(x), atol=1e-9)


@pytest.mark.parametrize("as_given", [np.array, list, lambda x: np.array(x, object)])
def test_whole_numbers_lose_no_digit(as_given):
    stamps = [[1_700_000_000 + 60 * i, i % 7] for i in range(100)]
    exact, ours = StandardScaler().fit_transform(np.array(stamps, float)), as_given(stamps)
    z = Standardizer().fit(ours).transform(ours)
    assert len(np.unique(z[:, 0])) == 100 and z.dtype == np.float32
    np.testing.assert_allclose(z, exact, atol=1e-6)
    assert PCA().fit(ours).variances[0] == pytest.approx(np.var(60 * np.arange(100), ddof=1), rel=1e-4)
    assert len(np.unique(Whitener(0.0).fit(ours).transform(ours)[:, 0])) == 100


def test_numbers_whose_squares_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"Standardizer: x has entries beyond 1e\+100.*divide"):
        Standardizer().fit(np.array([[1e200], [0.0]]))


# ------------------------------------------------------------------------------------------------ PCA
@pytest.mark.parametrize("shape", [(178, 13), (9, 13), (13, 13)])
def test_pca_is_scikit_learns(shape):
    x = Standardizer().fit(load_wine().data).transform(load_wine().data)[::178 // shape[0]][:shape[0]]
    k = min(shape) - 1      # the last direction of 9 or 13 centred examples has no variance and no direction
    ours, theirs = PCA(k).fit(x), decomposition.PCA(k, svd_solver="full").fit(x)
    same_up_to_sign(ours.components.T, theirs.components_.T, atol=1e-8)
    same_up_to_sign(ours.transform(x), theirs.transform(x), atol=1e-8)
    np.testing.assert_allclose(ours.variances, theirs.explained_variance_)
    np.testing.assert_allclose(ours.explained, theirs.explained_variance_ratio_)
    back = theirs.inverse_transform(theirs.transform(x))
    np.testing.assert_allclose(ours.inverse(ours.transform(x)), back, atol=1e-8)


@given(n=st.integers(3, 30), d=st.integers(1, 8), seed=st.integers(0, 99))
def test_pca_turns_the_covariance_diagonal(n, d, seed):
    x = cloud(n, d, seed)
    pca = PCA().fit(x)
    covariance = np.atleast_2d(np.cov(pca.transform(x), rowvar=False))
    np.testing.assert_allclose(covariance, np.diag(pca.variances), atol=1e-8 * pca.variances[0])
    np.testing.assert_allclose(pca.components @ pca.components.T, np.eye(min(n, d)), atol=1e-10)
    assert np.all(np.diff(pca.variances) <= 0) and pca.explained.sum() == pytest.approx(1)
    np.testing.assert_allclose(pca.variances.sum(), x.var(axis=0, ddof=1).sum())


def test_the_discarded_variance_is_the_squared_distance_lost_and_no_other_projection_loses_less():
    x = cloud(200, 6)
    pca = PCA(2).fit(x)
    lost = np.sum((x - pca.inverse(pca.transform(x)))**2)
    assert lost == pytest.approx(199 * PCA().fit(x).variances[2:].sum())
    rng, centred = np.random.default_rng(1), x - x.mean(axis=0)
    for _ in range(20):
        U = np.linalg.qr(rng.standard_normal((6, 2)))[0]
        assert np.sum((centred - centred @ U @ U.T)**2) > lost


@given(seed=st.integers(0, 99), share=st.floats(0.01, 0.99))
def test_a_fraction_keeps_the_fewest_components_that_reach_it(seed, share):
    x = cloud(50, 8, seed)
    all_of_it, kept = PCA().fit(x), PCA(share).fit(x)
    k = len(kept.components)
    assert kept.explained.sum() >= share > all_of_it.explained[:k - 1].sum()


@pytest.mark.parametrize("k", [1, 3, np.int64(2), 0.7, np.float32(0.7)])
def test_the_first_k_of_a_fit_are_the_fit_with_k(k):
    whole, fitted = PCA().fit(cloud()), PCA(k).fit(cloud())
    first = whole.first(k)
    for name in ("mean", "components", "variances", "explained"):
        np.testing.assert_array_equal(getattr(first, name), getattr(fitted, name))
    assert len(whole.components) == 5
    assert first.transform(cloud()).shape == (300, len(fitted.components))


def test_a_share_of_the_variance_that_is_not_there_is_refused():
    few = PCA(3).fit(np.random.default_rng(0).standard_normal((200, 10)))
    with pytest.raises(ValueError, match=r"PCA: k = 0\.9 of the variance is not to be had: the 3 comp.*PCA\(0\.9\)"):
        few.first(0.9)
    assert len(few.first(0.1).components) == 1
    assert len(PCA().fit(cloud(dtype=np.float32)).first(0.9999999).components) == 5


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_signs_do_not_depend_on_the_sign_of_the_data(dtype):
    x = cloud(dtype=dtype)
    a, b = PCA().fit(x), PCA().fit(-x[::-1])
    np.testing.assert_allclose(a.components, b.components, atol=1e-4)
    for row in a.components:
        assert row[np.argmax(np.abs(row))] > 0
    assert a.components.dtype == a.variances.dtype == a.explained.dtype == dtype


def test_directions_without_variance_have_variance_exactly_0():
    x = cloud(50, 3)
    pca = PCA().fit(np.column_stack([x, x[:, 0] + x[:, 1], np.full(50, 0.1)]))
    assert np.array_equal(pca.variances == 0, [False, False, False, True, True])
    assert PCA().fit(np.full((4, 3), 0.1)).explained.tolist() == [0, 0, 0]
    assert len(PCA(0.9).fit(np.full((4, 3), 0.1)).components) == 3


def test_fashion_mnist_needs_24_81_and_178_components():
    data = np.load(Path(__file__).parents[1] / "data" / "fashion_mnist.npz")
    pca = PCA().fit(data["X_train"].reshape(6000, 784) / np.float32(255))
    assert [len(pca.first(share).components) for share in (0.8, 0.9, 0.95)] == [24, 81, 178]


@pytest.mark.parametrize("make, error, message", [
    (lambda: PCA(0), ValueError, r"PCA: k must be at least 1, got 0"),
    (lambda: PCA(1.0), ValueError, r"PCA: k must be in \(0, 1\), got 1\.0\. A fraction is the share.*k=None"),
    (lambda: PCA(2.5), ValueError, r"PCA: k must be in \(0, 1\), got 2\.5"),
    (lambda: PCA("9"), TypeError, r"PCA: k must be a whole number, got '9'"),
    (lambda: PCA(True), TypeError, r"PCA: k must be a whole number, got True"),
    (lambda: PCA(6).fit(cloud(d=5)), ValueError, r"PCA: k must be at most 5 here, got 6\. There are min\(n, d\)"),
    (lambda: PCA(4).fit(cloud(3, 9)), ValueError, r"PCA: k must be at most 3 here, got 4"),
    (lambda: PCA().fit(cloud(d=5)).first(6), ValueError, r"PCA: k must be at most 5 here, got 6"),
    (lambda: PCA().first(2), RuntimeError, r"PCA: not fitted yet"),
    (lambda: Whitener(-1.0), ValueError, r"Whitener: eps must be in \[0, ∞\), got -1\.0"),
    (lambda: Whitener(kind="svd"), ValueError, r"Whitener: kind must be 'pca' or 'zca', got 'svd'"),
    (lambda: Whitener().matrix, RuntimeError, r"Whitener: not fitted yet"),
])
def test_bad_settings_are_refused_with_the_expectation(make, error, message):
    with pytest.raises(error, match=message):
        make()


# ------------------------------------------------------------------------------------------------ Whitener
def test_whitening_is_scikit_learns():
    x = load_wine().data
    for k in (None, 4):
        ours, theirs = Whitener(0.0, k=k).fit(x), decomposition.PCA(k, whiten=True, svd_solver="full").fit(x)
        z = ours.transform(x)
        same_up_to_sign(z, theirs.transform(x), atol=1e-5)
        np.testing.assert_allclose(ours.inverse(z), theirs.inverse_transform(theirs.transform(x)), atol=1e-5)


@pytest.mark.parametrize("kind", ["pca", "zca"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_whitened_data_have_the_identity_as_covariance(dtype, kind):
    x = cloud(dtype=dtype)
    z = Whitener(1e-8, kind=kind).fit(x).transform(x).astype(float)
    np.testing.assert_allclose(np.cov(z, rowvar=False), np.eye(5), atol=1e-3)


def test_with_eps_the_variances_are_lambda_over_lambda_plus_eps():
    x = cloud() * np.logspace(-4, 0, 5)
    tool = Whitener(1e-3).fit(x)
    lam = PCA().fit(x).variances
    covariance = np.cov(tool.transform(x), rowvar=False)
    np.testing.assert_allclose(covariance, np.diag(lam / (lam + 1e-3)), atol=1e-9)
    assert np.any(lam < 1e-4)
    np.testing.assert_allclose(np.diag(covariance)[lam > 1], 1, atol=1e-3)


def test_the_identity_covariance_on_photographs_of_clothes():
    data = np.load(Path(__file__).parents[1] / "data" / "fashion_mnist.npz")
    x = data["X_val"].reshape(2000, 784)[:, ::7] / np.float32(255)
    for kind in ("pca", "zca"):
        tool = Whitener(1e-6, kind=kind).fit(x)
        z = tool.transform(x)
        assert z.dtype == np.float32
        turned = z if kind == "pca" else z @ tool.pca.components.T
        clear = tool.pca.variances > 1e-3      # a thousand times ε
        assert clear.sum() > 80
        np.testing.assert_allclose(np.cov(turned, rowvar=False)[clear][:, clear], np.eye(clear.sum()), atol=1.1e-3)


def test_zca_is_the_symmetric_whitening_and_moves_the_data_least():
    x = Standardizer().fit(cloud()).transform(cloud())
    pca, zca = Whitener(0.0).fit(x), Whitener(0.0, kind="zca").fit(x)
    values, vectors = np.linalg.eigh(np.cov(x, rowvar=False))
    np.testing.assert_allclose(zca.matrix, vectors @ np.diag(values**-0.5) @ vectors.T, atol=1e-10)      # Σ^(-1/2)
    assert np.sum((zca.transform(x) - x)**2) < np.sum((pca.transform(x) - x)**2)
    np.testing.assert_allclose(pca.matrix @ pca.pca.components, zca.matrix, atol=1e-10)


@pytest.mark.parametrize("n", [5, 12, 40])
def test_zca_is_the_inverse_root_of_the_covariance_with_fewer_examples_than_features_too(n):
    x, new = cloud(n, 12), cloud(7, 12, seed=1)
    tool = Whitener(0.01, kind="zca").fit(x)
    values, vectors = np.linalg.eigh(np.cov(x, rowvar=False) + 0.01 * np.eye(12))
    np.testing.assert_allclose(tool.transform(new), (new - x.mean(axis=0)) @ (vectors / np.sqrt(values)) @ vectors.T,
                               atol=1e-8)
    np.testing.assert_allclose(tool.inverse(tool.transform(new)), new, atol=1e-8)


@pytest.mark.parametrize("kind", ["pca", "zca"])
def test_eps_is_hot_and_holds_back_the_directions_of_noise(kind):
    x = cloud() * [1e-3, 1, 1, 1, 1]
    tool = Whitener(0.0, kind=kind).fit(x)
    sizes = []
    for eps in (0.0, 0.1, 10.0):
        tool.eps = eps
        z = tool.transform(x)
        np.testing.assert_allclose(tool.inverse(z), x, atol=1e-9)
        sizes.append(z.var())
    assert sizes[0] == pytest.approx(299 / 300) and sizes[0] > sizes[1] > sizes[2]


@pytest.mark.parametrize("kind", ["pca", "zca"])
def test_eps_0_needs_variance_in_every_direction(kind):
    x = np.column_stack([cloud(50, 3), np.full(50, 7.0)])
    with pytest.raises(ValueError, match=r"Whitener: eps is 0 and 1 of 4 directions have no variance.*k = 3"):
        Whitener(0.0, kind=kind).fit(x).transform(x)
    z = Whitener(0.0, kind=kind, k=3).fit(x).transform(x)
    assert z.shape == (50, 3 if kind == "pca" else 4)
    assert np.isfinite(z).all()


def test_uncorrelated_is_not_independent():
    """x and x² − 1 have covariance 0, whitened or not, yet one determines the other."""
    x = np.random.default_rng(0).standard_normal(200_000)
    pair = np.column_stack([x, x**2 - 1])
    z = Whitener(0.0).fit(pair).transform(pair)
    np.testing.assert_allclose(np.cov(z, rowvar=False), np.eye(2), atol=1e-9)
    assert np.corrcoef(z[:, 0], z[:, 1]**2)[0, 1] > 0.99


@pytest.mark.parametrize("tool", [Standardizer, lambda: PCA(1), Whitener], ids=["std", "pca", "whitener"])
def test_underflow_is_harmless_whatever_numpy_is_told(tool):
    x = np.random.default_rng(0).standard_normal((20, 2)) * [1, 1e-170]
    with np.errstate(all="raise"):
        assert np.isfinite(tool().fit(x).transform(x)).all()


def test_unless_told_a_whitener_adds_little_to_the_variances():
    """A feature of variance 0.01 comes out with a variance near 1."""
    x = 0.1 * np.random.default_rng(0).standard_normal((500, 2))
    assert Whitener().fit(x).transform(x).var(axis=0) == pytest.approx(1, abs=0.01)
