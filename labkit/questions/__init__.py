"""What students predict before they look. The answers stand here, not in the notebooks, where they would be read first.

A notebook asks with `predict("03-zero")`; the name is the number of the notebook and a word. To add a question, write
an entry in the table of its notebook; for a new notebook, name its module in `NOTEBOOKS` below.
"""

from labkit.questions import (
    n00_start_here,
    n01_activations,
    n02_preprocessing,
    n03_initialization,
    n04_optimizers,
    n05_learning_rate,
    n06_batch_normalization,
    n07_weight_decay,
    n08_early_stopping,
    n09_data_augmentation,
    n10_dropout,
    n11_ensembles,
)
from labkit.questions.question import Question

__all__ = ["QUESTIONS", "Question"]

NOTEBOOKS = (n00_start_here, n01_activations, n02_preprocessing, n03_initialization, n04_optimizers, n05_learning_rate,
             n06_batch_normalization, n07_weight_decay, n08_early_stopping, n09_data_augmentation, n10_dropout,
             n11_ensembles)
QUESTIONS: dict[str, Question] = {name: q for notebook in NOTEBOOKS for name, q in notebook.QUESTIONS.items()}
