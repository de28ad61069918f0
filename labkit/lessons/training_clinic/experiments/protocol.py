"""One order of looking that finds most diseases: from what is free to what is dear, from the outside to the inside.

Report → data → batch → modes → start → updates → gradient check → neighbours. The first rule that holds ends it. Every
rule states what the disease does, not what it happens to score.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from labkit.fits import guard
from labkit.lessons.training_clinic.experiments.instruments import INSTRUMENTS, Readings, examine
from labkit.lessons.training_clinic.experiments.patients import Patient

Seen = Mapping[str, Readings]
Rule = tuple[str, Callable[[Seen], bool]]
NOTHING = "nothing found"


class Step(NamedTuple):
    """Look with an `instrument`, if `when` holds; then ask the rules one by one: (diagnosis, whether it holds)."""

    instrument: str
    question: str
    rules: Sequence[Rule]
    when: Callable[[Seen], bool] = lambda seen: True


class Verdict(NamedTuple):
    """A diagnosis, the instruments that were used for it in this order, and what they cost together."""

    diagnosis: str
    used: list[str]
    cost: int


def _read(instrument: str, reading: str, holds: Callable[[float], bool]) -> Callable[[Seen], bool]:
    return lambda seen: holds(seen[instrument][reading])


def _below(instrument: str, reading: str, limit: float) -> Callable[[Seen], bool]:
    return _read(instrument, reading, lambda value: value < limit)


def _above(instrument: str, reading: str, limit: float) -> Callable[[Seen], bool]:
    return _read(instrument, reading, lambda value: value > limit)


def _points(seen: Seen, one: str, other: str) -> float:
    """By how much one part of the data scores higher than another."""
    card = seen["report card"]
    return card[f"{one} accuracy"] - card[f"{other} accuracy"]


def _is(ward: str) -> Callable[[Seen], bool]:
    return lambda seen: seen["chart"].get(ward, 0.0) > 0


def _all(*conditions: Callable[[Seen], bool]) -> Callable[[Seen], bool]:
    return lambda seen: all(condition(seen) for condition in conditions)


def _well(seen: Seen) -> bool:
    return seen["report card"]["validation accuracy"] > 0.8


MODES, SHEET, START, UPDATES = "train against evaluation", "data sheet", "inside, at the start", "update ratio"
CHECK, FIRST = "gradient check", "layer 1, first update"
PROTOCOL = (
    Step("report card", "Which part of the data is bad? Which is too good?", (
        ("report too good", _all(_is("batch norm"), _well,
                                 lambda seen: _points(seen, "validation", "training") > 0.08)),)),
    Step("loss curve", "Did it break off at once?", (
        ("keep and drop exchanged", _all(_is("dropout"), _above("loss curve", "after 50", 1e6))),)),
    Step(SHEET, "Are the pictures what they should be, and alike in all parts?", (
        ("raw pixels", _above(SHEET, "mean of the pixels", 0.3)),
        ("another unit", _above(SHEET, "largest std of a pixel", 10)),
        ("constant pixel", _above(SHEET, "largest value, test / training", 10)),
        ("test prepared differently", _above(SHEET, "mean, test − training", 0.2)),
        ("pictures turned", _below(SHEET, "pixel by pixel alike", 0.9)),
        ("too few pictures", _below(SHEET, "training pictures", 1000)),
        ("class missing", _below(SHEET, "rarest class", 0.03)))),
    Step("duplicates", "Have the test pictures been seen?", (
        ("test pictures in training", _above("duplicates", "test pictures in training", 0.1)),), when=_well),
    Step("a batch", "Does a batch look like the data?", (
        ("two pictures for batch norm", _all(_is("batch norm"), _below("a batch", "pictures", 4))),
        ("batches too small", _below("a batch", "pictures", 4)),
        ("batches sorted by class", _below("a batch", "classes of ten", 0.3)))),
    Step(MODES, "Is the judged network the trained one?", (
        ("dropout in evaluation", _above(MODES, "two evaluations differ by", 0.05)),
        ("evaluated in training mode", _above(MODES, "the report differs by", 0.05)),
        ("dropout never rescaled", _all(_is("dropout"), _below(MODES, "size of outputs, train / eval", 0.6))),
        ("stale averages", _all(_is("batch norm"), _above(MODES, "training mode differs by", 0.25)))),
        when=lambda seen: not _is("plain")(seen)),
    Step("predictions", "Are the mistakes all of one kind?", (
        ("other class numbers", _above("predictions", "right after renumbering", 0.5)),),
        when=lambda seen: _points(seen, "training", "validation") > 0.3),
    Step(START, "Does the signal pass through the fresh network?", (
        ("weights all zero", _below(START, "spread, layer 1", 1e-4)),
        ("weights all equal", _below(START, "distance of the units", 0.01)),
        ("dead units", _all(_below(START, "spread, layer 3", 1e-4), _above(START, "off or saturated, layer 3", 0.9))),
        ("saturated tanh", _above(START, "off or saturated, layer 1", 0.5)),
        ("weights too small", _below(START, "spread, layer 3", 0.05)),
        ("weights too large", _above(START, "spread, layer 3", 3)),
        ("vanishing gradient", _below(START, "between pictures, layer 3", 0.1))), when=lambda seen: not _well(seen)),
    Step(UPDATES, "Are the steps of the right size, first and late?", (
        ("frozen body", _below(UPDATES, FIRST, 1e-8)),
        ("decay too strong", lambda seen: seen[UPDATES]["layer 3, first update"] > 0.8 * seen[UPDATES][FIRST]),
        ("rate too low", _below(UPDATES, FIRST, 3e-5)),
        ("softmax twice", _below(UPDATES, FIRST, 3e-4)),
        ("schedule ends too early", _below(UPDATES, "layer 1, update 150", 2e-4))), when=lambda seen: not _well(seen)),
    Step(CHECK, "Does backward say what the loss does?", (
        ("wrong sign", _below(CHECK, "smallest ratio", -0.5)),
        ("gradient never zeroed", _above(CHECK, "at the second call", 1.5)),
        ("1/n forgotten", _above(CHECK, "largest ratio", 4)),
        ("rate too high", _above(UPDATES, FIRST, 0.004))), when=lambda seen: not _well(seen)),
    Step("neighbours", "Do similar pictures have the same label?", (
        ("wrong labels", _all(_below("neighbours", "training label", 0.5),
                              _above("report card", "validation accuracy", 0.4))),
        ("labels shuffled", _below("neighbours", "training label", 0.5))), when=lambda seen: not _well(seen)),
    Step("loss curve", "Everything is in order, yet it rises after it has fallen?", (
        ("momentum too large", lambda seen: True),), when=lambda seen: not _well(seen)),
)


def diagnose(p: Patient, ward: str) -> Verdict:
    """Follow the protocol with a patient of a ward."""
    seen: dict[str, Readings] = {"chart": {ward: 1.0}}
    for step in PROTOCOL:
        if not step.when(seen):
            continue
        if step.instrument not in seen:
            seen[step.instrument] = examine(step.instrument, p)
        for diagnosis, holds in step.rules:
            if holds(seen):
                return _verdict(diagnosis, seen)
    return _verdict(NOTHING, seen)


def _verdict(diagnosis: str, seen: Seen) -> Verdict:
    used = [name for name in seen if name in INSTRUMENTS]
    return Verdict(diagnosis, used, sum(INSTRUMENTS[name].price for name in used))


guard(__name__)
