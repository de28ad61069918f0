"""A training run that can be watched, steered and started again. It knows nothing of screens: others pull.

`train` yields updates for ever; a `Run` adds what a student wants around them: the history, looks at other data sets,
hot settings that act on the very next step, cold ones that build everything anew, an end, and a reason for the end.
"""

import copy
import inspect
import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from labkit.checks import lookup, streams, whole
from labkit.datasets import Dataset
from labkit.layers import Dropout
from labkit.losses import Loss, softmax_cross_entropy
from labkit.network import Network
from labkit.optimizers import Optimizer
from labkit.schedules import Schedule
from labkit.training import Batches, EarlyStopping, Evaluation, Regularizer, Step, evaluate, train

Array = np.ndarray
LOOKING = 0.08
"""Share of the arithmetic that may go into looks at whole data sets; `look_every` follows from it."""


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
    from names to several, of which the first is used at the start. regularizer may be a function of the network (for
    its mask); after(run, step) is called after each update, for example for a proximal step.

    A look evaluates the network on the first `look_at` examples of every data set, every `look_every` steps, and a few
    times more often in the beginning if there is no early stopping, which counts its looks. Raises
    whatever `make` and `data` raise, and ValueError for a setting nobody uses.
    """

    def __init__(self, make: Callable[..., Network], data: Any, *, optimizer: Optimizer | Mapping[str, Optimizer],
                 loss: Loss = softmax_cross_entropy, size: int = 64, max_steps: int = 5000,
                 schedule: Schedule | None = None, augment: Callable[[Array, Array], tuple[Array, Array]] | None = None,
                 regularizer: Regularizer | Callable[[Network], Regularizer] | None = None,
                 stopping: EarlyStopping | None = None, after: "Callable[[Run, Step], None] | None" = None,
                 look_at: int = 1000, look_every: int | None = None, cold: Mapping[str, Any] | None = None) -> None:
        self.make, self.data, self.loss, self.after = make, data, loss, after
        named = optimizer if isinstance(optimizer, Mapping) else {type(optimizer).__name__: optimizer}
        self.optimizers = copy.deepcopy(dict(named))
        self.opt = next(iter(self.optimizers.values()))
        self.size, self.schedule, self.augment = whole("Run", "size", size), schedule, augment
        self.regularize, self.patient = regularizer, stopping
        self.max_steps, self.look_at = whole("Run", "max_steps", max_steps), whole("Run", "look_at", look_at)
        self.wanted_look_every = look_every and whole("Run", "look_every", look_every)
        self.cold, self.hot = dict(cold or {}), {}
        self.knobs: dict[str, Callable[[Run, Any], None]] = dict(KNOBS)
        self._check_cold()
        self.reset()
        if stopping is not None and "validation" not in self.sets:
            raise ValueError(f"Run: early stopping looks at a data set called 'validation'; there are {[*self.sets]}.")

    # -------------------------------------------------------------------------------------------- start and restart
    def reset(self) -> None:
        """Back to step 0 with the same seed: new network, data and history; hot settings keep their values."""
        self.sets = _named_sets(_call(self.data, self.cold) if callable(self.data) else self.data)
        (self.x, self.y), self.net = next(iter(self.sets.values())), _call(self.make, self.cold)
        self.regularizer = self.regularize(self.net) if callable(self.regularize) else self.regularize
        self.stopping, self.stopped = copy.deepcopy(self.patient), None
        for opt in self.optimizers.values():
            opt.reset()
        self.batches = Batches(self.x, self.y, size=self.size, rng=_data_streams(self.net), augment=self.augment)
        for name, value in self.hot.items():
            self.knobs[name](self, value)
        self._forget()
        self.look_every = self.wanted_look_every or self._sensible_look_every()
        self._early_looks = () if self.stopping else {self.look_every // part for part in (8, 4, 2)}
        self._updates = train(self.net, self.loss, _Now(self), self.batches, schedule=self._scale,
                              regularizer=_Now(self))
        self.look()

    def rebuild(self, cold: Mapping[str, Any]) -> None:
        """Change cold settings and start again from step 0."""
        for name in cold:
            lookup(self.cold, name, "Run: cold setting")
        before = self.cold
        self.cold = before | dict(cold)
        try:
            self.reset()
        except Exception:
            self.cold = before
            raise

    def twin(self) -> "Run":
        """The same run at step 0, as another object: the one does not touch the other."""
        other = copy.copy(self)
        other.optimizers = copy.deepcopy(self.optimizers)
        other.opt = other.optimizers[self.optimizer]
        other.cold, other.hot = dict(self.cold), dict(self.hot)
        other.reset()
        return other

    def _forget(self) -> None:
        self.count, self.over, self.before = 0, "", None
        self.diverged = np.zeros(self.net.lead, bool)
        self.losses = np.full((self.max_steps, *self.net.lead), np.nan)
        self.rates = np.full((self.max_steps, *self.net.lead), np.nan)
        self.marks: list[Mark] = []
        self.looks: list[int] = []
        self._found: dict[str, list[Evaluation]] = {name: [] for name in self.sets}

    def _check_cold(self) -> None:
        used = _parameters(self.make) | (_parameters(self.data) if callable(self.data) else set())
        for name in self.cold:
            lookup(dict.fromkeys(used), name, "Run: nobody uses this cold setting; make and data take")

    def _sensible_look_every(self) -> int:
        """A step costs three passes over its batch, a look one over every data set."""
        examples = sum(min(self.look_at, len(pair[0])) for pair in self.sets.values() if isinstance(pair, tuple))
        return max(1, min(math.ceil(examples / (3 * self.size * LOOKING)), self.max_steps // 10))

    def _scale(self, step: int) -> float:
        return 1.0 if self.schedule is None else self.schedule(step)

    # -------------------------------------------------------------------------------------------- one step
    def step(self, *, watched: bool = False) -> bool:
        """One update; tells whether there may be another. `watched` keeps θ as it was in `before`."""
        if self.over:
            return False
        if watched:
            self.before = self.net.theta.copy()
        step = next(self._updates)
        self.diverged = np.asarray(step.diverged)
        if self.diverged.all():
            self.over = (f"loss became infinite at step {step.index}, learning rate {_short(step.lr)}; "
                         "lower it and press reset")
            return False
        self.losses[self.count] = step.loss
        self.rates[self.count] = step.lr if np.ndim(step.lr) == 0 else step.lr[:, 0]
        self.count += 1
        if self.after is not None:
            self.after(self, step)
        if self.count % self.look_every == 0 or self.count == self.max_steps or self.count in self._early_looks:
            self.look()
        if self.count == self.max_steps and not self.over:
            self.over = f"all {self.max_steps:,} steps are done"
        return not self.over

    def advance(self, steps: int) -> int:
        """Up to `steps` updates, the last of them watched; the number that was possible."""
        first = self.count
        for left in range(steps, 0, -1):
            if not self.step(watched=left == 1):
                break
        return self.count - first

    def look(self) -> None:
        """Evaluate on every data set; ask the early stopping, if there is one, whether to go on."""
        self.looks.append(self.count)
        for name, pair in self.sets.items():
            with np.errstate(all="ignore"):
                self._found[name].append(self._evaluate(*pair) if isinstance(pair, tuple) else pair(self.net))
        if self.stopping is not None and self.stopping.update(self._found["validation"][-1].loss, self.net):
            self._lose_patience()

    def _evaluate(self, x: Array, y: Array) -> Evaluation:
        x, y = x[:self.look_at], y[:self.look_at]
        if self.classifies:
            return evaluate(self.net, x, y, loss=self.loss)
        value = self.loss(self.net.forward(x), y)[0]
        return Evaluation(value, np.full(np.shape(value), np.nan))

    def _lose_patience(self) -> None:
        self.stopped, self.stopping = self.stopping, None
        stopping = self.stopped
        best = self.looks[int(np.max(stopping.best_look))]
        self.marks += [Mark(best, "best"), Mark(self.count, "stop")]
        self.over = f"no better validation loss for {stopping.patience} looks; the best was at step {best:,}"

    # -------------------------------------------------------------------------------------------- settings
    def turn(self, name: str, value: Any) -> None:
        """Set a hot setting: it acts on the next step, survives a reset and leaves a mark in the history."""
        lookup(self.knobs, name, "Run: hot setting")
        self.knobs[name](self, value)
        self.hot[name] = value
        if self.count and not self.over:
            mark = Mark(self.count, _mark(name, value), name)
            again = self.marks and (self.marks[-1].step, self.marks[-1].name) == (mark.step, name)
            self.marks[-1 if again else len(self.marks):] = [mark]

    @property
    def ended(self) -> str:
        """Why the run is over, or how many of its replicas have diverged; empty while all goes well."""
        lost = int(self.diverged.sum())
        return self.over or (f"{lost} of {self.diverged.size} runs have diverged" if lost else "")

    @property
    def optimizer(self) -> str:
        """The name of the optimizer in use."""
        return next(name for name, opt in self.optimizers.items() if opt is self.opt)

    @property
    def classifies(self) -> bool:
        """Whether the targets are classes, so that accuracy makes sense."""
        return self.y.dtype.kind in "iu"

    # -------------------------------------------------------------------------------------------- history
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
    """Optimizer and penalty of a run as they are at this moment, so that both can be exchanged while it goes."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @property
    def lr(self) -> float | Array:
        return self.run.opt.lr

    def step(self, theta: Array, grad: Array, scale: float = 1.0) -> None:
        self.run.opt.step(theta, grad, scale)

    def add_gradient(self, theta: Array, grad: Array) -> None:
        if self.run.regularizer is not None:
            self.run.regularizer.add_gradient(theta, grad)


