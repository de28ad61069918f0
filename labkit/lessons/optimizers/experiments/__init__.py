"""Maps with two parameters (`landscapes`), optimizers that walk on them (`races`), a student's among them (`yours`),
and one that clips (`clipped`)."""

from labkit.lessons.optimizers.experiments.clipped import Clipped
from labkit.lessons.optimizers.experiments.landscapes import LANDSCAPES, WINDOW, Landscape, ravine, saddle, valley
from labkit.lessons.optimizers.experiments.races import Race, arrival, race, standard_optimizers, walk

__all__ = ["LANDSCAPES", "WINDOW", "Clipped", "Landscape", "Race", "arrival", "race", "ravine", "saddle",
           "standard_optimizers", "valley", "walk"]
