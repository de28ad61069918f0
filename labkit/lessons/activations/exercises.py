"""Exercises of notebook 01: the slopes of the sigmoid and of ELU, and leaky ReLU on its way back."""

import numpy as np

from labkit.exercises.exercise import Exercise

Array = np.ndarray


def sigmoid(x: Array) -> Array:
    """σ(x) = 1/(1 + e⁻ˣ), for cases that do not overflow."""
    return 1 / (1 + np.exp(-x))


def drawn(seed: int, *shape: int, scale: float = 1.0) -> Array:
    """Numbers of both signs, float32, none of them 0."""
    return scale * np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)


# ------------------------------------------------------------------------------------------------ sigmoid
def sigmoid_slope(y: Array) -> Array:
    """σ'(x) = y(1 − y), where y = σ(x)."""
    return y * (1 - y)


def logit(y: Array) -> Array:
    """The x with σ(x) = y."""
    return np.log(y / (1 - y))


SIGMOID = Exercise(
    reference=sigmoid_slope,
    cases=[(sigmoid(np.array([0.0, 2.0, 5.0], np.float32)),), (sigmoid(drawn(1, 4, 3, scale=3.0)),)],
    tested="σ' from the output alone: at the outputs of x = 0, 2, 5 and of twelve random inputs.",
    hints=(
        "Write σ(x) = 1/(1 + e^(−x)) and take its derivative. Can you find σ itself in what comes out?",
        "The derivative is a product of two fractions, 1/(1 + e^(−x)) and e^(−x)/(1 + e^(−x)). The first is y. "
        "What do the two add up to?",
        "The two factors add up to 1. One of them is y, so the other one is …? Return their product. For y = 0.5 "
        "it should give 0.25.",
    ),
    mistakes={
        "y is the OUTPUT already, y = σ(x); you applied σ to it once more.":
            lambda y: sigmoid(y) * (1 - sigmoid(y)),
        "1 − y² is the slope of tanh; the sigmoid has another rule, find it from 1/(1 + e⁻ˣ).":
            lambda y: 1 - y**2,
        "the sign: σ rises everywhere, so its slope is positive.":
            lambda y: y * (y - 1),
        "that is y(1 + y), which grows beyond 1; check the sign of y inside the bracket.":
            lambda y: y * (1 + y),
        "that is 1 − y alone; the other factor, y, is missing.":
            lambda y: 1 - y,
        "that is y alone, the output itself; the slope falls again where y comes near 1: the factor 1 − y is missing.":
            lambda y: y + 0,
        "that is the slope of the inverse function, dx/dy; dy/dx is one over it.":
            lambda y: 1 / (y * (1 - y)),
        "you undid the sigmoid: that is x. The slope needs no x, only y.":
            logit,
        "only half of it: the product rule, or y(1 − y) directly, gives y − y², not y².":
            lambda y: y**2,
    },
)


# ------------------------------------------------------------------------------------------------ ELU
def elu_slope(x: Array, alpha: float) -> Array:
    """1 for x > 0, else α eˣ. Clevert et al. 2015, arXiv:1511.07289."""
    return np.where(x > 0, np.float32(1), np.float32(alpha) * np.exp(np.minimum(x, 0)))


ELU = Exercise(
    reference=elu_slope,
    cases=[(np.array([-3.0, -1.0, -0.1, 0.5, 2.0], np.float32), 1.0),
           (np.array([-3.0, -1.0, -0.1, 0.5, 2.0], np.float32), 0.5),
           (np.array([-2.0, 0.0, 2.0], np.float32), 0.25), (drawn(2, 4, 3, scale=2.0), 1.7)],
    tested="1 for x > 0 and α eˣ for x ≤ 0, for α = 1, 0.5, 0.25 and 1.7.",
    hints=(
        "Treat the two sides apart: what is the slope of x for x > 0, and what is the slope of α(e^x − 1) for x ≤ "
        "0?",
        "On the left the −1 is a constant and drops out; the factor α stays. To choose a side for every entry of "
        "an array, use np.where(condition, value if true, value if false).",
        "np.where(x > 0, the constant slope of the line x, α times the derivative of e^x). To keep e^x from "
        "overflowing for large positive x, give np.exp the smaller of x and 0.",
    ),
    mistakes={
        "α is forgotten: for x < 0 the value is α(eˣ − 1), so the slope keeps the factor α.":
            lambda x, alpha: np.where(x > 0, 1, np.exp(x)),
        "that is ELU itself; its slope is asked for.":
            lambda x, alpha: np.where(x > 0, x, alpha * (np.exp(x) - 1)),
        "on the left that is the value α(eˣ − 1); the −1 is a constant and goes away in the slope.":
            lambda x, alpha: np.where(x > 0, 1, alpha * (np.exp(x) - 1)),
        "y + 1 is right for α = 1 only: with y = α(eˣ − 1) the slope α eˣ is y + α.":
            lambda x, alpha: np.where(x > 0, 1, alpha * (np.exp(x) - 1) + 1),
        "α alone is the slope of leaky ReLU; that of ELU dies away to the left like eˣ.":
            lambda x, alpha: np.where(x > 0, 1, alpha),
        "on the right ELU is x, so its slope is 1 there, not x.":
            lambda x, alpha: np.where(x > 0, x, alpha * np.exp(x)),
        "on the right ELU is x without any α, so its slope is 1 there, not α.":
            lambda x, alpha: np.where(x > 0, alpha, alpha * np.exp(np.minimum(x, 0))),
        "the two sides are swapped: 1 belongs to x > 0.":
            lambda x, alpha: np.where(x > 0, alpha * np.exp(x), 1),
        "α eˣ holds on the left only; on the right the slope is 1.":
            lambda x, alpha: alpha * np.exp(x),
        "0 on the left is the slope of ReLU; ELU still rises there.":
            lambda x, alpha: np.where(x > 0, 1.0, 0.0),
        "α is a factor, not a part of the exponent: α(eˣ − 1) has the slope α eˣ.":
            lambda x, alpha: np.where(x > 0, 1, np.exp(alpha * x)),
        "the derivative of e^(αx) would be α e^(αx); here α stands before eˣ and not in its exponent.":
            lambda x, alpha: np.where(x > 0, 1, alpha * np.exp(alpha * x)),
        "the sign in the exponent: for x < 0 the slope falls to 0, and e⁻ˣ grows.":
            lambda x, alpha: np.where(x > 0, 1, alpha * np.exp(-x)),
        "x = 0 belongs to the left piece, x ≤ 0: the slope is α there, and 1 only where x > 0.":
            lambda x, alpha: np.where(x >= 0, 1, alpha * np.exp(np.minimum(x, 0))),
        "that is right for one α only: take the argument alpha, not a number of your own.":
            lambda x, alpha: elu_slope(x, 0.5),
    },
)


