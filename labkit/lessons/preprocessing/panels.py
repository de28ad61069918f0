"""The panels of notebook 02: a cloud on its way to white, pictures from few components, the price of whitening."""

import numpy as np

from labkit.fits import guard
from labkit.lessons.preprocessing.experiments import (
    PIPELINES,
    Reconstruction,
    Sweep,
    SweptImages,
    WhitenedImages,
    cloud,
    reconstruct,
    swept_images,
    whiten_noisy,
)
from labkit.lessons.preprocessing.figures.cloud import CloudPicture
from labkit.lessons.preprocessing.figures.components import (
    EpsilonPicture,
    ReconstructionPicture,
    WhitenedImagesPicture,
)
from labkit.preprocess import PCA
from labkit.widgets.controls import choice, int_slider, log_slider, slider
from labkit.widgets.explorer import Explorer, Target

Array = np.ndarray


def marks(route: str) -> dict[str, float]:
    """The stages of a pipeline by number."""
    return {name: float(at) for at, name in enumerate(PIPELINES[route])}


def cloud_explorer(route: str = "rotate, then scale", *, at: float = 0.0, correlation: float = 0.8, scale: float = 1.5,
                   angle: float = 0.0, target: Target | None = None) -> Explorer:
    """Step by step from raw to whitened: the cloud, its covariance, and gradient descent in the loss of a linear model.

    Ranges: at 0 to 4, correlation ±0.95, scale (the std of feature 1) 0.3 to 1.8, angle ±90 degrees.
    """
    menu = choice("route", route, list(PIPELINES))
    controls = {
        "at": slider("stage", at, low=0.0, high=4.0, steps=80, marks=marks(route),
                     tooltip="drag: the stages are a film"),
        "correlation": slider("correlation", correlation, low=-0.95, high=0.95, steps=190, marks={"0": 0.0}),
        "scale": log_slider("scale of feature 1", scale, low=0.3, high=1.8,
                            tooltip="its standard deviation before the cloud is turned; feature 2 has 0.6"),
        "angle": slider("angle", angle, low=-90.0, high=90.0, steps=180, unit="°",
                        tooltip="turns the whole cloud about its mean"),
        "route": menu,
    }
    controls["route"].observe(lambda change: setattr(controls["at"], "marks", marks(change["new"])), "value")
    return Explorer(controls, cloud, CloudPicture(), target=target)


# ------------------------------------------------------------------------------------------------ pictures
def pca_explorer(pca: PCA, images: Array, *, k: int = 10, target: Target | None = None) -> Explorer:
    """Number of components k → the images rebuilt from them, the eigen-images, and how much variance is kept.

    `pca` is fitted with all components; images (m, d) are square pictures row by row, six of them fit well.
    """
    bar = int_slider("components k", k, low=1, high=len(pca.components))
    bar.layout.width = "90%"

    def compute(k: int) -> Reconstruction:
        return reconstruct(pca, images, k)

    return Explorer({"k": bar}, compute, ReconstructionPicture(compute(k)), target=target)


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

    def compute(eps: float, noise: float) -> WhitenedImages:
        return whiten_noisy(pca, images, eps, noise)

    return Explorer(controls, compute, WhitenedImagesPicture(compute(eps, noise)), target=target)


def epsilon_explorer(pca: PCA, images: Array, sweep: Sweep, *, eps: float = 1e-3,
                     target: Target | None = None) -> Explorer:
    """ε → the whitened images, and accuracy and loss of a classifier that learns from such images, measured in `sweep`.

    ε runs from the first of the sweep to the last.
    """
    low, high = (float(end) for end in (sweep.epsilons[0], sweep.epsilons[-1]))
    controls = {"eps": log_slider("ε", eps, low=low, high=high, tooltip="added to every variance before the division")}

    def compute(eps: float) -> SweptImages:
        return swept_images(pca, images, sweep, eps)

    return Explorer(controls, compute, EpsilonPicture(compute(eps)), target=target)


guard(__name__)