# ------------------------------------------------------------------------------------------------ hot settings
def _hyperparameter(name: str) -> Callable[[Run, Any], None]:
    def turn(run: Run, value: Any) -> None:
        if hasattr(type(run.opt), name):
            setattr(run.opt, name, value)
    return turn


def _set_size(run: Run, value: int) -> None:
    run.batches.size = value
    run.size = value


def _set_keep(run: Run, value: float) -> None:
    layers = [layer for layer in run.net.layers if isinstance(layer, Dropout)]
    if not layers:
        raise ValueError("Run: keep was set, but the network has no Dropout layer; build it with keep below 1, for "
                         "example mlp(…, keep=0.8).")
    for layer in layers:
        layer.keep = value


def _set_optimizer(run: Run, name: str) -> None:
    opt = lookup(run.optimizers, name, "Run: optimizer")
    if opt is not run.opt:
        opt.reset()
        run.opt = opt


def _set_lam(run: Run, value: float) -> None:
    if run.regularizer is None:
        raise ValueError("Run: lam was set, but there is no penalty; give a regularizer, for example lk.L2(1e-4).")
    run.regularizer.lam = value


def _set_schedule(run: Run, schedule: Schedule | None) -> None:
    run.schedule = schedule


def _set_patience(run: Run, value: int) -> None:
    for stopping in (run.patient, run.stopping):
        if stopping is not None:
            stopping.patience = value


