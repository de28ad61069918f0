"""The exercises of notebook 03: right answers in many forms, typical wrong ones, and the truth of the references."""

import math

import numpy as np
import pytest

import labkit.initializers as initializers
from labkit.course import examine
from labkit.lessons.initialization.exercises.predict import relu_rms
from labkit.lessons.initialization.exercises.symmetry import break_symmetry
from labkit.lessons.initialization.exercises.xavier import xavier_std
from labkit.theory import variance_profile


# ------------------------------------------------------------------------------------------------ references
@pytest.mark.parametrize(("n_in", "n_out"), [(300, 200), (1000, 40)])
def test_xavier_std_is_that_of_the_laboratory(n_in, n_out):
    W = initializers.xavier_normal(np.random.default_rng(0), n_in, n_out)
    assert math.isclose(xavier_std(n_in, n_out), W.std(), rel_tol=0.02)


@pytest.mark.parametrize("weight_std", [0.05, math.sqrt(2 / 500), 0.08])
def test_relu_rms_is_what_a_random_network_does(weight_std):
    rng = np.random.default_rng(0)
    measured = []
    for _ in range(5):
        h = rng.standard_normal((100, 500))
        for _ in range(10):
            h = np.maximum(h @ (weight_std * rng.standard_normal((500, 500))), 0)
        measured.append(math.sqrt(np.mean(h**2)))
    assert math.isclose(np.mean(measured), relu_rms(weight_std, 500, 10), rel_tol=0.1)


@pytest.mark.parametrize(("weight_std", "width", "depth"), [(0.05, 500, 10), (0.2, 200, 3), (1.0, 7, 1)])
def test_relu_rms_is_the_mean_field_recursion(weight_std, width, depth):
    theory = variance_profile("relu", weight_std, width, depth)
    assert math.isclose(math.sqrt(theory.second_moment[-1]), relu_rms(weight_std, width, depth), rel_tol=1e-4)


@pytest.mark.parametrize("shape", [(1, 2), (5, 5), (3, 9)])
def test_fewer_than_n_out_less_one_changes_leave_two_units_alike(shape):
    W = np.full(shape, 0.5, np.float32)
    V = break_symmetry(W, np.random.default_rng(0))
    assert len(np.unique(V, axis=1).T) == shape[1] and (V != W).sum() == shape[1] - 1
    for row, column in np.argwhere(V != W):
        fewer = V.copy()
        fewer[row, column] = W[row, column]
        assert len(np.unique(fewer, axis=1).T) < shape[1]


# ------------------------------------------------------------------------------------------------ right answers
def he_float32(rng, n_in, n_out):
    return np.sqrt(2 / n_in).astype(np.float32) * rng.standard_normal((n_in, n_out), dtype=np.float32)


def rms_by_recursion(weight_std, width, depth):
    q = 1.0
    for _ in range(depth):
        q = width * weight_std**2 * q / 2
    return np.sqrt(q)


def symmetry_by_draws(W, rng):
    V = W.copy()
    V[0, 1:] += 0.01 * rng.standard_normal(W.shape[1] - 1, dtype=np.float32)
    return V


def symmetry_in_the_last_row(W, rng):
    V = np.array(W)
    V[-1, :-1] = W[-1, :-1] + 0.1 * (1 + np.arange(W.shape[1] - 1))
    return V


def symmetry_scattered(W, rng):
    V = W.copy()
    for j in range(W.shape[1] - 1):
        V[j % W.shape[0], j] += 1 + j
    return V


