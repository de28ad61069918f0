"""The panels of notebook 02: a cloud on its way to white, pictures from few components, the price of whitening."""

import math

import numpy as np

from labkit.checks import streams
from labkit.datasets import gaussian_cloud
from labkit.lessons.preprocessing import experiments as conditioning
from labkit.lessons.preprocessing.figures.cloud import CloudPicture, Ground
from labkit.lessons.preprocessing.figures.components import (
    Rebuilt,
    RebuiltPicture,
    Whitened,
    WhitenedPicture,
)
from labkit.preprocess import PCA, Whitener
from labkit.widgets.controls import choice, int_slider, log_slider, slider
from labkit.widgets.explorer import Explorer, Target

Array = np.ndarray
MEAN, STD = (5.0, 7.0), 0.6
WALK = 30


def ground(at: float, route: str, correlation: float, scale: float, angle: float, *, n: int = 400,
           seed: int = 0) -> Ground:
    """The cloud with mean (5, 7) and standard deviations `scale` and 0.6 at a point of its route, and its valley."""
    x = gaussian_cloud(n, streams(seed).data, mean=MEAN, std=(scale, STD), correlation=correlation, angle=angle)
    stop = conditioning.journey(x, route, at)
    H = conditioning.hessian(stop.points)
    curvatures = np.linalg.eigvalsh(H)[[0, -1]]
    valley, kappa = np.diag(curvatures), conditioning.condition_number(H)
    walk = conditioning.descend(valley, np.ones(2), conditioning.best_rate(valley), WALK)
    whitened = conditioning.journey(x, "rotate, then scale", 3).points
    return Ground(stop, whitened[:, 0] > 0, conditioning.ROUTES[route], at, tuple(curvatures.tolist()), kappa, walk,
                  conditioning.steps_to(0.01, kappa), conditioning.journey(x, route, 0).covariance)


def marks(route: str) -> dict[str, float]:
    """The stations of a route by number."""
    return {name: float(at) for at, name in enumerate(conditioning.ROUTES[route])}


def cloud_explorer(route: str = "rotate, then scale", *, at: float = 0.0, correlation: float = 0.8, scale: float = 1.5,
                   angle: float = 0.0, target: Target | None = None) -> Explorer:
    """Step by step from raw to whitened: the cloud, its covariance, and gradient descent in the loss of a linear model.

    Ranges: at 0 to 4, correlation ±0.95, scale (the std of feature 1) 0.3 to 1.8, angle ±90 degrees.
    """
    controls = {
        "at": slider("step", at, low=0.0, high=4.0, steps=80, marks=marks(route), tooltip="drag: the steps are a film"),
        "correlation": slider("correlation", correlation, low=-0.95, high=0.95, steps=190, marks={"0": 0.0}),
        "scale": log_slider("scale of feature 1", scale, low=0.3, high=1.8,
                            tooltip="its standard deviation before the cloud is turned; feature 2 has 0.6"),
        "angle": slider("angle", angle, low=-90.0, high=90.0, steps=180, unit="°",
                        tooltip="turns the whole cloud about its mean"),
        "route": choice("route", route, list(conditioning.ROUTES)),
    }
    controls["route"].observe(lambda change: setattr(controls["at"], "marks", marks(change["new"])), "value")
    return Explorer(controls, ground, CloudPicture(), target=target)


# ------------------------------------------------------------------------------------------------ pictures
def rebuilt(pca: PCA, images: Array, k: int) -> Rebuilt:
    """What the first k components of a fitted PCA keep of square images (m, d), with the components themselves."""
    some = pca.first(k)
    shown = np.append(np.arange(len(images) - 1), k - 1)
    return Rebuilt(k, _square(images), _ends(images), _square(some.inverse(some.transform(images))),
                   _square(pca.components[shown]), np.cumsum(pca.explained))


def pca_explorer(pca: PCA, images: Array, *, k: int = 10, target: Target | None = None) -> Explorer:
    """Number of components k → the images rebuilt from them, the eigen-images, and how much variance is kept.

    `pca` is fitted with all components; images (m, d) are square pictures row by row, six of them fit well.
    """
    bar = int_slider("components k", k, low=1, high=len(pca.components))
    bar.layout.width = "90%"

    def compute(k: int) -> Rebuilt:
        return rebuilt(pca, images, k)

    return Explorer({"k": bar}, compute, RebuiltPicture(compute(k)), target=target)


def whitened(pca: PCA, images: Array, eps: float, noise: float, *, seed: int = 0) -> Whitened:
    """Square images (m, d) with added white noise, whitened with the statistics of a fitted PCA."""
    whitener = Whitener(eps)
    whitener.pca = pca
    noisy = images + np.float32(noise) * streams(seed).noise.standard_normal(images.shape, dtype=np.float32)
    z = whitener.transform(noisy)
    gain = 1 / (pca.variances + eps)
    share = [conditioning.noise_share(pca.variances, noise, eps=e) for e in (eps, math.inf)]
    return Whitened(eps, noise, _square(noisy), _ends(images), _square(z), _square(z @ pca.components), pca.variances,
                    pca.variances * gain, noise**2 * gain, tuple(share))


def whitening_explorer(pca: PCA, images: Array, *, eps: float = 0.1, noise: float = 0.02,
                       target: Target | None = None) -> Explorer:
    """ε and the noise in the images → PCA and ZCA whitening side by side, and who wins along each component.

    Ranges: ε 1e-6 to 10, noise 0 to 0.1 of the range from black to white.
    """
    controls = {
        "eps": log_slider("ε", eps, low=1e-6, high=10.0, tooltip="added to every variance before the division"),
        "noise": slider("noise", noise, low=0.0, high=0.1,
                        tooltip="standard deviation of what is added to every pixel; black to white is 1"),
    }

    def compute(eps: float, noise: float) -> Whitened:
        return whitened(pca, images, eps, noise)

    return Explorer(controls, compute, WhitenedPicture(compute(eps, noise)), target=target)


def _square(rows: Array) -> Array:
    """Rows (m, s²) as pictures (m, s, s)."""
    side = math.isqrt(rows.shape[1])
    return rows.reshape(-1, side, side)


def _ends(images: Array) -> tuple[float, float]:
    """Black and white: the extremes of the images, or if they have negative entries a range around 0."""
    low, high = float(images.min()), float(images.max())
    return (low, high) if low >= 0 else (-max(-low, high), max(-low, high))
