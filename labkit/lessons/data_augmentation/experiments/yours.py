"""A student's functions in the darkroom: what they make of a photograph, and of the pictures that a network is shown.

They know grey pictures (n, h, w). A photograph has three of them; each is changed with the same random numbers.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from labkit.checks import FLOAT, SHARE, check_int, in_range, lookup
from labkit.datasets import PATCH_CLASSES, photos
from labkit.exercises.answers import array_of, values_of
from labkit.fits import guard
from labkit.lessons.data_augmentation.experiments.photos import AugmentedBatch, framed

Array = np.ndarray
Change = Callable[[Array, int, np.random.Generator], Array]
VERSIONS, SIZE = 7, (176, 264)


@lru_cache(maxsize=1)
def shown_photos() -> dict[str, Array]:
    """The photographs that are classes of the patches, (h, w, 3) floats in [0, 1] each."""
    return {name: framed(photo, SIZE) for name, photo in photos().items() if name in PATCH_CLASSES}


def own_versions(f: Change, name: str, strength: int, called: str, *, draw: int = 1) -> AugmentedBatch:
    """Seven versions of the photograph `name`, each by x′ = f(x, strength, rng); `called` is the name of the strength.

    Raises AttemptError for an answer that is no array of the shape of x.
    """
    original, draw = lookup(shown_photos(), name, "own_versions"), check_int("own_versions", "draw", draw)
    x = np.stack([original] * VERSIONS)
    changed = [array_of(f(x[..., c].copy(), strength, np.random.default_rng(draw)), x.shape[:-1]) for c in range(3)]
    return AugmentedBatch(name, original, _shown(changed), np.ones(VERSIONS), [name] * VERSIONS, {called: strength})


def own_mixtures(f: Callable[..., Any], name: str, mix: float, *, draw: int = 1) -> AugmentedBatch:
    """Seven mixtures x̃, ỹ = f(x, y, m, partner) of the photograph with others, in which up to `mix` is another's.

    The shares are those of the student's labels ỹ. Raises AttemptError for answers of another shape.
    """
    scenes, mix = shown_photos(), in_range("own_mixtures", "mix", mix, SHARE)
    own = list(scenes).index(lookup({known: known for known in scenes}, name, "own_mixtures"))
    rng, others = np.random.default_rng(check_int("own_mixtures", "draw", draw)), np.delete(np.arange(len(scenes)), own)
    which = np.concatenate([[own] * VERSIONS, np.arange(len(scenes))])
    partner = np.arange(len(which))
    partner[:VERSIONS] = VERSIONS + rng.choice(others, VERSIONS)
    m = np.ones(len(which), FLOAT)
    m[:VERSIONS] -= mix * rng.random(VERSIONS).astype(FLOAT)
    x, y = np.stack(list(scenes.values()))[which], np.eye(len(scenes), dtype=FLOAT)[which]
    answers = [values_of(f(x[..., c].copy(), y.copy(), m.copy(), partner.copy()), ("x̃", "ỹ")) for c in range(3)]
    mixed = [array_of(answer[0], x.shape[:-1], "x̃")[:VERSIONS] for answer in answers]
    share = array_of(answers[0][1], y.shape, "ỹ")[:VERSIONS, own]
    return AugmentedBatch(name, x[0], _shown(mixed), share, [[*scenes][i] for i in which[partner[:VERSIONS]]],
                          {"mix": mix})


def _shown(channels: list[Array]) -> Array:
    return np.clip(np.nan_to_num(np.stack(channels, axis=-1)), 0, 1)


def two_ways(labkits: Change, yours: Change, strength: Callable[[], int], shape: tuple[int, int],
             rng: np.random.Generator) -> Callable[[Array, Array], tuple[Array, Array]]:
    """The change of a batch (2, batch, h · w) of two networks: the first by the one function, the second by the other.

    Both begin with the same random numbers. Raises AttemptError for an answer that is no array of the shape of x.
    """
    seed = int(rng.integers(2**31))
    own = [(f, np.random.default_rng(seed)) for f in (labkits, yours)]

    def change(x: Array, y: Array) -> tuple[Array, Array]:
        pictures = x.reshape(*x.shape[:2], *shape)
        changed = [array_of(f(picture.copy(), strength(), r), picture.shape)
                   for (f, r), picture in zip(own, pictures, strict=True)]
        return np.stack(changed).reshape(x.shape).astype(x.dtype), y

    return change


guard(__name__)