@pytest.mark.parametrize(("name", "f"), [
    ("03-xavier", lambda n_in, n_out: np.sqrt(2 / (n_in + n_out))),
    ("03-xavier", lambda a, b: ((a + b) / 2) ** -0.5),
    ("03-xavier", lambda n_in, n_out: np.float32(math.sqrt(2) / math.sqrt(n_in + n_out))),
    ("03-xavier", lambda n_in, n_out: np.array(1 / np.sqrt(np.mean([n_in, n_out])))),
    ("03-he", he_float32),
    ("03-he", lambda rng, n_in, n_out: rng.standard_normal((n_in, n_out)) * np.sqrt(2 / n_in)),
    ("03-he", lambda rng, n_in, n_out: rng.normal(0, (2 / n_in) ** 0.5, size=(n_in, n_out))),
    ("03-he", lambda rng, n_in, n_out: (rng.standard_normal((n_out, n_in)) / math.sqrt(n_in / 2)).T),
    ("03-predict", rms_by_recursion),
    ("03-predict", lambda s, n, d: np.sqrt((n * s**2 / 2) ** d)),
    ("03-predict", lambda s, n, d: np.prod([s * np.sqrt(n / 2)] * d)),
    ("03-symmetry", symmetry_by_draws),
    ("03-symmetry", symmetry_in_the_last_row),
    ("03-symmetry", symmetry_scattered),
    ("03-symmetry", lambda W, rng: symmetry_scattered(W, rng).tolist()),
])
def test_right_answers_in_other_forms(name, f):
    assert examine(name, f).status == "right", examine(name, f).text


def test_the_symmetry_check_counts_pairs_of_units_and_weights():
    text = examine("03-symmetry", lambda W, rng: W.copy()).text
    assert "expected  pairs of identical units: 0\n" in text and "yours     pairs of identical units: 3\n" in text
    text = examine("03-symmetry", noise_everywhere).text
    assert "expected  changed weights: 2\n" in text and "yours     changed weights: 12\n" in text


def test_float64_weights_are_as_right_as_float32():
    double = examine("03-he", lambda rng, n_in, n_out: rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out)))
    assert double.status == "right" and double == examine("03-he", he_float32)


# ------------------------------------------------------------------------------------------------ typical wrong answers
def he_loop_in_place_of_matrix(rng, n_in, n_out):
    return np.sqrt(2 / n_in) * rng.standard_normal(n_in)


def symmetry_in_place(W, rng):
    W[0, 1:] += np.arange(1, W.shape[1])
    return W


def noise_everywhere(W, rng):
    return W + 0.01 * rng.standard_normal(W.shape, dtype=np.float32)


def same_draw_in_a_row(W, rng):
    V = W.copy()
    V[2 % len(V)] += rng.random()
    return V


def one_draw_per_unit(W, rng):
    V = W.copy()
    V[0] += rng.random(W.shape[1], dtype=np.float32)
    return V


def redrawn_columns(W, rng):
    V = W.copy()
    V[:, 1:] = rng.standard_normal((W.shape[0], W.shape[1] - 1))
    return V


