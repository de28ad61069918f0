"""Exercise: prediction."""

import math

from labkit.exercises.exercise import Exercise


def relu_rms(weight_std: float, width: int, depth: int) -> float:
    """√E[h²] after `depth` ReLU layers on unit-Gaussian input: (σ √(n/2))^depth. He et al. 2015, section 2.2."""
    return (weight_std * math.sqrt(width / 2)) ** depth


def centred_relu_rms(weight_std: float, width: int, depth: int) -> float:
    """The mistake of passing on the variance of a rectified Gaussian, (1/2 − 1/2π) q, for its second moment q/2."""
    return (weight_std * math.sqrt(width * (1 / 2 - 1 / (2 * math.pi)))) ** depth


PREDICT = Exercise(
    reference=relu_rms,
    cases=[(0.05, 500, 10), (0.06, 500, 10), (0.2, 300, 3), (0.01, 200, 1), (0.2, 50, 30)],
    tested="your prediction is right for five networks, 1 to 30 layers deep: dying, steady, exploding.",
    hints=(
        "What does one layer do to E[h²]? Once you know the factor of one layer, how often does it act?",
        "A unit sums `width` products, so its variance is width · σ² · E[h²], and ReLU keeps half of it. That is "
        "the factor for E[h²]; the rms is the square root of E[h²], and gets the root of the factor.",
        "One layer multiplies the rms by weight_std times the square root of a fraction with width in it. The "
        "input has rms 1, and the factor acts `depth` times: which operation repeats a multiplication?",
    ),
    mistakes={
        "the half is missing: ReLU keeps E[h²] = q/2, so each layer multiplies the second moment by n·σ²/2, not n·σ².":
            lambda weight_std, width, depth: (weight_std * math.sqrt(width)) ** depth,
        "that is the second moment E[h²]; the rms is its square root.":
            lambda weight_std, width, depth: (weight_std**2 * width / 2) ** depth,
        "std for variance: the recursion needs σ² = weight_std², and you put weight_std in its place.":
            lambda weight_std, width, depth: math.sqrt(weight_std * width / 2) ** depth,
        "std for variance: the recursion needs σ² = weight_std², and you put weight_std in its place "
        "(and the rms is the square root of E[h²]).":
            lambda weight_std, width, depth: (weight_std * width / 2) ** depth,
        "one layer too few: the input is layer 0, so layer `depth` has seen `depth` weight matrices.":
            lambda weight_std, width, depth: relu_rms(weight_std, width, depth - 1),
        "one layer too many: the input is layer 0, so layer `depth` has seen `depth` weight matrices.":
            lambda weight_std, width, depth: relu_rms(weight_std, width, depth + 1),
        "that is a single layer; the factor acts once per layer, `depth` times in all.":
            lambda weight_std, width, depth: relu_rms(weight_std, width, 1),
        "the factors of the layers multiply, they do not add: take the power `depth`.":
            lambda weight_std, width, depth: depth * relu_rms(weight_std, width, 1),
        "where is the width? A unit sums `width` products, so its variance is width·σ²·E[h²].":
            lambda weight_std, width, depth: (weight_std / math.sqrt(2)) ** depth,
        "the half belongs under the square root: it halves E[h²], not the rms.":
            lambda weight_std, width, depth: (weight_std * math.sqrt(width) / 2) ** depth,
        "that is the standard deviation of h; the rms is larger, because behind ReLU the mean is not 0.":
            lambda weight_std, width, depth: relu_rms(weight_std, width, depth) * math.sqrt(1 - 1 / math.pi),
        "that holds for Xavier's std 1/√n only; the answer depends on weight_std and width.":
            lambda weight_std, width, depth: 2 ** (-depth / 2),
        "you passed on the variance of h; the next layer feels its second moment E[h²] = q/2, mean included.":
            centred_relu_rms,
    },
)
