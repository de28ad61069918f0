"""Penalties against finite differences and brute-force minimisation; ridge and lasso paths against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.datasets import load_diabetes
from sklearn.linear_model import ElasticNet, Lasso, Ridge
from sklearn.preprocessing import StandardScaler

import labkit as lk
from labkit.regularizers import L1, L2, REGULARIZERS, Elastic, lasso, ridge, soft_threshold

P = 12
LAM = 0.3
MASK = np.arange(P) % 3 > 0
THETA = np.random.default_rng(0).standard_normal(P) * 2

numbers = st.floats(-1e3, 1e3, width=32)
vectors = hnp.arrays(st.sampled_from([np.float32, np.float64]), st.integers(1, 8), elements=numbers)


def textbook(name, theta, lam):
    """R(θ), one term at a time."""
    terms = {"L1": lambda t: abs(t), "L2": lambda t: t**2 / 2, "Elastic": lambda t: 0.5 * abs(t) + 0.25 * t**2}
    return sum(lam * terms[name](t) for t in theta.tolist())


@pytest.fixture(scope="module")
def diabetes():
    x, y = load_diabetes(return_X_y=True)
    return StandardScaler().fit_transform(x), y


# ------------------------------------------------------------------------------------------------ penalties
@pytest.mark.parametrize("name", REGULARIZERS)
def test_value_is_the_textbook_sum(name):
    value = REGULARIZERS[name](LAM).value(THETA)
    assert type(value) is float and value == pytest.approx(textbook(name, THETA, LAM))
    assert REGULARIZERS[name](LAM, mask=MASK).value(THETA) == pytest.approx(textbook(name, THETA[MASK], LAM))


@pytest.mark.parametrize("mask", [None, MASK], ids=["all", "masked"])
@pytest.mark.parametrize("name", REGULARIZERS)
def test_gradient_is_the_finite_difference_and_is_added(name, mask):
    penalty, h = REGULARIZERS[name](LAM, mask=mask), 1e-6
    numeric = [(penalty.value(THETA + h * e) - penalty.value(THETA - h * e)) / (2 * h) for e in np.eye(P)]
    grad = np.ones(P)
    penalty.add_gradient(THETA, grad)
    np.testing.assert_allclose(grad - 1, numeric, atol=1e-7)


def test_the_subgradient_of_l1_at_zero_is_zero():
    grad = np.zeros(3)
    L1(1.0).add_gradient(np.array([0.0, -2.0, 2.0]), grad)
    assert grad.tolist() == [0, -1, 1]


@pytest.mark.parametrize("mask", [None, MASK], ids=["all", "masked"])
@pytest.mark.parametrize("name", REGULARIZERS)
def test_prox_finds_the_minimum_that_a_fine_grid_finds(name, mask):
    penalty, step, z = REGULARIZERS[name](LAM, mask=mask), 1.7, np.linspace(-8, 8, 160_001)
    moved = THETA.copy()
    penalty.prox(moved, step)
    for i in range(P):
        lam = LAM if mask is None or mask[i] else 0.0
        r = {"L1": np.abs(z), "L2": z**2 / 2, "Elastic": 0.5 * np.abs(z) + 0.25 * z**2}[name]
        assert moved[i] == pytest.approx(z[np.argmin((z - THETA[i])**2 / 2 + step * lam * r)], abs=1e-4)


@pytest.mark.parametrize("name", REGULARIZERS)
def test_a_proximal_step_is_an_implicit_gradient_step(name):
    """z = θ − step · R'(z): the gradient is taken where the step ends."""
    z = THETA * 10
    penalty, grad = REGULARIZERS[name](LAM), np.zeros(P)
    penalty.prox(z, 0.5)
    penalty.add_gradient(z, grad)
    np.testing.assert_allclose(z + 0.5 * grad, THETA * 10)


@given(theta=vectors, t=st.floats(0, 100))
def test_soft_threshold_shrinks_by_t_and_stops_at_exactly_zero(theta, t):
    before = theta.copy()
    z = soft_threshold(theta, t)
    assert z.dtype == theta.dtype and z.shape == theta.shape
    assert np.array_equal(theta, before)
    t = theta.dtype.type(t)
    expected = np.array([0 if abs(v) <= t else (v - t if v > 0 else v + t) for v in theta])
    np.testing.assert_allclose(z, expected, rtol=1e-5)
    assert np.all(z[np.abs(theta) <= t] == 0)
    assert not np.any(np.signbit(z[z == 0]))


