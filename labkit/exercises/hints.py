"""What may have gone wrong? First the exercise's own table of mistakes, then those that any exercise can recognise."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from labkit.exercises.attempt import Attempt
from labkit.exercises.exercise import Exercise, Function, Parts, comparable, is_real
from labkit.exercises.guard import guarded
from labkit.exercises.order import order_hint


def hint_for(exercise: Exercise, f: Function, attempts: Sequence[Attempt], wrong: Attempt, name: str) -> str:
    """The hint for value `name` of the first `wrong` attempt, or nothing."""
    pair = wrong.yours[name], wrong.expected[name]
    return (order_hint(exercise, f) or _remembers(exercise, f, attempts) or _named_mistake(exercise, attempts)
            or _other_kind(*pair) or _lost_fractions(exercise, wrong) or _all_zero(exercise, wrong, name)
            or _nearly_right(exercise, attempts) or _simple_relation(exercise, attempts, name))


def _remembers(exercise: Exercise, f: Function, attempts: Sequence[Attempt]) -> str:
    """The same arguments once more, and another answer: something outlives the call, or is drawn."""
    if _is_random(attempts) or all(_again(exercise, guarded(f), a) for a in attempts):  # generators were asked before
        return ""
    return ("called twice with the same arguments your function gives two answers. Does it change a variable outside "
            "of itself (global), or draw random numbers? What it needs to remember goes into what it returns.")


def _again(exercise: Exercise, f: Function, a: Attempt) -> bool:
    """Whether f gives the same answer as before."""
    try:
        answer, right = (exercise.call(g, a.case)[0] for g in (f, exercise.reference))
        again, _ = exercise.compared(answer, right, a.case)
    except Exception:
        return False
    return all(name in again and _same(exercise, again[name], yours, name) for name, yours in a.yours.items())


def _same(exercise: Exercise, a: np.ndarray, b: np.ndarray, name: str) -> bool:
    """Whether two answers to one question agree; what is no number is not judged."""
    return a.shape == b.shape and (not is_real(a) or not is_real(b) or bool(exercise.close(a, b, name).all()))


def _named_mistake(exercise: Exercise, attempts: Sequence[Attempt]) -> str:
    """The entry of the exercise's table whose answers equal yours in every case, in kind too if there is one."""
    fitting = [(hint, answers) for hint, mistaken in exercise.mistakes.items()
               if (answers := _equal_answers(exercise, mistaken, attempts))]
    alike = (hint for hint, answers in fitting if all(map(_same_kind, answers, attempts)))
    return next(alike, fitting[0][0] if fitting else "")


def _equal_answers(exercise: Exercise, mistaken: Function, attempts: Sequence[Attempt]) -> list[Any]:
    """What the mistaken function answers in all cases, if yours are the same; else nothing."""
    answers = []
    for a in attempts:
        answer, _ = exercise.call(mistaken, a.case)
        if exercise.first_wrong(*exercise.compared(a.answer, answer, a.case)) is not None:
            return []
        answers.append(exercise.parts(answer))
    return answers


def _same_kind(theirs: Parts, a: Attempt) -> bool:
    """Whether both are whole numbers by type, or both are not."""
    return all((theirs[name].dtype.kind == "f") == (yours.dtype.kind == "f") for name, yours in a.yours.items()
               if name in theirs)


def _other_kind(yours: np.ndarray, expected: np.ndarray) -> str:
    """Something that is no number, has another shape, or is not finite."""
    if not is_real(yours):
        return "numbers are expected."
    if yours.shape != expected.shape:
        return _other_shape(yours, expected)
    if bad := int((~np.isfinite(yours) & np.isfinite(expected)).sum()):
        return f"NaN or infinity in {bad} of {yours.size} entries: look for 0/0, the log of 0, an overflow."
    return ""


def _lost_fractions(exercise: Exercise, wrong: Attempt) -> str:
    """Whole numbers by type, each the expected one without its fraction."""
    right = exercise.parts(exercise.call(exercise.reference, wrong.case)[0])
    for name, yours in exercise.parts(wrong.answer).items():
        expected = right[name]
        whole = yours.dtype.kind in "iu" and expected.dtype.kind == "f" and np.isfinite(expected).all()
        if whole and (exercise.view or (yours.shape == expected.shape and (np.abs(yours - expected) < 1).all())):
            return (f"your result is of type {yours.dtype}, so fractions are lost: // and int() drop them, and an "
                    "array made of whole numbers (zeros_like of whole numbers) cannot hold them.")
    return ""


