"""A training run without a kernel: drawn beforehand at many steps, and scrubbed or played like a film.

A film has takes: one run each, from step 0, with the knobs that a hand would turn, at the steps where it would turn
them. So the outcome of what a lecturer announces is on the slide.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from labkit.widgets import Trainer
from labkit.widgets.explorer import Frame

SHOTS = 16
"""Steps of a run that are drawn."""
SOON = 10
"""The step at which a short film turns its knobs at the latest."""


class Take(NamedTuple):
    """One run: its name, what is turned at which step (0: before it starts), and whether it goes on after a stop."""

    name: str
    turned: Mapping[int, Mapping[str, Any]] = {}
    goes_on: bool = False


class Film(NamedTuple):
    """The takes of a trainer, and the `last` step that is shown; 0 for all of them."""

    takes: tuple[Take, ...] = (Take("as it starts"),)
    last: int = 0

    def steps(self, trainer: Trainer, most: int | None = None) -> list[int]:
        """The steps that are drawn, the same for all takes. `most` makes it a short film of so many steps."""
        last = self.last or trainer.run.max_steps
        if most:
            return list(range(0, 10 * most, 10))
        return sorted({round(last * shot / (SHOTS - 1)) for shot in range(SHOTS)})

    def short(self) -> "Film":
        """The first and the last take, their knobs turned soon: enough to see that it works."""
        takes = (self.takes[0], self.takes[-1]) if len(self.takes) > 1 else self.takes
        return self._replace(takes=tuple(
            take._replace(turned={min(at, SOON): knobs for at, knobs in take.turned.items()}) for take in takes))


def shots(make: Callable[[], Trainer], film: Film, *, most: int | None = None) -> Iterator[list[Frame]]:
    """The frames of every take, a list for each. `make` builds the trainer anew, so no take leaves traces in the next.
    """
    for take in film.takes:
        trainer = make()
        try:
            yield [_shot(trainer, take, step) for step in film.steps(trainer, most)]
        finally:
            trainer.close()


def _shot(trainer: Trainer, take: Take, step: int) -> Frame:
    """Go on to this step, turning what is to be turned on the way, and draw."""
    run = trainer.run
    for at in sorted({at for at in take.turned if run.steps <= at < step} | ({0} if step == 0 else set())):
        run.advance(at - run.steps)
        if run.steps == at:
            trainer.set(**take.turned.get(at, {}))
    run = trainer.run
    run.advance(step - run.steps)
    if take.goes_on and run.steps < step:
        run.resume()
        run.advance(step - run.steps)
    trainer.monitor.forget()
    return Frame({"step": step}, trainer.monitor.png(run), trainer.monitor.sentence(run))