@given(a=hnp.arrays(float, 4, elements=numbers), b=hnp.arrays(float, 4, elements=numbers), t=st.floats(0, 10))
def test_proximal_maps_never_push_two_points_apart(a, b, t):
    for cls in REGULARIZERS.values():
        za, zb = a.copy(), b.copy()
        cls(1.0).prox(za, t)
        cls(1.0).prox(zb, t)
        assert np.linalg.norm(za - zb) <= np.linalg.norm(a - b) * (1 + 1e-12)


@pytest.mark.parametrize("share, same", [(0.0, L2), (1.0, L1)])
def test_elastic_ends_at_l2_and_l1(share, same):
    elastic, other = Elastic(LAM, share), same(LAM)
    assert elastic.value(THETA) == pytest.approx(other.value(THETA))
    results = []
    for penalty in (elastic, other):
        grad, moved = np.zeros(P), THETA.copy()
        penalty.add_gradient(THETA, grad)
        penalty.prox(moved, 0.4)
        results.append(np.stack([grad, moved]))
    np.testing.assert_allclose(*results)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("lam", [LAM, np.array([[0.0], [0.5], [2.0]])], ids=["one λ", "λ per replica"])
@pytest.mark.parametrize("name", REGULARIZERS)
def test_a_stack_of_replicas_is_each_replica_alone(name, lam, dtype):
    stack = np.random.default_rng(1).standard_normal((3, P)).astype(dtype)
    penalty = REGULARIZERS[name](lam, mask=MASK)
    grad, moved = np.zeros_like(stack), stack.copy()
    value = penalty.value(stack)
    penalty.add_gradient(stack, grad)
    penalty.prox(moved, 0.1)
    assert value.shape == (3,) and value.dtype == dtype
    for i, theta in enumerate(stack):
        alone = REGULARIZERS[name](float(np.broadcast_to(lam, (3, 1))[i, 0]), mask=MASK)
        g, m = np.zeros_like(theta), theta.copy()
        alone.add_gradient(theta, g)
        alone.prox(m, 0.1)
        np.testing.assert_allclose(value[i], alone.value(theta), rtol=1e-5)
        np.testing.assert_allclose(grad[i], g, rtol=1e-6)
        np.testing.assert_allclose(moved[i], m, rtol=1e-6)


@pytest.mark.parametrize("name", REGULARIZERS)
def test_lambda_is_hot_and_zero_does_nothing(name):
    penalty, theta = REGULARIZERS[name](0.0), THETA.copy()
    grad = np.zeros(P)
    penalty.add_gradient(theta, grad)
    penalty.prox(theta, 1.0)
    assert penalty.value(theta) == 0 and not grad.any() and np.array_equal(theta, THETA)
    penalty.lam = 1.0
    assert penalty.value(theta) > 0
    penalty.add_gradient(theta, grad)
    assert grad.all()


def test_the_share_is_hot_and_the_repr_shows_every_knob():
    penalty = Elastic(0.1, 0.25)
    assert repr(penalty) == "Elastic(lam=0.1, share=0.25)"
    assert repr(L1(0.1)) == "L1(lam=0.1)"
    penalty.share = 1.0
    assert penalty.value(THETA) == pytest.approx(L1(0.1).value(THETA))


