"""An exercise is data: what the right answer is, on which inputs it is tried, and which mistakes are usual."""

import copy
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from labkit.fits import door

Function = Callable[..., Any]
Parts = dict[str, np.ndarray]      # the named values of one answer; a lone value is called ""


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """What `check` must know in order to judge a student's function.

    reference  the right function; its parameter names are the ones the student reads.
    cases      tuples of arguments; every call gets fresh copies, so a generator in a case starts at the same draw.
    tested     the sentence shown when everything is right: what was tried.
    mistakes   hint → the wrong function that earns it. It is shown if the answers equal the wrong ones in every case.
    use        use(f, *case) → answer, when one plain call is not enough: ten steps of an optimizer, say.
    view       view(answer, *case) → the named numbers to compare, when the right answer is random or not unique;
               the answer arrives as an array (several: a tuple of arrays) of the expected shape, free of NaN.
    returns    the names of the values, when the function returns more than one.
    gives      the names of the values of one call, when `use` makes something else of them: (θ, state) of an optimizer
               whose walk is compared, whatever it remembers.
    hints      a nudge, the idea, nearly the line: what `hint` shows one after the other. Never the solution.
    rtol, atol yours is right if |yours − expected| ≤ rtol·|expected| + 1e-6·max|expected| + atol;
               atol may be one number, or one per name of `view` or `returns`.
    """

    reference: Function
    cases: Sequence[tuple]
    tested: str
    mistakes: Mapping[str, Function] = field(default_factory=dict)
    use: Function | None = None
    view: Callable[..., Mapping[str, Any]] | None = None
    returns: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    hints: tuple[str, str, str] | tuple[()] = ()
    rtol: float = 1e-4
    atol: float | Mapping[str, float] = 0.0

    def call(self, f: Function, case: tuple) -> tuple[Any, tuple]:
        """The answer of `f` to fresh copies of the arguments, and those copies as the call left them."""
        args = copy.deepcopy(case)
        return (self.use(f, *args) if self.use else f(*args)), args

    @property
    def values(self) -> tuple[str, ...]:
        """The names of the values that one call of the function returns; none for a single value."""
        return self.gives or self.returns

    def parameters(self) -> list[str]:
        """The names of the function's parameters, in the order in which it is called with them."""
        return list(inspect.signature(self.reference).parameters)

    def named(self, case: tuple) -> dict[str, Any]:
        """The arguments of a case by name."""
        names = list(inspect.signature(self.use or self.reference).parameters)
        return dict(zip(names[1:] if self.use else names, case, strict=True))

    def parts(self, answer: Any) -> Parts:
        """The values of an answer as arrays, by name."""
        values = answer if self.returns else (answer,)
        return {name: np.asarray(value) for name, value in zip(self.returns or ("",), values, strict=True)}

    def compared(self, yours: Any, expected: Any, case: tuple) -> tuple[Parts, Parts]:
        """What is compared: the values, or the numbers of `view` once the values are comparable."""
        mine, right = self.parts(yours), self.parts(expected)
        if self.view is None or not all(comparable(mine[name], right[name]) for name in right):
            return mine, right
        return self._seen(mine, case), self._seen(right, case)

    def _seen(self, parts: Parts, case: tuple) -> Parts:
        values = tuple(map(_common_float, parts.values()))
        answer = values if self.returns else values[0]
        return {name: np.asarray(value) for name, value in self.view(answer, *case).items()}

    def close(self, yours: np.ndarray, expected: np.ndarray, name: str) -> np.ndarray:
        """For every entry, whether it is right within the tolerance."""
        scale = np.abs(expected[np.isfinite(expected)]).max(initial=0.0)
        atol = self.atol.get(name, 0.0) if isinstance(self.atol, Mapping) else self.atol
        return np.isclose(yours, expected, rtol=self.rtol, atol=1e-6 * scale + atol, equal_nan=True)

    def first_wrong(self, yours: Parts, expected: Parts) -> str | None:
        """The name of the first value that differs, or None."""
        return next((name for name, right in expected.items() if not self.agrees(yours[name], right, name)), None)

    def agrees(self, yours: np.ndarray, expected: np.ndarray, name: str) -> bool:
        """Whether two values are the same within the tolerance."""
        return comparable(yours, expected) and bool(self.close(yours, expected, name).all())


def _common_float(x: np.ndarray) -> np.ndarray:
    """x in a type that linear algebra knows: half and long floats as float64."""
    return x if x.dtype.kind != "f" or x.dtype in (np.float32, np.float64) else x.astype(np.float64)


def is_real(x: np.ndarray) -> bool:
    """Whether an array holds real numbers: floats, integers or booleans."""
    return x.dtype.kind in "fiub"


def comparable(yours: np.ndarray, expected: np.ndarray) -> bool:
    """Whether `yours` holds real numbers in the expected shape, finite where the expected ones are."""
    if not is_real(yours) or yours.shape != expected.shape:
        return False
    return bool((np.isfinite(yours) | ~np.isfinite(expected)).all())


def by_differences(f: Function, at: int = 0, *, h: float = 1e-5) -> Function:
    """The gradient of the number f(*args) with respect to argument `at`, an independent `reference` for gradients.

    ∂f/∂x_i ≈ (f(x + h e_i) − f(x − h e_i)) / 2h, central differences in float64.

    >>> gradient = by_differences(lambda x: (x**2).sum())
    >>> gradient(np.array([1.0, 3.0])).round(4).tolist()
    [2.0, 6.0]
    """
    def gradient(*args: Any) -> np.ndarray:
        x = np.asarray(args[at], float)
        moved = (f(*args[:at], x + step, *args[at + 1:]) - f(*args[:at], x - step, *args[at + 1:])
                 for step in h * np.eye(x.size).reshape(-1, *x.shape))
        return np.reshape(list(moved), x.shape) / (2 * h)

    gradient.__signature__ = inspect.signature(f)
    return gradient


Exercise.__init__ = door(Exercise.__init__, "Exercise")
by_differences = door(by_differences, "by_differences")
