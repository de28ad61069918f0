"""Exercise: how many."""

import math

from labkit.exercises.exercise import Exercise


def models_needed(v: float, c: float, goal: float) -> float:
    """The smallest k with v/k + (k − 1)c/k ≤ goal: k ≥ (v − c)/(goal − c); infinite if goal ≤ c < v.

    The quotient may come out a hair above a whole number, (1 − 0.2)/(0.3 − 0.2) as 8.000000000000002.
    """
    if goal >= v:
        return 1
    return math.ceil((v - c) / (goal - c) - 1e-9) if goal > c else math.inf


NEEDED = Exercise(
    reference=models_needed,
    cases=[(1.0, 0.0, 0.1), (2.0, 1.0, 1.25), (1.0, 0.5, 0.521), (0.5, 0.2, 0.2105), (3.0, 0.7, 1.0), (1.0, 0.5, 0.4),
           (1.0, 0.5, 0.5), (0.9, 0.3, 1.0), (0.8, 0.3, 0.8), (1.0, 0.5, 0.5003), (1.0, 0.5, 0.72)],
    tested="eleven triples of v, c and goal, among them goals that one model reaches, and goals that no number of "
           "models reaches (np.inf).",
    hints=(
        "Rewrite v/k + (k − 1)c/k as c + (v − c)/k: which part shrinks with k, and which one stays whatever you "
        "do?",
        "There are three situations: one model is enough already; the goal is not above c, the part that stays; in "
        "between, solve (v − c)/k ≤ goal − c for k.",
        "In between, k ≥ (v − c)/(goal − c), and k is the smallest whole number that is not below it: np.ceil. "
        "Before that, two ifs: one returns 1, the other np.inf.",
    ),
    mistakes={
        "v/k is for uncorrelated errors only: put v/k + (k − 1)c/k ≤ goal and solve for k.":
            lambda v, c, goal: math.ceil(v / goal),
        "v/k is for uncorrelated errors only: put v/k + (k − 1)c/k ≤ goal, solve for k, and round up.":
            lambda v, c, goal: v / goal,
        "k is a whole number of models: round UP.":
            lambda v, c, goal: 1 if goal >= v else (v - c) / (goal - c) if goal > c else math.inf,
        "rounded down, the goal is just missed: round up.":
            lambda v, c, goal: 1 if goal >= v else math.floor((v - c) / (goal - c)) if goal > c else math.inf,
        "rounded down plus 1 is one too many where the division comes out whole: use np.ceil.":
            lambda v, c, goal: 1 if goal >= v else math.floor((v - c) / (goal - c)) + 1 if goal > c else math.inf,
        "c is the limit for many models: a goal at or below c is out of reach for any k; return np.inf there.":
            lambda v, c, goal: 1 if goal >= v else math.ceil((v - c) / (goal - c)) if goal != c else math.inf,
        "solve for k once more: k(goal − c) ≥ v − c, not v.":
            lambda v, c, goal: 1 if goal >= v else math.ceil(v / (goal - c)) if goal > c else math.inf,
        "you stop trying too early: a goal just above c takes very many models. Solve for k instead of counting.":
            lambda v, c, goal: models_needed(v, c, goal) if models_needed(v, c, goal) < 500 else math.inf,
        "if no number of models is enough, return np.inf.":
            lambda v, c, goal: models_needed(v, c, goal) if goal > c or goal >= v else -1,
        "if no number of models is enough, return np.inf, not 0.":
            lambda v, c, goal: models_needed(v, c, goal) if goal > c or goal >= v else 0,
        "if no number of models is enough, return np.inf (infinity), not NaN.":
            lambda v, c, goal: models_needed(v, c, goal) if goal > c or goal >= v else math.nan,
        "at least one model is needed: a goal above v is reached by 1.":
            lambda v, c, goal: math.ceil((v - c) / (goal - c) - 1e-9) - (goal > v) if goal > c else math.inf,
        "one model more than needed: is v/k + (k − 1)c/k ≤ goal already true for k − 1?":
            lambda v, c, goal: models_needed(v, c, goal) + 1,
    },
)
