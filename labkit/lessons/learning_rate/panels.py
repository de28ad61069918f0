"""The panels of notebook 05: a parabola, eight learning rates at once, and a schedule drawn by hand."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from labkit.figures.instruments import RateTrack
from labkit.figures.style import number, percent
from labkit.fits import guard
from labkit.lessons.learning_rate.experiments import (
    Descent,
    WeightAverage,
    both_schedules,
    descend,
    drawn_plan,
    planned_rates,
    rate_column,
)
from labkit.lessons.learning_rate.figures import DescentPicture, TwoPlans
from labkit.network import mlp
from labkit.optimizers import SGD
from labkit.runs import Run
from labkit.schedules import SCHEDULES, piecewise
from labkit.widgets.controls import choice, int_slider, log_slider, slider
from labkit.widgets.explorer import Explorer, Target
from labkit.widgets.gauges import Gauge
from labkit.widgets.live import Live
from labkit.widgets.trainer import Trainer
from labkit.widgets.yours import PAIR, DrivenTrainer, driven

STEPS, RUNS = 60, 50
SHARES = {"start": 0.0, "quarter": 0.25, "half": 0.5, "three quarters": 0.75, "end": 1.0}
"""Where the handles of a drawn schedule stand, in shares of the run."""
LOW, HIGH = 1e-3, 10.0


def marks(curvature: float) -> dict[str, float]:
    """The rate that arrives in one step, and the one from which on it diverges."""
    return {"1/λ": 1 / curvature, "2/λ": 2 / curvature}


def rate_explorer(lr: float = 0.05, curvature: float = 1.0, noise: float = 0.0, schedule: str = "constant", *,
                  seed: int = 0, show_marks: bool = True, target: Target | None = None) -> Explorer:
    """Learning rate, curvature, gradient noise, schedule → gradient descent on a parabola.

    Ranges: lr 0.01 to 10, λ 0.25 to 4, noise 0 to 1. `show_marks=False` hides 1/λ and 2/λ, for a search.
    """
    steepness = log_slider("curvature λ", curvature, low=0.25, high=4.0, tooltip="how steep the parabola is")
    controls = {
        "lr": log_slider("learning rate", lr, low=0.01, high=10.0, within=SGD.lr,
                         marks=marks(curvature) if show_marks else {}),
        "curvature": steepness,
        "noise": slider("gradient noise σ", noise, low=0.0, high=1.0,
                        tooltip="standard deviation of what a small batch adds to the gradient"),
        "schedule": choice("schedule", schedule, {name.replace("_", "-"): name for name in SCHEDULES}),
    }
    if show_marks:
        controls["curvature"].observe(lambda change: setattr(controls["lr"], "marks", marks(change["new"])), "value")

    def compute(**values: Any) -> Descent:
        return descend(steps=STEPS, runs=RUNS, seed=seed, **values)

    return Explorer(controls, compute, DescentPicture(STEPS), target=target)


def rate_sweep(sizes: Sequence[int], data: Any, rates: Sequence[float], *, seed: int = 0, max_steps: int = 300,
               **settings: Any) -> Trainer:
    """One network for each rate, all with the same first weights, side by side; `settings` are those of `Trainer`."""
    column = rate_column(rates)
    return Trainer(lambda: mlp(sizes, seed=[seed] * len(column)), data, optimizer=SGD(column), controls=(), view=None,
                   names=[number(rate) for rate in rates], max_steps=max_steps, **settings)


def schedule_drawer(sizes: Sequence[int], data: Any, rates: Sequence[float], *, seeds: Sequence[int] = range(5),
                    max_steps: int = 1000, **settings: Any) -> Trainer:
    """A trainer with a handle for the learning rate at the start, after each quarter and at the end of the run.

    `rates` are the five rates at first; straight lines join them. The networks, one per seed, get the same rate.
    """
    drawn = [float(rate) for rate in rates]
    points = [share * max_steps for share in SHARES.values()]

    def handle(i: int, name: str, share: float) -> Live:
        def pull(run: Run, rate: float) -> None:
            drawn[i] = rate
            run.schedule = piecewise(points, drawn)

        label = "rate at the start" if i == 0 else f"at {percent(share)}"
        return Live(name, apply=pull, widget=log_slider(label, drawn[i], low=LOW, high=HIGH, within=SGD.lr))

    plan = Gauge("plan", planned_rates, RateTrack)
    return Trainer(lambda: mlp(sizes, seed=seeds), data, optimizer=SGD(1.0), schedule=piecewise(points, drawn),
                   controls=[handle(i, *point) for i, point in enumerate(SHARES.items())], view=None,
                   instruments=[plan], on=["plan"], max_steps=max_steps, **settings)


def averaging_trainer(sizes: Sequence[int], data: Any, *, lr: float = 0.4, decay: float = 0.99,
                      seeds: Sequence[int] = range(5), max_steps: int = 1000, **settings: Any) -> Trainer:
    """A trainer at a constant rate; the average of its weights is judged beside it, and both can be turned."""
    average = WeightAverage(data.x_val, data.y_val, decay)
    sets = {"train": (data.x_train, data.y_train), "validation": (data.x_val, data.y_val),
            "averaged": average.evaluation}
    kept = slider("average: decay", decay, low=0.0, high=0.999, marks={"0": 0.0, "0.9": 0.9, "0.99": 0.99},
                  tooltip="weight of the past in the average of the weights; at 0 the average is the last network")
    controls = [Live("lr", low=1e-2, high=HIGH),
                Live("decay", apply=lambda run, value: setattr(average, "decay", value), widget=kept)]
    return Trainer(lambda: mlp(sizes, seed=seeds), sets, optimizer=SGD(lr), controls=controls, after=average.follow,
                   view=None, instruments=(), max_steps=max_steps, eval_size=len(data.x_val), **settings)


@driven
def your_schedule(f: Callable[[int, int, int], float], *, data: Any, sizes: Sequence[int] = (40, 32, 32, 10),
                  warm: int = 100, lr: float = 0.4, max_steps: int = 1000, **settings: Any) -> Trainer:
    """A trainer of two equal networks, one by labkit's warm-up and cosine, one by the student's f(t, total, warm)."""
    plans: dict[int, Any] = {}

    def follow(run: Run, steps: int) -> None:
        run.schedule = both_schedules(f, run.max_steps, steps)
        plans[steps] = drawn_plan(f, run.max_steps, steps)

    def read(run: Run) -> Any:
        return plans[panel_warm.value], run.steps

    panel_warm = int_slider("warm-up", warm, low=1, high=max_steps // 2, tooltip="steps of the warm-up")
    plan = Gauge("plans", read, partial(TwoPlans, names=PAIR))
    rate = Live("lr", low=1e-2, high=HIGH)
    return DrivenTrainer(lambda: mlp(sizes, seed=[0, 0]), data, optimizer=SGD(lr), max_steps=max_steps, names=PAIR,
                         controls=[rate, Live("warm", apply=follow, widget=panel_warm)], view=None,
                         instruments=[plan], on=["plans"], preview=max_steps, **settings)


guard(__name__)