def _all_zero(exercise: Exercise, wrong: Attempt, name: str) -> str:
    """Nothing but zeros came back: in the answer itself, not in what a `view` counts of it."""
    if wrong.expected[name].dtype == bool:
        return ""                                    # False is an answer
    yours = exercise.parts(wrong.answer).values() if exercise.view else [wrong.yours[name]]
    return "your result is zero everywhere." if wrong.expected[name].any() and not any(map(np.any, yours)) else ""


def _other_shape(yours: np.ndarray, expected: np.ndarray) -> str:
    if yours.shape == expected.shape[::-1]:
        return "your result is transposed: rows and columns are swapped."
    if expected.ndim == 0:
        return f"one number is expected, yours is an array of shape {yours.shape}."
    if yours.ndim == 0:
        return (f"an array of shape {expected.shape} is expected, yours is a single number. (A sum or mean without "
                "axis makes one number of a whole array.)")
    said = f"shape {expected.shape} is expected, yours is {yours.shape}."
    if [n for n in yours.shape if n != 1] == [n for n in expected.shape if n != 1]:
        return f"{said} keepdims=True keeps an axis of length 1, [:, None] adds one, ravel() drops it."
    return said


def _nearly_right(exercise: Exercise, attempts: Sequence[Attempt]) -> str:
    """Everything within two per cent, and not by chance: a rounded constant, or too few digits."""
    pairs = [(a.yours[name].astype(float), right.astype(float)) for a in attempts for name, right in a.expected.items()
             if comparable(a.yours[name], right)]
    if len(pairs) < sum(len(a.expected) for a in attempts) or _is_random(attempts):
        return ""
    off = max(_distance(*pair) for pair in pairs)
    if not off < 0.02:
        return ""
    if any(value.dtype == np.float16 for a in attempts for value in exercise.parts(a.answer).values()):
        return "nearly right, but float16 keeps only three digits: calculate in float32 or float64."
    return (f"nearly right, within {100 * off:.2g} %: did you round a constant? np.sqrt(2) has more digits than 1.41. "
            "If you did not, something small is missing, or one too many.")


def _distance(yours: np.ndarray, expected: np.ndarray) -> float:
    """How far yours is off at most, as a share of the expected entry; 0/0 counts as 0."""
    off = np.abs(yours - expected)[yours != expected] / np.abs(expected)[yours != expected]
    return float(np.nan_to_num(off, nan=0.0, posinf=np.inf).max(initial=0.0))


def _is_random(attempts: Sequence[Attempt]) -> bool:
    """Whether the cases hold a generator: then what is compared are shares and counts, near to which means nothing."""
    return any(isinstance(arg, np.random.Generator) for arg in attempts[0].case)


def _simple_relation(exercise: Exercise, attempts: Sequence[Attempt], name: str) -> str:
    """A forgotten sign, root, 1/n or other factor: the same relation holds in every case."""
    if _is_random(attempts) or not all(comparable(a.yours[name], a.expected[name]) for a in attempts):
        return ""
    fitting = [[label for label, value in _relations(a, name, exercise.named(a.case)).items()
                if exercise.agrees(a.yours[name], value, name)] for a in attempts]
    shared = [label for label in fitting[0] if all(label in labels for labels in fitting)]
    subject = f"{name}: yours" if exercise.view else f"your {name or 'result'}"
    return f"{subject} is {shared[0]} the expected one." if shared else ""


def _relations(a: Attempt, name: str, inputs: dict[str, Any]) -> dict[str, np.ndarray]:
    """The arrays that a simple slip makes of the expected one."""
    yours, expected = a.yours[name].astype(float), a.expected[name].astype(float)
    factors = {"−1": -1.0, "2": 2.0, "1/2": 0.5, "√2": math.sqrt(2), "1/√2": math.sqrt(0.5)}
    for size, n in _sizes(inputs).items():
        factors |= {size: n, f"1/{size}": 1 / n, f"√({size})": math.sqrt(n), f"1/√({size})": 1 / math.sqrt(n)}
    largest = np.argmax(np.abs(expected))
    if factor := float(yours.flat[largest] / expected.flat[largest]):
        factors[f"{factor:.3g}"] = factor
    return {"the square of": expected**2, "the square root of": np.sqrt(np.abs(expected)),
            "the transpose of": expected.T, **{f"{label} times": c * expected for label, c in factors.items()}}


def _sizes(inputs: dict[str, Any]) -> dict[str, int]:
    """The whole numbers among the inputs and the lengths of their arrays' axes, those above 1."""
    numbers = {name: value for name, value in inputs.items() if type(value) is int}
    axes = {f"{name}.shape[{i}]": n for name, value in inputs.items() for i, n in enumerate(np.shape(value))
            if isinstance(value, np.ndarray)}
    return {name: n for name, n in (numbers | axes).items() if n > 1}
