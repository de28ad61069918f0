"""A zoo of strange values, and a judge: what comes of a call with one of them is right, or a proper no.

Right: as many numbers, of the kind and shape that the valid call gives, finite for finite arguments; and for the same
numbers in other clothes (a list, another order in memory, a data frame) the same result. A proper no: ValueError or
TypeError in the name of who was called, or of the public thing that the argument belongs to. A bare error of NumPy or
Python, a warning, a hang or a silent NaN is neither.
"""

import inspect
import re
import signal
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Any

import numpy as np

import labkit as lk

SECONDS = 10


def generator() -> np.random.Generator:
    return np.random.default_rng(0)


def parameters(f: Callable) -> list[inspect.Parameter]:
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [p for p in inspect.signature(f).parameters.values() if p.kind not in kinds and p.name != "self"]


# ------------------------------------------------------------------------------------------------ the zoo
def strangers(valid: Any) -> Iterator[Any]:
    """Bad and unusual values for a parameter whose valid value is this one."""
    yield from (None, "", "no such name", 0, 1, -1, 2.5, True, np.nan, np.inf, -np.inf, 10**400, 1j, np.float64("nan"),
                np.float16(0.5), [], [1], [[1, 2], [3]], (1, "a"), {}, {"a": 1}, object(), b"bytes", np.array(3.0),
                np.zeros(0), np.zeros((0, 3)), np.array(["a", "b"]), np.array([None, 1]), np.array([np.nan, 1]),
                np.ones((2, 3), np.float16), np.arange(6), np.ma.array([1.0, 2.0], mask=[0, 1]), lk.SGD, 0.0,
                np.int8(2))
    if isinstance(valid, np.ndarray):
        yield from variants(valid)


def variants(a: np.ndarray) -> Iterator[Any]:
    """The valid array in other clothes, and with one thing wrong."""
    yield from (a.T, a[:1], a[:0], a[None], a.ravel())
    yield from (a.astype(kind) for kind in (np.float16, object, int, float, bool, str, complex))
    yield np.ma.array(a, mask=np.full(a.shape, True))
    for hole in (np.nan, np.inf):
        spoilt = a.astype(float)
        spoilt.flat[0] = hole
        yield spoilt


def clothes(a: Any) -> Iterator[Any]:
    """The same numbers otherwise dressed: nothing, if it is no array."""
    if isinstance(a, np.ndarray):
        yield from (a.tolist(), np.asfortranarray(a), np.repeat(a, 2, axis=0)[::2], np.ma.array(a))
        read_only = a.copy()
        read_only.setflags(write=False)
        yield read_only
        yield from tables_of_others(a)


def tables_of_others(a: np.ndarray) -> Iterator[Any]:
    """The array as pandas and torch have it, where they are installed."""
    try:
        import pandas
        yield pandas.DataFrame(a) if a.ndim == 2 else pandas.Series(a) if a.ndim == 1 else a.tolist()
    except ImportError:
        pass
    try:
        import torch
        yield torch.tensor(a)
    except ImportError:
        pass


def few(valid: Any) -> Iterator[Any]:
    """A small choice, for what is expensive to call."""
    yield from (None, "x", -1, 0, np.nan, np.inf, [], object(), np.zeros(0), True)
    if isinstance(valid, np.ndarray) and valid.dtype.kind == "f":
        spoilt = valid.copy()
        spoilt.flat[0] = np.nan
        yield spoilt


def to_draw(valid: Any) -> Iterator[Any]:
    """A small choice for what draws: nothing to draw, and one of several things that is empty, lost or longer."""
    if isinstance(valid, np.ndarray):
        yield from (object(), valid[:0], valid[:-1], valid[None], np.full(valid.shape, np.nan))
    elif isinstance(valid, Mapping | list | tuple) and len(valid):
        first, empty = (next(iter(valid)), {}) if isinstance(valid, Mapping) else (0, valid[:0])
        yield from (object(), empty)
        for strange in to_draw(valid[first]):
            several = dict(valid) if isinstance(valid, Mapping) else list(valid)
            several[first] = strange
            yield tuple(several) if isinstance(valid, tuple) else several
    else:
        yield from (object(), np.nan, 0)


def at_the_door(valid: Any) -> Iterator[Any]:
    """What is refused at once."""
    yield from (object(), b"bytes", np.array(["a"]))


# ------------------------------------------------------------------------------------------------ the judge
DOORS = {"seeds", "replicas", "streams", "labels"}
"""What several functions hand an argument to, under a name of its own."""
HANDED_ON = {"Whitener": {"PCA"}, "multi_scale": {"resize"}, "scale_crop": {"resize"}, "Local1d": {"he_normal"},
             "Conv1d": {"he_normal"}, "fill": {"he_normal"}, "start": {"he_normal"}, "save": {"Network"}}
"""Who answers for whom: the public thing that an argument is meant for."""


def reached(value: Any) -> set[str]:
    """The names of the public things that an argument, or a result, is or holds."""
    if isinstance(value, lk.Network):
        return {c.__name__ for part in (value, *value.layers) for c in type(part).__mro__} | {"Layer"}
    named = {value.name} if isinstance(getattr(value, "name", None), str) else set()
    if isinstance(value, list | tuple) and len(value) < 20:
        return named.union(*map(reached, value), {c.__name__ for c in type(value).__mro__})
    if inspect.isfunction(value) or isinstance(value, type):
        return {value.__name__}
    return named | {c.__name__ for c in type(value).__mro__}