# ------------------------------------------------------------------------------------------------ leaky ReLU
def leaky_backward(dy: Array, x: Array, alpha: float) -> Array:
    """∂L/∂x = ∂L/∂y · f'(x), with f' = 1 for x > 0, else α."""
    return dy * np.where(x > 0, np.float32(1), np.float32(alpha))


LEAKY = Exercise(
    reference=leaky_backward,
    cases=[(np.array([1.0, -2.0, 3.0, -4.0], np.float32), np.array([-1.0, 2.0, 0.5, -3.0], np.float32), 0.1),
           (np.array([2.0, -1.0, 3.0], np.float32), np.array([-0.5, 0.0, 1.0], np.float32), 0.2),
           (drawn(3, 4, 3), drawn(4, 4, 3), 0.01), (drawn(5, 2, 5), drawn(6, 2, 5), 0.3)],
    tested="dy passes where x > 0 and is multiplied by α elsewhere, whatever its sign; α = 0.1, 0.2, 0.01 and 0.3.",
    hints=(
        "Backward means chain rule: ∂L/∂x is the gradient that comes back times the slope of f. Where is that "
        "slope 1, and where is it α?",
        "The slope depends on x, the input of the forward pass, and not on the sign of dy. Where x > 0 the "
        "gradient passes unchanged, elsewhere it is made smaller by a factor.",
        "np.where(x > 0, what comes back unchanged, what comes back times the slope on the left). Neither branch "
        "contains x.",
    ),
    mistakes={
        "that is the slope f'(x) alone; the chain rule multiplies it by the gradient dy that comes back.":
            lambda dy, x, alpha: np.where(x > 0, 1, alpha),
        "the sign of x decides, not the sign of dy: the slope is taken where the forward pass was.":
            lambda dy, x, alpha: np.where(dy > 0, dy, alpha * dy),
        "dy and x are exchanged: dy comes back and is multiplied, x decides by what.":
            lambda dy, x, alpha: leaky_backward(x, dy, alpha),
        "that is ReLU's way back; leaky ReLU lets α · dy through where x < 0.":
            lambda dy, x, alpha: dy * (x > 0),
        "the two sides are swapped: α belongs to x < 0.":
            lambda dy, x, alpha: dy * np.where(x > 0, alpha, 1),
        "the two sides are swapped: α belongs to x < 0, and to x = 0 as well.":
            lambda dy, x, alpha: dy * np.where(x < 0, 1, alpha),
        "that multiplies by the output f(x); the way back multiplies by the slope f'(x), which is 1 or α.":
            lambda dy, x, alpha: dy * np.where(x > 0, x, alpha * x),
        "that is the forward pass f(x); dy does not occur in it.":
            lambda dy, x, alpha: np.where(x > 0, x, alpha * x),
        "where x < 0 you return α, without dy; the chain rule needs α · dy.":
            lambda dy, x, alpha: np.where(x > 0, dy, alpha),
        "where x < 0 you return α · x; the slope there is α, so α · dy comes back.":
            lambda dy, x, alpha: np.where(x > 0, dy, alpha * x),
        "dy came back unchanged: where x < 0 it must be multiplied by α.":
            lambda dy, x, alpha: dy + 0,
        "where x < 0 the slope is +α: the line still rises there.":
            lambda dy, x, alpha: dy * np.where(x > 0, 1, -alpha),
        "multiply by α where x < 0, do not divide by it.":
            lambda dy, x, alpha: dy * np.where(x > 0, 1, 1 / alpha),
        "1 − α is not the slope on the left; f(x) = αx there, so it is α.":
            lambda dy, x, alpha: dy * np.where(x > 0, 1, 1 - alpha),
        "x = 0 belongs to the left piece, x ≤ 0: α · dy comes back there, and dy only where x > 0.":
            lambda dy, x, alpha: dy * np.where(x >= 0, 1, alpha),
        "that is right for α = 0.1 only: take the argument alpha, not a number of your own.":
            lambda dy, x, alpha: leaky_backward(dy, x, 0.1),
        "that is right for α = 0.01 only: take the argument alpha, not a number of your own.":
            lambda dy, x, alpha: leaky_backward(dy, x, 0.01),
    },
)

EXERCISES = {"01-sigmoid": SIGMOID, "01-elu": ELU, "01-leaky": LEAKY}