KNOBS: dict[str, Callable[[Run, Any], None]] = {
    **{name: _hyperparameter(name) for name in ("lr", "momentum", "rho", "beta1", "beta2", "eps", "weight_decay")},
    "batch_size": _set_size, "keep": _set_keep, "optimizer": _set_optimizer, "lam": _set_lam,
    "schedule": _set_schedule, "patience": _set_patience,
}


def _mark(name: str, value: Any) -> str:
    words = {"batch_size": "batch", "lam": "λ", "optimizer": "", "weight_decay": "decay"}.get(name, name)
    text = f"{value:.3g}" if isinstance(value, float) else str(value) if isinstance(value, int | str) else ""
    return f"{words} {text}".strip()


# ------------------------------------------------------------------------------------------------ data
def _named_sets(data: Any) -> dict[str, Any]:
    if isinstance(data, Dataset):
        data = {"train": (data.x_train, data.y_train), "validation": (data.x_val, data.y_val)}
    if isinstance(data, tuple) and len(data) == 2:
        data = {"train": data}
    if not isinstance(data, Mapping) or not isinstance(next(iter(data.values()), None), tuple):
        raise TypeError(f"Run: data is {type(data).__name__}; expected a Dataset, a pair (x, y), or names with pairs, "
                        "of which the first is trained on.")
    return {name: pair for name, pair in data.items() if not isinstance(pair, tuple) or len(pair[0])}


def _parameters(f: Callable[..., Any]) -> set[str]:
    return set(inspect.signature(f).parameters)


def _call(f: Callable[..., Any], settings: Mapping[str, Any]) -> Any:
    """f with those of the settings that it takes."""
    return f(**{name: settings[name] for name in _parameters(f) & set(settings)})


def _data_streams(net: Network) -> Any:
    generators = [streams(seed).data for seed in net.seeds]
    return generators if net.replicas else generators[0]


def _short(x: Any) -> str:
    x = np.ravel(x)
    return f"{x.min():.3g}" if x.min() == x.max() else f"{x.min():.3g} to {x.max():.3g}"
