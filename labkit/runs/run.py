"""A training run that can be watched, steered and started again. It knows nothing of screens: others pull.

`train` yields updates for ever; a `Run` adds what a student wants around them: the history, looks at other data sets,
hot settings that act on the very next step, cold ones that build everything anew, an end, and a reason for the end.
"""

import copy
import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from labkit.checks import check_int, lookup, streams
from labkit.losses import Loss, softmax_cross_entropy
from labkit.network import Network
from labkit.optimizers import Optimizer
from labkit.runs.data import call, check_cold, data_streams, named_sets
from labkit.runs.hot import KNOBS, LASTING, Knob, said
from labkit.schedules import Schedule
from labkit.training import Augment, Batches, EarlyStopping, Evaluation, Regularizer, Step, evaluate, train

Array = np.ndarray
LOOKING = 0.04
"""Share of the arithmetic that goes into looks at whole data sets; `look_every` follows from it."""


class Mark(NamedTuple):
    """Something happened after `step` updates: mostly that the hot setting `name` was turned."""

    step: int
    text: str
    name: str = ""


class Curve(NamedTuple):
    """What the looks at one data set found: steps (looks,); loss and accuracy (looks,), or (looks, K)."""

    steps: Array
    loss: Array
    accuracy: Array


class Run:
    """Networks from `make`, trained on `data` by `optimizer`, step by step, until `max_steps` or a reason to stop.

    make(…) returns a network; data is a `Dataset`, a pair (x, y), or a mapping from names to pairs of which the first
    is trained on, or a function that returns one of these. The arguments of both functions are settings of `cold`. A
    mapping may also hold functions network → Evaluation, for example of an ensemble. optimizer is one, or a mapping
    from names to several, of which the first is used at the start; the run has copies. regularizer may be a function
    of the network (for its mask). augment(rng) returns the function that changes each batch. after(run, step) is called
    after each update, for example for a proximal step.

    A look evaluates the network on the first `look_at` examples of every data set, every `look_every` steps; without
    early stopping, which counts its looks, there are three more in the beginning. Raises whatever `make` and `data`
    raise, and ValueError for a setting that nobody takes.
    """

    def __init__(self, make: Callable[..., Network], data: Any, *, optimizer: Optimizer | Mapping[str, Optimizer],
                 loss: Loss = softmax_cross_entropy, size: int = 64, max_steps: int = 5000,
                 schedule: Schedule | None = None, augment: Callable[[np.random.Generator], Augment] | None = None,
                 regularizer: Regularizer | Callable[[Network], Regularizer] | None = None,
                 stopping: EarlyStopping | None = None, after: "Callable[[Run, Step], None] | None" = None,
                 look_at: int = 500, look_every: int | None = None, cold: Mapping[str, Any] | None = None,
                 batches: Callable[..., Batches] = Batches) -> None:
        check_cold(cold or {}, make, data)
        self.make, self.data, self.loss, self.after, self.make_batches = make, data, loss, after, batches
        named = optimizer if isinstance(optimizer, Mapping) else {type(optimizer).__name__: optimizer}
        self.optimizers: dict[str, Optimizer] = copy.deepcopy(dict(named))
        self.opt = next(iter(self.optimizers.values()))
        self.size, self.max_steps = check_int("Run", "size", size), check_int("Run", "max_steps", max_steps)
        self.schedule, self.augment, self.regularize, self.patient = schedule, augment, regularizer, stopping
        self.look_at = check_int("Run", "look_at", look_at)
        self._wanted_look_every = look_every and check_int("Run", "look_every", look_every)
        self.cold = dict(cold or {})
        self.knobs: dict[str, Knob] = dict(KNOBS)
        self._turned: dict[str, Any] = {}
        self.reset()

    # -------------------------------------------------------------------------------------------- start and restart
    def reset(self) -> None:
        """Back to step 0 with the same seeds: new data, network and history; hot settings keep their values."""
        self.sets = named_sets(call(self.data, self.cold) if callable(self.data) else self.data)
        if self.patient is not None and "validation" not in self.sets:
            raise ValueError(f"Run: early stopping looks at a data set called 'validation'; there are {[*self.sets]}.")
        (self.x, self.y), self.net = next(iter(self.sets.values())), call(self.make, self.cold)
        self.regularizer = self.regularize(self.net) if callable(self.regularize) else self.regularize
        self.stopping = copy.deepcopy(self.patient)
        for opt in self.optimizers.values():
            opt.reset()
        augment = self.augment and self.augment(streams(self.net.seeds[0]).augment)
        self.batches = self.make_batches(self.x, self.y, size=self.size, rng=data_streams(self.net), augment=augment)
        for name, value in self._turned.items():
            self.knobs[name](self, value)
        now = _Now(self)
        self._updates = train(self.net, self.loss, now, self.batches, schedule=now.scale, regularizer=now)
        self._forget()
        self.look()

    def rebuild(self, cold: Mapping[str, Any]) -> None:
        """Change cold settings and start again from step 0. If that fails, the run stays as it was before."""
        before = dict(vars(self))
        for name in cold:
            lookup(self.cold, name, "Run: cold setting")
        self.cold = self.cold | dict(cold)
        try:
            self.reset()
        except Exception:
            vars(self).update(before)
            raise

    def twin(self) -> "Run":
        """A run with the same settings at step 0, as another object: the one does not touch the other."""
        other = copy.copy(self)
        other.optimizers, other.patient = copy.deepcopy(self.optimizers), copy.deepcopy(self.patient)
        other.opt = other.optimizers[self.optimizer]
        other.knobs, other._turned = dict(self.knobs), dict(self._turned)
        other.reset()
        return other

    def _forget(self) -> None:
        """An empty history."""
        self.count, self.over = 0, ""
        self.before: Array | None = None
        self.diverged = np.zeros(self.net.lead, bool)
        self.losses, self.rates = np.full((2, self.max_steps, *self.net.lead), np.nan)
        self.marks: list[Mark] = []
        self.looks: list[int] = []
        self._found: dict[str, list[Evaluation]] = {name: [] for name in self.sets}
        self.look_every = self._wanted_look_every or self._sensible_look_every()
        self._early = () if self.stopping else {self.look_every // part for part in (8, 4, 2)}

    def _sensible_look_every(self) -> int:
        """A step is three passes over its batch, a look is one over every data set."""
        examples = sum(min(self.look_at, len(pair[0])) for pair in self.sets.values() if isinstance(pair, tuple))
        return max(1, min(math.ceil(examples / (3 * self.size * LOOKING)), self.max_steps // 10))

    # -------------------------------------------------------------------------------------------- going on
    def step(self, *, watched: bool = False) -> bool:
        """One update; tells whether there may be another. `watched` keeps the θ before it in `before`."""
        if self.over:
            return False
        if watched:
            self.before = self.net.theta.copy()
        step = next(self._updates)
        self.diverged = np.asarray(step.diverged)
        if self.diverged.all():
            self.over = (f"loss became infinite at step {step.index:,}, learning rate {_short(step.lr)}; "
                         "lower it and press reset")
            return False
        self.losses[self.count] = step.loss
        self.rates[self.count] = step.lr if np.ndim(step.lr) == 0 else step.lr[:, 0]
        self.count += 1
        if self.after is not None:
            self.after(self, step)
        if self.count % self.look_every == 0 or self.count in self._early or self.count == self.max_steps:
            self.look()
        if self.count == self.max_steps:
            self.over = f"all {self.max_steps:,} steps are done"
        return not self.over

    def advance(self, steps: int) -> int:
        """Up to `steps` updates, the last of them watched; how many there were."""
        first = self.count
        for left in range(steps, 0, -1):
            if not self.step(watched=left == 1):
                break
        return self.count - first

    def look(self) -> None:
        """Evaluate on every data set; ask the early stopping, if there is one, whether it is time."""
        self.looks.append(self.count)
        for name, pair in self.sets.items():
            with np.errstate(all="ignore"):
                self._found[name].append(self._evaluate(*pair) if isinstance(pair, tuple) else pair(self.net))
        if self.stopping is not None and self.stopping.update(self._found["validation"][-1].loss, self.net):
            best = self.looks[int(np.max(self.stopping.best_look))]
            self.marks += [Mark(best, "best"), Mark(self.count, "stop")]
            self.over = f"no better validation loss for {self.stopping.patience} looks; the best was at step {best:,}"

    def _evaluate(self, x: Array, y: Array) -> Evaluation:
        x, y = x[:self.look_at], y[:self.look_at]
        if self.classifies:
            return evaluate(self.net, x, y, loss=self.loss)
        value = self.loss(self.net.forward(x), y)[0]
        return Evaluation(value, np.full(np.shape(value), np.nan))

    def resume(self) -> None:
        """After the early stopping has stopped: go on without it, to see what would have happened."""
        if self.stopping is not None and self.over and self.count < self.max_steps and not self.diverged.all():
            self.stopping, self.over = None, ""

    # -------------------------------------------------------------------------------------------- settings
    def turn(self, name: str, value: Any) -> None:
        """Set a hot setting: it acts on the next step, survives a reset and leaves a mark in the history."""
        lookup(self.knobs, name, "Run: hot setting")(self, value)
        if name not in LASTING:
            self._turned[name] = value
        if self.count and not self.over:
            again = self.marks and (self.marks[-1].step, self.marks[-1].name) == (self.count, name)
            self.marks[len(self.marks) - bool(again):] = [Mark(self.count, said(name, value), name)]

    @property
    def optimizer(self) -> str:
        """The name of the optimizer in use."""
        return next(name for name, opt in self.optimizers.items() if opt is self.opt)

    @property
    def classifies(self) -> bool:
        """Whether the targets are classes, so that accuracy makes sense."""
        return self.y.dtype.kind in "iu"

    # -------------------------------------------------------------------------------------------- history
    @property
    def ended(self) -> str:
        """Why the run is over, or how many of its replicas have diverged; empty while all goes well."""
        lost = int(self.diverged.sum())
        return self.over or (f"{lost} of {self.diverged.size} runs have diverged" if lost else "")

    def curve(self, name: str) -> Curve:
        """What the looks at the data set of this name found; NaN where a replica has diverged."""
        found = lookup(self._found, name, "Run: data set")
        loss, accuracy = (np.array(column, float) for column in zip(*found, strict=True))
        lost = ~np.isfinite(loss)
        loss[lost] = accuracy[lost] = np.nan
        return Curve(np.array(self.looks), loss, accuracy)

    def curves(self) -> dict[str, Curve]:
        """The curve of every data set."""
        return {name: self.curve(name) for name in self.sets}


class _Now:
    """Optimizer, schedule and penalty of a run as they are at this moment, so that all can be exchanged meanwhile."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @property
    def lr(self) -> float | Array:
        return self.run.opt.lr

    def step(self, theta: Array, grad: Array, scale: float = 1.0) -> None:
        self.run.opt.step(theta, grad, scale)

    def scale(self, step: int) -> float:
        return 1.0 if self.run.schedule is None else self.run.schedule(step)

    def add_gradient(self, theta: Array, grad: Array) -> None:
        if self.run.regularizer is not None:
            self.run.regularizer.add_gradient(theta, grad)


def _short(x: Any) -> str:
    low, high = np.min(x), np.max(x)
    return f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"
