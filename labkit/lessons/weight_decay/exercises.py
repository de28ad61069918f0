"""Exercises of notebook 07: the gradient of a penalised loss, the soft threshold, Adam with decoupled decay."""

from collections.abc import Callable
from typing import Any

import numpy as np

from labkit.exercises.exercise import Exercise, Function
from labkit.exercises.walks import adam, walked
from labkit.regularizers import soft_threshold

Array = np.ndarray


# ------------------------------------------------------------------------------------------------ penalised gradient
def penalised_gradient(w: Array, b: float, x: Array, y: Array, lam: float) -> tuple[Array, float]:
    """The gradient (dw, db) of mean (xw + b − y)² + λ/2 ‖w‖²: the bias is not penalised."""
    error = x @ w + b - y
    return 2 * x.T @ error / len(y) + lam * w, 2 * error.mean()


def _data(seed: int, n: int, d: int) -> tuple[Array, float, Array, Array]:
    rng = np.random.default_rng(seed)
    return rng.standard_normal(d), 1.5, rng.standard_normal((n, d)), rng.standard_normal(n)


def _with(penalty: Function, on_bias: Function = lambda b, lam: 0.0, scale: float = 2.0) -> Function:
    """The mistake of adding penalty(w, lam), and on_bias(b, lam), to the gradient of the data."""
    def f(w: Array, b: float, x: Array, y: Array, lam: float) -> tuple[Array, float]:
        error = x @ w + b - y
        return scale * x.T @ error / len(y) + penalty(w, lam), scale * error.mean() + on_bias(b, lam)
    return f


PENALTY = Exercise(
    reference=penalised_gradient,
    cases=[(np.array([2.0]), 1.0, np.array([[1.0], [3.0]]), np.array([1.0, 5.0]), 0.5), (*_data(0, 8, 3), 0.5),
           (*_data(1, 5, 7), 2.0), (*_data(2, 20, 2), 0.0)],
    tested="dw and db of four problems: λ = 0.5, λ = 2 with more weights than examples, and λ = 0.",
    returns=("dw", "db"),
    hints=(
        "The loss is a sum of two parts, and so is its gradient. Which part knows the data, and which of w and b "
        "does the other part know?",
        "Let error = x @ w + b − y. A mean of error² has the gradient 2·mean(error · what stands before the "
        "parameter): x for w, 1 for b. And λ/2·‖w‖² has the gradient λw.",
        "dw is 2 * x.T @ error / (number of examples) plus one term with lam. db is twice a mean, and there is no "
        "lam in it. Return dw, db.",
    ),
    mistakes={
        "the penalty is missing: ∂/∂w of λ/2 ‖w‖² is λw.": _with(lambda w, lam: 0.0),
        "with the ½ in λ/2 ‖w‖² the derivative is λw, not 2λw.": _with(lambda w, lam: 2 * lam * w),
        "the ½ disappears: the derivative of λ/2 w² is λw.": _with(lambda w, lam: lam * w / 2),
        "the bias is not penalised: db comes from the data alone.":
            _with(lambda w, lam: lam * w, lambda b, lam: lam * b),
        "that is the gradient of L1, λ sign(w); here the penalty is the squared L2 norm.":
            _with(lambda w, lam: lam * np.sign(w)),
        "λw is added, not subtracted: the gradient points uphill, and a larger w costs more.":
            _with(lambda w, lam: -lam * w),
        "where is λ? The penalty's gradient is λw.": _with(lambda w, lam: w),
        "‖w‖² is squared; yours is the gradient of λ ‖w‖ without the square.":
            _with(lambda w, lam: lam * w / np.linalg.norm(w)),
        "a mean, not a sum: divide the data's part by the number of examples.":
            lambda w, b, x, y, lam: (2 * x.T @ (x @ w + b - y) + lam * w, 2 * (x @ w + b - y).sum()),
        "the error is prediction − y; with y − prediction the data's part of the gradient points the other way.":
            _with(lambda w, lam: lam * w, scale=-2.0),
        "the prediction is x @ w + b; the b is missing.":
            lambda w, b, x, y, lam: penalised_gradient(w, 0.0, x, y, lam),
        "the 2 of the squared error is missing; only the penalty has a ½ in front.":
            _with(lambda w, lam: lam * w, scale=1.0),
        "the penalty is not divided by the number of examples.":
            lambda w, b, x, y, lam: _with(lambda w, lam: lam * w / len(y))(w, b, x, y, lam),
    },
)


