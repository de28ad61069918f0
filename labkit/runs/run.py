"""A training run that can be watched, steered and started again. It knows nothing of screens: others pull.

`train` yields updates for ever; a `Run` adds what a student wants around them: the history, evaluations on other data
sets, live settings that act on the very next step, build settings that make everything anew, an end, and its reason.
"""

import copy
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from labkit.checks import check_int, check_type, lookup, streams
from labkit.losses import Loss, sigmoid_cross_entropy, softmax_cross_entropy
from labkit.network import Network
from labkit.optimizers import Optimizer
from labkit.parts import check_schedule
from labkit.runs.given import (
    call,
    check_build_settings,
    check_function,
    data_streams,
    named_optimizers,
    named_sets,
    penalty_for,
)
from labkit.runs.history import History, Mark
from labkit.runs.settings import SETTERS, CurrentSettings, LiveSettings
from labkit.schedules import Schedule
from labkit.targets import classes_of
from labkit.training import Augment, Batches, EarlyStopping, Evaluation, Regularizer, Step, evaluate, train

Array = np.ndarray
EVALUATION_SHARE = 0.04
"""Share of the arithmetic that goes into evaluations of whole data sets; `eval_every` follows from it."""


class Run(History, LiveSettings):
    """Networks from `make`, trained on `data` by `optimizer`, step by step, until `max_steps` or a reason to stop.

    make(…) returns a network; data is a `Dataset`, a pair (x, y), or a mapping from names to pairs of which the first
    is trained on, or a function that returns one of these. The arguments of both functions are `build_settings`. A
    mapping may also hold functions network → Evaluation, for example of an ensemble. optimizer is one, or a mapping
    from names to several, of which the first is used at the start; the run has copies. regularizer may be a function
    of the network (for its mask). augment(rng) returns the function that changes each batch. after(run, step) is called
    after each update, for example for a proximal step.

    It is evaluated on the first `eval_size` examples of every data set, every `eval_every` steps; without early
    stopping, which counts evaluations, there are three more in the beginning. Raises whatever `make` and `data` raise,
    TypeError for a part of the wrong kind, and ValueError for a setting that nobody takes.
    """

    def __init__(self, make: Callable[..., Network], data: Any, *, optimizer: Optimizer | Mapping[str, Optimizer],
                 loss: Loss = softmax_cross_entropy, size: int = 64, max_steps: int = 5000,
                 schedule: Schedule | None = None, augment: Callable[[np.random.Generator], Augment] | None = None,
                 regularizer: Regularizer | Callable[[Network], Regularizer] | None = None,
                 early_stopping: EarlyStopping | None = None, after: "Callable[[Run, Step], None] | None" = None,
                 eval_size: int = 500, eval_every: int | None = None, build_settings: Mapping[str, Any] | None = None,
                 batches: Callable[..., Batches] = Batches) -> None:
        self.make = check_type("Run", "make", make, Callable, "a function that returns a network")
        check_type("Run", "build_settings", build_settings, Mapping | None, "names with values")
        self.build_settings = dict(build_settings or {})
        check_build_settings(self.build_settings, {"make": make, "data": data})
        self.optimizers: dict[str, Optimizer] = copy.deepcopy(named_optimizers(optimizer))
        self.opt = next(iter(self.optimizers.values()))
        self.data, self.regularize = data, regularizer
        self.size, self.max_steps, self.schedule = size, max_steps, check_schedule("Run", schedule)
        self.loss = check_function("loss", loss, "outputs, targets")
        self.augment = None if augment is None else check_function("augment", augment, "rng")
        self.after = None if after is None else check_function("after", after, "run, step")
        self.make_batches = check_type("Run", "batches", batches, Callable, "a function or a class like Batches")
        self.early_stopping = check_type("Run", "early_stopping", early_stopping, EarlyStopping | None,
                                         "such as lk.EarlyStopping(10)")
        self.eval_size = check_int("Run", "eval_size", eval_size)
        self._wanted_eval_every = None if eval_every is None else check_int("Run", "eval_every", eval_every)
        self.setters, self._changed = dict(SETTERS), {}
        self.reset()
        self._made = True

    # -------------------------------------------------------------------------------------------- start and restart
    def reset(self) -> None:
        """Back to step 0 with the same seeds: new data, network and history; live settings keep their values."""
        self.sets = named_sets(call(self.data, self.build_settings) if callable(self.data) else self.data)
        if self.early_stopping is not None and "validation" not in self.sets:
            raise ValueError("Run: early stopping needs a data set called 'validation'; there are "
                             f"{', '.join(self.sets)}.")
        (self.x, self.y), self.net = next(iter(self.sets.values())), call(self.make, self.build_settings)
        check_type("Run", "what make returns", self.net, Network, "a network, such as lk.mlp([2, 8, 2])")
        self.regularizer = penalty_for(self.net, self.regularize)
        self.stopping = copy.deepcopy(self.early_stopping)
        for opt in self.optimizers.values():
            opt.reset()
        augment = self.augment and self.augment(streams(self.net.seeds[0]).augment)
        self.batches = self.make_batches(self.x, self.y, size=self.size, rng=data_streams(self.net), augment=augment)
        for name, value in self._changed.items():
            self.apply(name, value)
        now = CurrentSettings(self)
        self._updates = train(self.net, self.loss, now, self._counted(), schedule=now.scale, regularizer=now)
        self.clear(self.max_steps, self.net.lead, [*self.sets])
        self.previous_theta: Array | None = None
        self.eval_every = self._wanted_eval_every or self._default_eval_every()
        self._early = () if self.stopping else {self.eval_every // part for part in (8, 4, 2)}
        self.evaluate()

    def rebuild(self, settings: Mapping[str, Any]) -> None:
        """Change build settings and start again from step 0. If that fails, the run stays as it was before."""
        check_type("Run", "settings", settings, Mapping, "names of build settings with values")
        before = dict(vars(self))
        for name in settings:
            lookup(self.build_settings, name, "Run: build setting")
        self.build_settings = self.build_settings | dict(settings)
        try:
            self.reset()
        except Exception:
            vars(self).update(before)
            raise

    def __deepcopy__(self, memo: dict) -> "Run":
        raise TypeError("Run: a run in the middle has no copy; run.twin() is one with the same settings at step 0, and "
                        "copy.deepcopy(run.net) the network as it is.")

    def twin(self) -> "Run":
        """A run with the same settings at step 0, as another object: the one does not touch the other."""
        other = copy.copy(self)
        other.optimizers = copy.deepcopy(self.optimizers)
        other.early_stopping = copy.deepcopy(self.early_stopping)
        other.opt = other.optimizers[self.optimizer]
        other.setters, other._changed = dict(self.setters), dict(self._changed)
        other.reset()
        other.before = {}
        return other

    # -------------------------------------------------------------------------------------------- going on
    def step(self, *, watched: bool = False) -> bool:
        """One update; tells whether there may be another. `watched` keeps the θ before it as `previous_theta`."""
        if self.stop_reason:
            return False
        self.previous_theta = self.net.theta.copy() if watched else None
        step, lost = next(self._updates), np.count_nonzero(self.diverged)
        self.diverged = np.asarray(step.diverged)
        if self.diverged.all():
            self.evaluate()
            self.stop_reason = (f"loss became infinite at step {step.index:,}, learning rate {_span(step.lr)}; "
                                "lower it and press reset")
            return False
        self.record(step, self._taken)
        if self.after is not None:
            self.after(self, step)
        if self._is_time(np.count_nonzero(self.diverged) > lost):
            self.evaluate()
        if self.steps == self.max_steps:
            self.stop_reason = f"all {self.max_steps:,} steps are done"
        return not self.stop_reason

    def _counted(self) -> Iterator[tuple[Array, Array]]:
        """The batches; of each it is noted how many examples it holds."""
        for x, y in self.batches:
            self._taken = x.shape[x.ndim - self.x.ndim]  # (size, …), or one for every replica, (K, size, …)
            yield x, y

    def _is_time(self, lost: bool) -> bool:
        """Whether to evaluate after this step; in which replicas were lost, unless the evaluations are counted."""
        regular = self.steps % self.eval_every == 0 or self.steps in self._early or self.steps == self.max_steps
        return regular or (lost and not self.stopping)

    def advance(self, steps: int) -> int:
        """Up to `steps` updates, the last of them watched; how many there were."""
        first = self.steps
        for left in range(check_int("Run", "steps", steps, low=0), 0, -1):
            if not self.step(watched=left == 1):
                break
        return self.steps - first

    def evaluate(self) -> None:
        """Loss and accuracy on every data set; ask the early stopping, if there is one, whether it is time.

        What has diverged has an infinite loss, also on examples for which its answers are still numbers.
        """
        self.eval_steps.append(self.steps)
        for name, pair in self.sets.items():
            with np.errstate(all="ignore"):
                found = self._evaluation(*pair) if isinstance(pair, tuple) else pair(self.net)
            lost = self.diverged if np.shape(found.loss) == self.diverged.shape else self.diverged.all()
            self._evaluations[name].append(found._replace(loss=np.where(lost, np.inf, found.loss)))
        if self.stopping is None or self.diverged.all():
            return
        if self.stopping.update(self._evaluations["validation"][-1].loss, self.net):
            best = self.eval_steps[int(np.max(self.stopping.best_evaluation))]
            self.marks += [Mark(best, "best"), Mark(self.steps, "stop")]
            looks = f"{self.stopping.patience} evaluation{'s' * (self.stopping.patience != 1)}"
            self.stop_reason = f"no better validation loss in {looks}; the best was at step {best:,}"

    def _evaluation(self, x: Array, y: Array) -> Evaluation:
        return evaluate(self.net, x[:self.eval_size], y[:self.eval_size], loss=self.loss)

    def _default_eval_every(self) -> int:
        """A step is three passes over its batch, an evaluation is one over every data set."""
        examples = sum(min(self.eval_size, len(pair[0])) for pair in self.sets.values() if isinstance(pair, tuple))
        return max(1, min(math.ceil(examples / (3 * self.size * EVALUATION_SHARE)), self.max_steps // 10))

    def trial(self) -> Network:
        """The network as an update on the first `size` examples would leave it; the run itself stays where it is."""
        net, now = call(self.make, self.build_settings), CurrentSettings(self)
        net.restore(self.net.snapshot())
        first = [(self.x[:self.size], self.y[:self.size])]
        next(train(net, self.loss, copy.deepcopy(self.opt), first, schedule=now.scale, regularizer=now))
        return net

    def resume(self) -> None:
        """After the early stopping has stopped: go on without it, to see what would have happened."""
        if self.stopping is not None and self.stop_reason and self.steps < self.max_steps and not self.diverged.all():
            self.stopping, self.stop_reason = None, ""

    def turn(self, name: str, value: Any) -> None:
        """Change a live setting: it acts on the next step, survives a reset and leaves a mark in the history.

        `name` is a hyperparameter of the optimizer, of the penalty or of the layers, or one of `setters`.
        """
        self.apply(check_type("Run", "the name of a setting", name, str, "a string"), value)
        if not self.belongs_to_optimizer(name):  # the optimizers stay when everything else is built anew
            self._changed[name] = value
        if self.steps and not self.stop_reason:
            self.mark(self.setting_label(name, value), name)

    @property
    def step_size(self) -> float:
        """Examples that a step takes on average; the last batch of an epoch holds what is left."""
        return len(self.x) / math.ceil(len(self.x) / self.size)

    @property
    def classifies(self) -> bool:
        """Whether the targets are classes, so that accuracy makes sense."""
        binary = self.loss is sigmoid_cross_entropy
        return classes_of(self.y, self.net.n_out, binary=binary) is not None


def _span(x: Any) -> str:
    low, high = np.min(x), np.max(x)
    return f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"