def arrays_in(value: Any) -> Iterator[np.ndarray]:
    if isinstance(value, np.ndarray | np.generic | float):
        yield np.asarray(value)
    elif isinstance(value, Mapping):
        yield from arrays_in(list(value.values()))
    elif isinstance(value, tuple | list):
        for part in value:
            yield from arrays_in(part)


def is_finite(value: Any) -> bool:
    try:
        return all(np.iscomplexobj(part) or np.isfinite(np.asarray(part, float)).all()
                   for part in (value.values() if isinstance(value, Mapping) else [value]))
    except (TypeError, ValueError, OverflowError, RuntimeError):
        return True


def too_long(*_: Any) -> None:
    raise TimeoutError(f"no answer within {SECONDS} s")


def outcome(call: Callable[[], Any]) -> Any:
    """What a call returns, of an iterator the first two; warnings are errors, and there is an end to waiting."""
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, too_long)
        signal.alarm(SECONDS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            result = call()
            return list(islice(result, 2)) if isinstance(result, Iterator) else result
    except Exception as error:
        return error
    finally:
        if hasattr(signal, "SIGALRM"):
            signal.alarm(0)


def is_a_proper_no(error: Exception, names: set[str], doc: str) -> bool:
    """Whether an error says who complains, and is of a kind that a caller expects."""
    if type(error).__module__.startswith("labkit."):
        return True  # what a student's function did is told
    said = re.match(r"[\w ]+", str(error))
    kinds = (ValueError, TypeError) if type(error).__module__ == "builtins" else ()
    kinds += (RuntimeError,) * ("RuntimeError" in doc) + (FileNotFoundError,) * ("path" in names)
    return isinstance(error, kinds) and said is not None and (said[0].strip() in names or said[0].split()[0] in names)


def unlike(result: Any, valid: Any, *, same: bool) -> str:
    """How a result differs from what the valid call promises: the kind of its numbers; or, if `same`, any of them."""
    new, old = list(arrays_in(result)), list(arrays_in(valid))
    strange = {a.dtype.kind for a in new} - {a.dtype.kind for a in old} - set("biuf")
    if strange:
        return f"numbers of the kind {strange}"
    if not same:
        return ""
    if [a.shape for a in new] != [a.shape for a in old]:
        return f"shapes {[a.shape for a in new]} instead of {[a.shape for a in old]}"
    equal = all(np.allclose(a, b, rtol=1e-3, atol=1e-4, equal_nan=True) for a, b in zip(new, old, strict=True)
                if b.dtype.kind in "biuf")
    return "" if equal else "other numbers than for the same array in its own clothes"


class Case:
    """One public thing under test: how it is called, with a valid example, and whose name may stand in a refusal."""

    def __init__(self, name: str, f: Callable, example: Callable[[], dict[str, Any]], *, signed: Callable | None = None,
                 also: set[str] = frozenset(), zoo: Callable | None = None, nan: bool = False,
                 guessed: bool = False) -> None:
        self.name, self.f, self.example, self.nan, self.zoo = name, f, example, nan, zoo or strangers
        self.guessed = guessed
        self.signed = signed or f
        self.names = {*re.split(r"[.\s]", name), *also, *DOORS, *HANDED_ON.get(name.rpartition(".")[2], ())}
        self.doc = inspect.getdoc(self.signed) or ""

    def complaint(self, arguments: dict[str, Any], strange: Any, *, same: bool = False) -> str:
        given = [*arguments.values(), *(p.default for p in parameters(self.signed)), self.valid]
        names = self.names.union(*map(reached, given), set(arguments) & {"path"})
        result = outcome(partial(self.f, **arguments))
        if isinstance(result, Exception):
            return "" if is_a_proper_no(result, names, self.doc) else f"{type(result).__name__}: {result}"
        if not self.nan and is_finite(strange) and not all(np.isfinite(a).all() for a in arrays_in(result)
                                                           if a.dtype.kind == "f"):
            return "a NaN or an infinity, in silence"
        return unlike(result, self.valid, same=same)

    def complaints(self) -> list[str]:
        """All that is wrong with the answers to strangers."""
        self.valid = outcome(lambda: self.f(**self.example())) if self.zoo is not at_the_door else None
        if self.guessed and isinstance(self.valid, TimeoutError | RuntimeWarning):
            self.valid, self.zoo = None, at_the_door
        elif self.guessed and isinstance(self.valid, Exception) and is_a_proper_no(self.valid, self.names, self.doc):
            self.valid = None  # a guess may be refused, as a stranger is
        if isinstance(self.valid, Exception):
            return [f"{self.name}, the valid call: {type(self.valid).__name__}: {self.valid}"]
        found = []
        for p in parameters(self.signed):
            valid = self.example().get(p.name)
            dressed = list(clothes(valid)) if self.zoo is strangers else []
            dressed = dressed["rng" in self.example():]  # a list has no float type, by which numbers are drawn
            for strange, same in [*((s, False) for s in self.zoo(valid)), *((s, True) for s in dressed)]:
                if callable(valid) and callable(strange):
                    continue
                said = self.complaint(self.example() | {p.name: strange}, strange, same=same)
                if said:
                    came = f"{str(strange)[:60]!r}: {type(strange).__name__}"
                    found.append(f"{self.name}({p.name}={came}): {said[:200]}")
        return found