# ------------------------------------------------------------------------------------------------ bad input
@pytest.mark.parametrize("call, message", [
    (lambda: L2(-1.0), r"L2: lam must be in \[0, ∞\), got -1\.0\."),
    (lambda: L1(np.array([[0.1], [-0.1]])), r"L1: lam must be in \[0, ∞\)"),
    (lambda: Elastic(0.1, 1.5), r"Elastic: share must be in \[0, 1\], got 1\.5\. It is the share of L1"),
    (lambda: L2(1.0, mask=MASK).value(np.ones(5)), r"L2: mask has shape \(12,\); expected \(5,\).*weight_mask"),
    (lambda: L2(np.ones((1, 1))).value(np.ones(5)), r"L2: lam has shape \(1, 1\) and theta \(5,\)"),
    (lambda: soft_threshold(np.ones(5), np.ones(3)), r"soft_threshold: t has shape \(3,\) and theta \(5,\)"),
    (lambda: soft_threshold(THETA, -1.0), r"soft_threshold: t must be in \[0, ∞\), got -1\.0"),
    (lambda: ridge(np.ones((4, 2)), np.ones((4, 1)), 1.0), r"ridge: x has shape \(4, 2\) and y \(4, 1\).*y\[:, 0\]"),
    (lambda: lasso(np.ones((4, 2)), np.ones(3), 1.0), r"lasso: x has shape \(4, 2\) and y \(3,\)"),
    (lambda: ridge(np.ones(4), np.ones(4), 1.0), r"ridge: x has shape \(4,\); expected \(examples, features\)"),
    (lambda: ridge(np.ones((4, 2)), np.ones(4), -1.0), r"ridge: lam must be in \[0, ∞\), got -1\.0"),
    (lambda: lasso(np.ones((4, 2)), np.ones(4), [[1.0]]), r"lasso: got 4 examples and lam of shape \(1, 1\)"),
    (lambda: ridge(np.ones((0, 2)), np.ones(0), 1.0), r"ridge: got 0 examples"),
    (lambda: lasso(np.array([[1.0], [np.nan]]), np.ones(2), 1.0), r"lasso: x has 1 entries that are NaN.*\(1, 0\)"),
    (lambda: ridge(np.ones((2, 1)), np.array([1.0, np.inf]), 1.0), r"ridge: y has 1 entries that are NaN or infinite"),
    (lambda: lasso(np.ones((4, 2)), np.ones(4), 1.0, share=2.0), r"share must be in \[0, 1\]"),
    (lambda: lasso(np.ones((4, 2)), np.ones(4), 1.0, max_steps=0), r"lasso: max_steps must be at least 1"),
])
def test_bad_input_is_refused_with_the_expectation(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_misspelt_knob_is_an_error():
    with pytest.raises(AttributeError):
        L2(0.1).lamda = 3.0


def test_lasso_says_when_it_did_not_get_there(diabetes):
    with pytest.raises(RuntimeError, match=r"lasso: 3 steps did not reach a tolerance of 1e-07.*Standardise"):
        lasso(*diabetes, 0.1, max_steps=3)


@pytest.mark.parametrize("name", REGULARIZERS)
def test_every_replica_may_have_a_proximal_step_of_its_own(name):
    together, steps = np.stack([THETA, THETA]), np.array([[0.1], [0.7]])
    REGULARIZERS[name](0.5).prox(together, steps)
    for row, step in zip(together, (0.1, 0.7), strict=True):
        alone = THETA.copy()
        REGULARIZERS[name](0.5).prox(alone, step)
        np.testing.assert_allclose(row, alone)


def test_with_momentum_lasso_needs_a_small_part_of_the_steps(diabetes):
    """Measured: 213 steps, against 4815 without momentum and 427 with one that never starts anew."""
    x, y = diabetes
    assert lasso(x, y, 0.1, max_steps=300).w.any()


# ------------------------------------------------------------------------------------------------ solvers
LAMS = np.logspace(-2, 2, 9)


def test_ridge_path_is_scikit_learns(diabetes):
    x, y = diabetes
    path = ridge(x, y, LAMS)
    assert path.w.shape == (9, 10) and path.b.shape == (9,) and path.predict(x).shape == (442, 9)
    for lam, w, b in zip(LAMS, path.w, path.b, strict=True):
        theirs = Ridge(alpha=len(x) * lam / 2).fit(x, y)
        np.testing.assert_allclose(w, theirs.coef_, atol=1e-8)
        assert b == pytest.approx(theirs.intercept_)


def test_lasso_path_is_scikit_learns(diabetes):
    x, y = diabetes
    path = lasso(x, y, LAMS)
    for lam, w, b in zip(LAMS, path.w, path.b, strict=True):
        theirs = Lasso(alpha=lam / 2, tol=1e-12, max_iter=100_000).fit(x, y)
        np.testing.assert_allclose(w, theirs.coef_, atol=1e-3)      # coefficients are up to 38
        assert np.array_equal(w == 0, theirs.coef_ == 0)
        assert b == pytest.approx(theirs.intercept_)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_elastic_net_is_scikit_learns(diabetes, share):
    x, y = diabetes
    theirs = ElasticNet(alpha=0.5, l1_ratio=share, tol=1e-12, max_iter=100_000).fit(x, y)
    np.testing.assert_allclose(lasso(x, y, 1.0, share=share).w, theirs.coef_, atol=1e-3)


def test_lasso_stays_at_zero_from_the_largest_gradient_on(diabetes):
    x, y = diabetes
    edge = 2 * np.max(np.abs(x.T @ (y - y.mean()))) / len(x)
    assert not lasso(x, y, edge * 1.001).w.any()
    assert np.count_nonzero(lasso(x, y, edge * 0.999).w) == 1


def test_without_a_penalty_both_are_least_squares(diabetes):
    x, y = diabetes
    columns = np.column_stack([x, np.ones(len(x))])
    *w, b = np.linalg.lstsq(columns, y)[0]
    for fit in (ridge(x, y, 0.0), lasso(x, y, 0.0)):
        np.testing.assert_allclose(fit.w, w, atol=1e-2)
        assert fit.b == pytest.approx(b)
    np.testing.assert_allclose(ridge(x, y, 0.0).w, w, atol=1e-8)


def test_ridge_at_zero_with_more_features_than_examples_has_the_least_norm():
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((5, 9)), rng.standard_normal(5)
    fit = ridge(x, y, 0.0)
    np.testing.assert_allclose(fit.predict(x), y, atol=1e-10)
    np.testing.assert_allclose(fit.w, np.linalg.pinv(x - x.mean(0)) @ (y - y.mean()), atol=1e-10)


@pytest.mark.parametrize("solve", [ridge, lasso])
def test_float_types_and_a_single_lambda(solve, diabetes):
    x, y = diabetes
    for dtype in (np.float32, np.float64):
        fit, path = solve(x.astype(dtype), y.astype(dtype), 2), solve(x.astype(dtype), y.astype(dtype), [2.0])
        assert fit.w.shape == (10,) and fit.w.dtype == fit.b.dtype == fit.predict(x.astype(dtype)).dtype == dtype
        assert np.array_equal(fit.w, path.w[0]) and fit.b == path.b[0]


def test_momentum_and_restarts_save_steps(diabetes):
    """Bare proximal gradient needs thousands of steps here, momentum without restarts about a thousand."""
    assert lasso(*diabetes, 0.01, max_steps=500).w.all()


@pytest.mark.parametrize("solve", [ridge, lasso])
def test_whole_numbers_count_as_float32(solve):
    assert solve(np.array([[0], [1], [2]]), np.array([0, 1, 2]), 0).w.dtype == np.float32


@pytest.mark.parametrize("solve", [ridge, lasso])
def test_constant_features_get_no_weight(solve):
    fit = solve(np.ones((5, 3)), np.arange(5.0), 0.1)
    assert fit.w.tolist() == [0, 0, 0] and fit.b == 2


# ------------------------------------------------------------------------------------------------ in the training loop
def trained(diabetes, penalty, steps, proximal):
    x, y = diabetes
    net = lk.Network([lk.Linear(10, 1, init="zeros")], dtype=np.float64)
    penalty.mask = net.weight_mask()
    batches = ((x, y[:, None]) for _ in range(steps))
    for step in lk.train(net, lk.mean_squared_error, lk.SGD(0.1), batches, regularizer=None if proximal else penalty):
        if proximal:
            penalty.prox(net.theta, step.lr)
    return net.theta


def test_gradient_descent_with_the_l2_gradient_reaches_ridge(diabetes):
    theta = trained(diabetes, L2(0.5), 2000, proximal=False)
    np.testing.assert_allclose(theta[:10], ridge(*diabetes, 0.5).w, atol=1e-6)
    assert theta[10] == pytest.approx(diabetes[1].mean())      # the bias is not penalised


def test_proximal_steps_reach_the_lasso_with_its_exact_zeros_and_subgradient_steps_only_near_it(diabetes):
    exact = lasso(*diabetes, 10.0).w
    assert 0 < np.count_nonzero(exact == 0) < 10
    by_prox = trained(diabetes, L1(10.0), 2000, proximal=True)[:10]
    by_gradient = trained(diabetes, L1(10.0), 2000, proximal=False)[:10]
    np.testing.assert_allclose(by_prox, exact, atol=1e-3)
    assert np.array_equal(by_prox == 0, exact == 0)
    np.testing.assert_allclose(by_gradient, exact, atol=2.0)
    assert np.all(by_gradient != 0)


def test_a_strength_for_another_number_of_replicas_is_refused_and_a_lost_theta_is_not_hidden():
    with pytest.raises(ValueError, match=r"lam has shape \(3, 1\)"):
        lk.L2(np.ones((3, 1))).value(np.ones((2, 5)))
    assert np.isnan(lk.L2(0.1).value(np.array([1.0, np.nan])))


@pytest.mark.parametrize("grad", [np.zeros(5, int), np.zeros(4), [0.0] * 5, np.broadcast_to(0.0, 5)])
def test_a_gradient_that_cannot_be_added_to(grad):
    """Whole numbers, another shape, a list, a read-only array; and a θ without an axis."""
    with pytest.raises(TypeError, match=r"^L2: grad must be an array of floats .*to be changed in place"):
        lk.L2(0.1).add_gradient(np.ones(5), grad)
    with pytest.raises(TypeError, match=r"^L2: theta must be an array of floats"):
        lk.L2(0.1).add_gradient(np.array(1.0), np.array(1.0))
