"""Images as sums of eigen-images: what do the first k keep of them, and what does whitening do to noise?

Symbols: λ (d,) the variances along the components, ε what whitening adds to them, s the std of the noise.
"""

import math
from typing import NamedTuple

import numpy as np

from labkit.checks import FLOAT, NOT_NEGATIVE, Range, check_int, check_table, in_range, streams
from labkit.fits import guard
from labkit.lessons.preprocessing.experiments.conditioning import noise_share
from labkit.preprocess import PCA, Whitener

Array = np.ndarray


class Reconstruction(NamedTuple):
    """Pictures and what the first k components keep of them.

    originals, rebuilt (m, h, w), black and white at `ends`; components (m, h, w): the first m − 1 eigen-images and the
    k-th, 0 for those that are not kept; explained (d,): the share of the variance that the first 1, 2, …, d keep.
    """

    k: int
    originals: Array
    ends: tuple[float, float]
    rebuilt: Array
    components: Array
    explained: Array


class WhitenedImages(NamedTuple):
    """Noisy pictures before and after whitening, all (m, h, w), and what happens to every direction, all (d,).

    `noise_std` is the standard deviation s of the noise in the pictures, `ends` are their black and white.
    `variances` are λ; `signal` = λ/(λ + ε) and `noise` = s²/(λ + ε) what whitening makes of them and of the
    noise; `share` is the noise's part of the whole variance, after and before whitening.
    """

    eps: float
    noise_std: float
    pictures: Array
    ends: tuple[float, float]
    pca: Array
    zca: Array
    variances: Array
    signal: Array
    noise: Array
    share: tuple[float, float]


class Sweep(NamedTuple):
    """What a classifier learns from pictures whitened with ε₁ < ε₂ < …: (epsilons,).

    accuracy on new images and loss at the end of training, both (epsilons, runs); of pictures that were centred only,
    centred_accuracy and centred_loss, (runs,).
    """

    epsilons: Array
    accuracy: Array
    loss: Array
    centred_accuracy: Array
    centred_loss: Array


class SweptImages(NamedTuple):
    """Pictures (m, h, w) before and after whitening with ε, and the mean accuracy and loss at this ε.

    The two are read from the line through the measured ones of `sweep`.
    """

    eps: float
    pictures: Array
    ends: tuple[float, float]
    zca: Array
    accuracy: float
    loss: float
    sweep: Sweep


def swept_images(pca: PCA, images: Array, sweep: Sweep, eps: float) -> SweptImages:
    """Square images (m, d) whitened with `eps`, and what a classifier makes of such images; ε within the sweep's."""
    low, high = float(sweep.epsilons[0]), float(sweep.epsilons[-1])
    eps = in_range("swept_images", "eps", eps, Range(low, high))
    whitened = whiten_noisy(pca, images, eps, 0.0)
    accuracy, loss = (float(np.interp(math.log(eps), np.log(sweep.epsilons), runs.mean(axis=1)))
                      for runs in (sweep.accuracy, sweep.loss))
    return SweptImages(eps, whitened.pictures, whitened.ends, whitened.zca, accuracy, loss, sweep)


def reconstruct(pca: PCA, images: Array, k: int) -> Reconstruction:
    """What the first k components of a fitted PCA keep of square images (m, d), with the components themselves.

    Raises ValueError unless 1 ≤ k ≤ d and the images are square, m ≤ d.
    """
    images = _square_images("reconstruct", pca, images)
    if check_int("reconstruct", "k", k) > len(pca.components):
        raise ValueError(f"reconstruct: k is {k}, but the PCA has {len(pca.components)} components.")
    first = pca.first(k)
    m = len(images)
    axes = np.zeros_like(images, pca.components.dtype)
    axes[:min(k, m - 1)] = pca.components[:min(k, m - 1)]
    if k >= m:
        axes[-1] = pca.components[k - 1]
    return Reconstruction(k, _square(images), _ends(images), _square(first.inverse(first.transform(images))),
                          _square(axes), np.cumsum(pca.explained))


def whiten_noisy(pca: PCA, images: Array, eps: float, noise: float, *, seed: int = 0) -> WhitenedImages:
    """Square images (m, d) with added white noise of std `noise`, whitened with the statistics of a fitted PCA."""
    images, noise = _square_images("whiten_noisy", pca, images), in_range("whiten_noisy", "noise", noise, NOT_NEGATIVE)
    whitener = Whitener(eps)
    whitener.pca = pca
    noisy = images + FLOAT(noise) * streams(seed).noise.standard_normal(images.shape, dtype=FLOAT)
    z = whitener.transform(noisy)
    gain = 1 / (pca.variances + eps)
    share = [noise_share(pca.variances, noise, eps=e) for e in (eps, math.inf)]
    return WhitenedImages(eps, noise, _square(noisy), _ends(images), _square(z), _square(z @ pca.components),
                          pca.variances, pca.variances * gain, noise**2 * gain, tuple(share))


def _square_images(owner: str, pca: PCA, images: Array) -> Array:
    if not isinstance(pca, PCA):
        raise TypeError(f"{owner}: pca is {pca!r}; expected a fitted PCA, as in lk.PCA().fit(images).")
    images = check_table(owner, images, name="images")
    m, d = images.shape
    if math.isqrt(d) ** 2 != d or not 1 <= m <= d:
        raise ValueError(f"{owner}: images has shape {images.shape}; expected square images, one per row, such as "
                         "(6, 784), and at least one.")
    return images


def _square(rows: Array) -> Array:
    """Rows (m, s²) as pictures (m, s, s)."""
    side = math.isqrt(rows.shape[1])
    return rows.reshape(-1, side, side)


def _ends(images: Array) -> tuple[float, float]:
    """Black and white: the extremes of the images, or if they have negative entries a range around 0."""
    low, high = float(images.min()), float(images.max())
    return (low, high) if low >= 0 else (-max(-low, high), max(-low, high))


guard(__name__)
