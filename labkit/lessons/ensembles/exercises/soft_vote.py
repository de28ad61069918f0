"""Exercise: soft vote."""

import numpy as np

from labkit.exercises.exercise import Exercise

Array = np.ndarray


def soft_vote(p: Array) -> Array:
    """The class with the highest mean probability over the models: (models, examples, classes) → (examples,)."""
    return p.mean(axis=0).argmax(axis=-1)


def hard_vote(p: Array) -> Array:
    """The mistake of counting votes: the class that most models choose."""
    votes = p.argmax(axis=-1)
    return (votes[..., None] == np.arange(p.shape[-1])).sum(axis=0).argmax(axis=-1)


def _opinions(seed: int, shape: tuple[int, int, int]) -> Array:
    z = 1.5 * np.random.default_rng(seed).standard_normal(shape)
    p = np.exp(z)
    return p / p.sum(axis=-1, keepdims=True)


SOFT_VOTE = Exercise(
    reference=soft_vote,
    cases=[(np.array([[[0.6, 0.4], [0.9, 0.1]], [[0.6, 0.4], [0.4, 0.6]], [[0.1, 0.9], [0.4, 0.6]]]),),
           (_opinions(1, (5, 40, 4)),),
           (_opinions(2, (3, 60, 10)),), (_opinions(3, (8, 30, 3)),)],
    tested="the classes of 132 examples, for which a majority would often have decided otherwise.",
    hints=(
        "Each model gives probabilities. What do you do first: choose a class for each model, or bring the models "
        "together?",
        "First the mean over the models, so that a model that is sure counts for more than one that wavers. Then "
        "the class with the highest mean.",
        "p.mean along the axis of the models (which number has it?), then argmax along the last axis.",
    ),
    mistakes={
        "that is the majority vote: each model's uncertainty is lost. Average the probabilities first, then take "
        "argmax.":
            hard_vote,
        "first the mean, then argmax: a mean of class numbers is no class (halfway between a 2 and an 8 lies "
        "no 5).":
            lambda p: p.argmax(axis=-1).mean(axis=0),
        "a mean of class numbers is no class, rounded or not (halfway between a 2 and an 8 lies no 5).":
            lambda p: np.rint(p.argmax(axis=-1).mean(axis=0)).astype(int),
        "that is the most confident single model; all of them are to be heard: average first.":
            lambda p: p.max(axis=0).argmax(axis=-1),
        "that is the product of the probabilities (the mean of their logarithms): one model that says 0 decides alone. "
        "Take the mean of the probabilities.":
            lambda p: np.log(p).mean(axis=0).argmax(axis=-1),
        "those are the mean probabilities; which class has the highest?":
            lambda p: p.mean(axis=0),
        "that is the median over the models; the mean also hears how sure each of them is.":
            lambda p: np.median(p, axis=0).argmax(axis=-1),
        "that is the class with the LOWEST mean probability: argmax, not argmin.":
            lambda p: p.mean(axis=0).argmin(axis=-1),
        "classes are counted from 0, as argmax does: do not add 1.":
            lambda p: soft_vote(p) + 1,
        "that is the first model alone.":
            lambda p: p[0].argmax(axis=-1),
        "the mean must run over the models, axis 0.":
            lambda p: p.mean(axis=1).argmax(axis=-1),
    },
)
