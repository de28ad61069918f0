"""Small real data sets that come with the course, and two-dimensional toys that are drawn on the spot.

Real: `fashion_mnist` and `mnist1d` give train, validation and test parts; `photos` gives eleven colour photographs,
`grey_patches` and `photo_patches` cut small squares out of them. Nothing is downloaded: the files lie in `data/` (in
an installed labkit, in `labkit/_data`), and their checksums are verified at the first load. data/README.md says where
each comes from and under which licence.

Toys: `spirals`, `gaussian_cloud`, `noisy_sine`. scikit-learn has more (make_moons, make_blobs, make_circles) and the
classical tables (load_diabetes, load_digits). `label_noise` spoils the labels of any of them.

Labels are integers 0, 1, …; features are float32. Every call hands out arrays of your own: change them as you like.
"""

from labkit.datasets.files import DataError
from labkit.datasets.images import PATCH_CLASSES, grey_patches, photo_credits, photo_patches, photos
from labkit.datasets.tables import FASHION_CLASSES, Dataset, fashion_mnist, mnist1d
from labkit.datasets.toys import NoisyLabels, gaussian_cloud, label_noise, noisy_sine, spirals

__all__ = [
    "FASHION_CLASSES",
    "PATCH_CLASSES",
    "DataError",
    "Dataset",
    "NoisyLabels",
    "fashion_mnist",
    "gaussian_cloud",
    "grey_patches",
    "label_noise",
    "mnist1d",
    "noisy_sine",
    "photo_credits",
    "photo_patches",
    "photos",
    "spirals",
]