@pytest.mark.parametrize(("name", "f", "words"), [
    ("03-xavier", lambda n_in, n_out: 2 / (n_in + n_out), "variance square root"),
    ("03-xavier", lambda n_in, n_out: np.sqrt(2 / n_in), "He's ReLU n_out"),
    ("03-xavier", lambda n_in, n_out: 1 / np.sqrt(n_in), "n_out gradient"),
    ("03-xavier", lambda n_in, n_out: np.sqrt(6 / (n_in + n_out)), "uniform a/√3"),
    ("03-xavier", lambda n_in, n_out: np.sqrt((1 / n_in + 1 / n_out) / 2), "mean conditions solutions σ²"),
    ("03-xavier", lambda n_in, n_out: np.sqrt(2 // (n_in + n_out)), "zero everywhere"),
    ("03-xavier", lambda n_in, n_out: 2 // (n_in + n_out), "fractions //"),
    ("03-xavier", lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)) * np.ones((n_in, n_out)), "one number"),
    ("03-xavier", lambda n_in: np.sqrt(2 / n_in), "called n_in, n_out"),
    ("03-xavier", lambda n_in, n_out: print(np.sqrt(2 / (n_in + n_out))), "print return"),
    ("03-he", lambda rng, n_in, n_out: 2 / n_in * rng.standard_normal((n_in, n_out)), "variance square root"),
    ("03-he", lambda rng, n_in, n_out: rng.normal(0, 2 / n_in, (n_in, n_out)), "variance square root"),
    ("03-he", lambda rng, n_in, n_out: np.sqrt(2 / n_out) * rng.standard_normal((n_in, n_out)), "n_in inputs 2/n_out"),
    ("03-he", lambda rng, n_in, n_out: rng.standard_normal((n_in, n_out)) / np.sqrt(n_in), "ReLU halves second moment"),
    ("03-he", lambda rng, n_in, n_out: np.sqrt(2 / n_in) * rng.standard_normal((n_out, n_in)), "transposed"),
    ("03-he", lambda rng, n_in, n_out: rng.standard_normal((n_in, n_out)), "standard normal multiply √(2/n_in)"),
    ("03-he", lambda rng, n_in, n_out: rng.uniform(-1, 1, (n_in, n_out)) * np.sqrt(2 / n_in), "uniform limit"),
    ("03-he", lambda rng, n_in, n_out: rng.uniform(-1, 1, (n_in, n_out)) * np.sqrt(6 / n_in), "uniform normal"),
    ("03-he", lambda rng, n_in, n_out: np.random.randn(n_in, n_out) * np.sqrt(2 / n_in), "generator np.random"),   # noqa: NPY002
    ("03-he", lambda rng, n_in, n_out: initializers.he_normal(np.random.default_rng(0), n_in, n_out), "seeded inside"),
    ("03-he", lambda rng, n_in, n_out: np.sqrt(2 / n_in), "shape single number"),
    ("03-he", lambda rng, n_in, n_out: np.sqrt(2 / n_in) * rng.standard_normal(), "shape (400, 250) expected"),
    ("03-he", lambda rng, n_in, n_out: np.sqrt(2 / n_in) * np.repeat(rng.standard_normal((n_in, 1)), n_out, 1),
     "one column repeated equal draw of its own"),
    ("03-he", lambda rng, n_in, n_out: np.sqrt(2 / n_in) * rng.standard_normal(n_out) * np.ones((n_in, 1)),
     "one row repeated draw of its own"),
    ("03-he", he_loop_in_place_of_matrix, "shape (400, 250) expected (400,)"),
    ("03-predict", lambda s, n, d: (s * np.sqrt(n)) ** d, "half ReLU"),
    ("03-predict", lambda s, n, d: (s**2 * n / 2) ** d, "moment square root"),
    ("03-predict", lambda s, n, d: np.sqrt(s * n / 2) ** d, "std for variance"),
    ("03-predict", lambda s, n, d: (s * np.sqrt(n / 2)) ** (d - 1), "too few layer 0"),
    ("03-predict", lambda s, n, d: s * np.sqrt(n / 2), "once per layer"),
    ("03-predict", lambda s, n, d: (s * np.sqrt(n) / 2) ** d, "half under square root"),
    ("03-predict", lambda s, n, d: (n * s**2 * (0.5 - 0.5 / np.pi)) ** (d / 2), "variance second moment"),
    ("03-symmetry", symmetry_in_place, "copy"),
    ("03-symmetry", noise_everywhere, "works least one weight per unit"),
    ("03-symmetry", one_draw_per_unit, "works least one of the units may stay"),
    ("03-symmetry", redrawn_columns, "works least single weight"),
    ("03-symmetry", same_draw_in_a_row, "same number together"),
    ("03-symmetry", lambda W, rng: W.copy(), "nothing changed"),
    ("03-symmetry", lambda W, rng: 0.5 * W + 0.1, "same way together"),
    ("03-symmetry", lambda W, rng: W * (1 + rng.random(W.shape[1])), "scaling 0"),
    ("03-symmetry", lambda W, rng: W + np.eye(*W.shape, dtype=W.dtype), "diagonal"),
    ("03-symmetry", lambda W, rng: W + 0.01 * np.random.randn(*W.shape), "generator np.random"),   # noqa: NPY002
])
def test_typical_wrong_answers_get_a_helpful_hint(name, f, words):
    verdict = examine(name, f)
    assert verdict.status == "wrong"
    assert all(word in verdict.hint for word in words.split()), verdict.text
