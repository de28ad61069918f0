"""Where the walks begin, and the gradients on their way."""

import numpy as np

Array = np.ndarray


def draw(seed: int, steps: int, *, steep: float) -> tuple[Array, Array]:
    """A start and gradients of three parameters, the last one `steep` times as large as the first."""
    rng = np.random.default_rng(seed)
    return rng.standard_normal(3), rng.standard_normal((steps, 3)) * np.geomspace(1, steep, 3)


def by_hand(*gradients: float) -> tuple[Array, Array]:
    """One parameter that begins at 1, and these gradients: a walk to follow with a pencil."""
    return np.ones(1), np.array(gradients)[:, None]
