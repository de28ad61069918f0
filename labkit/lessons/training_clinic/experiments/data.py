"""The pictures as a recipe prepares them, with whatever is wrong in the preparation."""

from functools import cache
from typing import NamedTuple

import numpy as np

from labkit.checks import streams
from labkit.datasets import Dataset, fashion_mnist, label_noise
from labkit.fits import guard
from labkit.lessons.training_clinic.experiments.recipe import Recipe

Array = np.ndarray
N_TEST, N_VAL, HOT = 2000, 1000, 5


class Data(NamedTuple):
    """Training, validation and test pictures (n, 784) and their classes (n,), as the network gets them."""

    x: Array
    y: Array
    x_val: Array
    y_val: Array
    x_test: Array
    y_test: Array


@cache
def clothes() -> Dataset:
    """All pictures as they are."""
    return fashion_mnist()


def prepared(recipe: Recipe, seed: int) -> Data:
    """What the network of this recipe and seed is given."""
    rng, raw = streams(seed).noise, clothes()
    x_val, y_val, x_test, y_test = raw.x_val[:N_VAL], raw.y_val[:N_VAL], raw.x_test[:N_TEST], raw.y_test[:N_TEST]
    x, y = _training(recipe, x_test, y_test, rng)
    pictures = (x, x_val, x_test) if not recipe.constant else _with_a_dead_pixel((x, x_val, x_test), rng)
    x, x_val, x_test = _pixels(recipe, *pictures, rng)
    y_val, y_test = (y_val + recipe.recoded) % 10, (y_test + recipe.recoded) % 10
    if recipe.sorted:
        order = np.argsort(y, kind="stable")
        x, y = x[order], y[order]
    return Data(x, y, x_val, y_val, x_test, y_test)


def _training(recipe: Recipe, x_test: Array, y_test: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Training pictures (n, 784) and their labels (n,)."""
    x, y = clothes().x_train[:recipe.n_train].copy(), clothes().y_train[:recipe.n_train].copy()
    copies = rng.permutation(len(x_test))[:round(recipe.leak * len(x_test))]
    x[:len(copies)], y[:len(copies)] = x_test[copies], y_test[copies]
    if recipe.missing >= 0:
        x, y = x[y != recipe.missing], y[y != recipe.missing]
    if recipe.wrong:
        y = label_noise(y, recipe.wrong, rng).y
    return x, rng.permutation(y) if recipe.permuted else y


def _with_a_dead_pixel(pictures: tuple[Array, ...], rng: np.random.Generator) -> list[Array]:
    """The first pixel is 0 in all training pictures, and flickers by up to 3/255 in the others."""
    first, *others = (part.copy() for part in pictures)
    first[:, 0] = 0
    for part in others:
        part[:, 0] = rng.integers(0, 4, len(part)) / 255
    return [first, *others]


def _pixels(recipe: Recipe, x: Array, x_val: Array, x_test: Array, rng: np.random.Generator) -> list[Array]:
    mean, scale = x.mean(axis=0), np.full(784, x.std(), np.float32)
    scale[...] = float((x - mean).std())
    if recipe.constant:
        scale[0] = recipe.constant

    def standardised(part: Array) -> Array:
        return (part - mean) / scale

    usual = standardised if recipe.pixels == "standardised" else lambda part: part * np.float32(255)
    others = {"alike": usual, "0..1": lambda part: part, "turned": lambda part: usual(_turned(part))}[recipe.held_out]
    found = [usual(x), others(x_val), others(x_test)]
    columns = rng.permutation(np.flatnonzero(clothes().x_train.std(axis=0) > 0.2))[:HOT]
    if recipe.hot != 1:
        for part in found:
            part[:, columns] *= np.float32(recipe.hot)
    return [part.astype(np.float32) for part in found]


def _turned(x: Array) -> Array:
    """Pictures whose rows were read as columns."""
    return np.ascontiguousarray(x.reshape(-1, 28, 28).transpose(0, 2, 1)).reshape(-1, 784)


guard(__name__)