# ------------------------------------------------------------------------------------------------ soft threshold
THRESHOLD = Exercise(
    reference=soft_threshold,
    cases=[(np.array([-3.0, -0.5, 0.0, 0.5, 3.0]), 1.0), (np.array([[0.2, -0.7], [1.4, -0.1]]), 0.3),
           (np.array([-2.0, 1.0]), 0.0), (np.array([1.0, -1.0]), 1.0)],
    tested="large and small entries of both signs, a matrix, t = 0, and entries of exactly t.",
    hints=(
        "Think of one number: what becomes of 3 with t = 1, of −3, and of 0.5?",
        "Sign and size are treated apart: the size shrinks by t, but never below 0; the sign is put back "
        "afterwards.",
        "The size is np.maximum(np.abs(theta) - t, …). Which function gives −1, 0 or 1 for the sign? Multiply the "
        "two.",
    ),
    mistakes={
        "small entries have crossed zero: where |θ| < t the result is 0, so take max(|θ| − t, 0).":
            lambda theta, t: theta - t * np.sign(theta),
        "small entries came out with the other sign or negative size: |θ| − t must not fall below 0.":
            lambda theta, t: np.abs(theta) - t,
        "the sign is lost: multiply max(|θ| − t, 0) by sign(θ).":
            lambda theta, t: np.maximum(np.abs(theta) - t, 0),
        "that is the HARD threshold, which leaves the large entries where they are; the soft one pulls them by t too.":
            lambda theta, t: np.where(np.abs(theta) > t, theta, 0.0),
        "that is the HARD threshold: it leaves the large entries where they are, and those of exactly t; the soft one "
        "pulls all of them by t.":
            lambda theta, t: np.where(np.abs(theta) >= t, theta, 0.0),
        "without the absolute value negative entries are lost: sign(θ) · max(|θ| − t, 0).":
            lambda theta, t: np.maximum(theta - t, 0),
        "that cuts the LARGE entries to ±t; the soft threshold cuts the small ones to 0. It is θ minus what you have.":
            lambda theta, t: np.clip(theta, -t, t),
        "that shrinks in proportion, as L2 does, and never reaches 0; L1 subtracts t.":
            lambda theta, t: theta / (1 + t),
        "max(|θ| − t, 0) is right, but the sign was put back by multiplying with θ; use np.sign(θ).":
            lambda theta, t: theta * np.maximum(np.abs(theta) - t, 0),
        "|θ| PLUS t pushes away from zero.": lambda theta, t: np.sign(theta) * (np.abs(theta) + t),
        "the factor 1 − t shrinks in proportion; the soft threshold subtracts t.":
            lambda theta, t: theta * (1 - t),
    },
)


# ------------------------------------------------------------------------------------------------ AdamW
def plain_adam(theta: Array, g: Array, state: Any, lr: float) -> tuple[Array, Any]:
    """Adam's step with the usual β₁, β₂ and ε, as the student is handed it: the new θ and state."""
    return adam(theta, g, state, lr, 0.9, 0.999, 1e-8)


def adamw(theta: Array, g: Array, state: Any, lr: float, lam: float, adam: Function) -> tuple[Array, Any]:
    """Adam's step, and beside it θ shrinks by lr·λθ. Loshchilov & Hutter 2019, arXiv:1711.05101."""
    new, state = adam(theta, g, state, lr)
    return new - lr * lam * theta, state


def decay_walk(f: Function, theta: Array, gradients: Array, lr: float, lam: float) -> Array:
    """The points of a walk that begins with the state m = 0, v = 0, t = 0."""
    nothing = np.zeros_like(theta)
    return walked(f, theta, gradients, (nothing, nothing.copy(), 0), (lr, lam, plain_adam))[0]


def _draws(seed: int, steps: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    return rng.standard_normal(3), rng.standard_normal((steps, 3)) * np.array([0.1, 1, 10])


def _beside(decay: Callable[[Array, Array, float, float], Array]) -> Function:
    """The mistake of moving by decay(θ before, θ after Adam's step, lr, λ) beside Adam's step."""
    def f(theta: Array, g: Array, state: Any, lr: float, lam: float, adam: Function) -> tuple[Array, Any]:
        new, state = adam(theta, g, state, lr)
        return new + decay(theta, new, lr, lam), state
    return f


ADAMW = Exercise(
    reference=adamw,
    use=decay_walk,
    gives=("theta", "state"),
    cases=[(np.ones(1), np.array([[2.0], [2.0]]), 0.1, 0.5), (*_draws(0, 8), 0.1, 0.5), (*_draws(1, 5), 0.01, 2.0),
           (*_draws(2, 4), 0.1, 0.0)],
    tested="the same points as lk.AdamW(lr, weight_decay=lam) in four walks of 2, 8, 5 and 4 steps, λ = 0.5, 2 and 0.",
    hints=(
        "Decoupled means: Adam must not see the decay at all. What do you hand to adam, and what do you do beside "
        "it?",
        "Let adam make its step with the plain gradient g. The decay takes lr·λ·θ away, with the θ from before the "
        "step.",
        "new, state = adam(theta, g, state, lr). Then return new minus a product of three, and the state. Which "
        "theta stands in the product?",
    ),
    mistakes={
        "that is Adam without any decay: subtract lr·λθ as well.":
            _beside(lambda theta, new, lr, lam: 0 * theta),
        "λθ went into the gradient, so it is divided by √v̂ like the rest: that is Adam with an L2 penalty. Decoupled "
        "decay stands beside Adam's step.":
            lambda theta, g, state, lr, lam, adam: adam(theta, g + lam * theta, state, lr),
        "the decay is multiplied by the learning rate too: lr·λθ.":
            _beside(lambda theta, new, lr, lam: -lam * theta),
        "the decay makes θ smaller: subtract lr·λθ, do not add it.":
            _beside(lambda theta, new, lr, lam: lr * lam * theta),
        "you shrank θ after the step; the θ from BEFORE the step decays: subtract lr·λ·theta from the new θ.":
            _beside(lambda theta, new, lr, lam: -lr * lam * new),
        "with sign(θ) it is a decay for L1; L2's is in proportion to θ.":
            _beside(lambda theta, new, lr, lam: -lr * lam * np.sign(theta)),
        "twice too much: the ½ of λ/2 ‖θ‖² makes the decay lr·λθ, not 2 lr·λθ.":
            _beside(lambda theta, new, lr, lam: -2 * lr * lam * theta),
        "λθ must not go into adam AND beside it: decoupled means beside it only.":
            lambda theta, g, state, lr, lam, adam: (
                adam(theta, g + lam * theta, state, lr)[0] - lr * lam * theta,
                adam(theta, g + lam * theta, state, lr)[1]),
        "the state does not remember: return the NEW state that adam hands you.":
            lambda theta, g, state, lr, lam, adam: (adamw(theta, g, state, lr, lam, adam)[0], state),
    },
)

EXERCISES = {"07-penalty": PENALTY, "07-soft-threshold": THRESHOLD, "07-adamw": ADAMW}
