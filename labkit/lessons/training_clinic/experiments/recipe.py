"""A recipe holds everything that a training depends on; a disease, and a treatment, is another value of one ingredient.

The healthy recipe: 4000 pictures of clothes, one mean per pixel and one standard deviation for all; 784-100-100-100-10,
ReLU, He's start with a tenth of it in the last layer, so that the loss begins at ln 10; SGD at 0.03, momentum 0.9, a
cosine to zero; 300 updates of 64 pictures.
"""

from typing import NamedTuple

from labkit.fits import guard

SIZES = (784, 100, 100, 100, 10)


class Recipe(NamedTuple):
    """The ingredients, in the order in which a training meets them; the defaults are those of the healthy recipe."""

    # the data
    n_train: int = 4000
    leak: float = 0.0               # share of the test pictures that are among the training pictures too
    missing: int = -1               # a class that no training picture is of; -1: none
    wrong: float = 0.0              # share of wrong labels in training
    permuted: bool = False          # training labels dealt out anew
    recoded: int = 0                # by how many the classes of validation and test are numbered differently
    pixels: str = "standardised"    # or "0..255"
    held_out: str = "alike"         # validation and test pictures prepared alike, or "0..1", or "turned"
    hot: float = 1.0                # factor on five pixels: another unit
    constant: float = 0.0           # > 0: a pixel that never changes in training is divided by this
    sorted: bool = False            # batches class by class, never shuffled
    batch: int = 64
    # the start
    gain: float = 1.0               # factor on He's std in the hidden layers
    last: float = 0.1               # and in the last one: the loss then begins at ln 10
    equal: float = -1.0             # ≥ 0: every weight is this number
    bias: float = 0.0               # of the hidden units
    activation: str = "relu"
    batch_norm: bool = False
    decay_of_averages: float = 0.9
    keep: float = 1.0
    rescaled: bool = True           # dropout divides by keep
    # the training
    optimizer: str = "sgd"
    lr: float = 0.03
    momentum: float = 0.9
    cosine_ends: float = 1.0        # at this share of the run
    updates: int = 300
    lam: float = 0.0                # strength of the L2 penalty
    clip: float = 0.0               # largest norm of the gradient; 0: any
    early_stopping: bool = False
    # the code
    mean_loss: bool = True          # False: gradients of a sum over the batch
    sign: int = 1                   # of the first layer's gradient
    frozen: bool = False            # all layers but the last get no gradient
    zeroed: bool = True             # False: every gradient is added to those before
    softmax_twice: bool = False
    # the report
    always_drop: bool = False       # dropout works in evaluation as well
    evaluation: str = "eval"        # or "train": batch norm by the batch that is being evaluated
    eval_batch: int = 1000
    eval_sorted: bool = False       # evaluated class by class


WARDS = {
    "plain": Recipe(),
    "batch norm": Recipe(batch_norm=True),
    "dropout": Recipe(keep=0.8),
}
"""Three healthy recipes. Patients of the second and third ward can have what others cannot."""


def changed(recipe: Recipe, other: Recipe) -> frozenset[str]:
    """The names of the ingredients in which two recipes differ.

    >>> sorted(changed(Recipe(), Recipe(lr=0.3, batch=2)))
    ['batch', 'lr']
    """
    return frozenset(name for name, mine, theirs in zip(Recipe._fields, recipe, other, strict=True) if mine != theirs)


guard(__name__)
