"""`opt.lr = 0.3` acts on the next step, `opt.lr = -1` is refused, and `opt.learning_rate = 0.3` is told the right name.

A setting is declared once, on the class, with the check that guards every assignment; sliders and error messages read
the declaration.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from labkit.checks import Range, in_range
from labkit.doors import arguments, names_said, nearest


class Setting:
    """An attribute whose every assignment goes through `check(owner, name, value)`: `size = Setting(check_int)`.

    The owner declares the slot `_name` in which the value is kept. On the class it is the declaration itself.
    """

    def __init__(self, check: Callable[[str, str, Any], Any] = lambda owner, name, value: value) -> None:
        self.check = check

    def __set_name__(self, owner: type, name: str) -> None:
        self.name, self.slot = name, "_" + name

    def __get__(self, instance: Any, owner: type) -> Any:
        return self if instance is None else getattr(instance, self.slot)

    def __set__(self, instance: Any, value: Any) -> None:
        setattr(instance, self.slot, self.check(type(instance).__name__, self.name, value))


class Fixed(Setting):
    """A setting of the construction: once it has a value, another one would mean nothing."""

    def __set__(self, instance: Any, value: Any) -> None:
        if hasattr(instance, self.slot):
            owner = type(instance).__name__
            raise AttributeError(f"{owner}: {self.name} is fixed once the {owner} is made; make a new one.")
        super().__set__(instance, value)


class Hyperparameter(Setting):
    """A number that may be changed at any moment and is read at every step: `opt.lr = 0.3` acts on the next one.

    Declared once, it serves everybody. Its range guards every assignment. `label`, `unit`, the scale (`log`: steps
    multiply) and `limits`, where they should be narrower than the range, make its slider; `symbol` names it in the
    history of a run.
    """

    def __init__(self, low: float, high: float = math.inf, *, open_low: bool = False, open_high: bool = False,
                 log: bool = False, limits: tuple[float, float] | None = None, label: str = "", symbol: str = "",
                 unit: str = "", fix: str = "", arrays: bool = True) -> None:
        self.range = Range(low, high, open_low, open_high)
        self.log, self.limits, self.unit, self.fix = log, limits, unit, fix
        self.label, self.symbol, self.arrays = label, symbol, arrays

    def __set_name__(self, owner: type, name: str) -> None:
        super().__set_name__(owner, name)
        self.symbol = self.symbol or name.replace("_", " ")
        self.label = self.label or self.symbol

    def check(self, owner: str, name: str, value: Any) -> Any:
        """Return `value` as a float, or a float array; raise if it is outside the range."""
        return in_range(owner, name, value, self.range, self.fix, arrays=self.arrays)

    def slider_limits(self, value: float) -> tuple[float, float]:
        """Where its slider begins and ends: `limits`, or the range, without open ends and finite around `value`."""
        if self.limits:
            return self.limits
        low, high = self.range[:2]
        reach, size = 10 * max(abs(value), 1.0), abs(value) or 1.0
        low = size / 1000 if self.log and low <= 0 else low if math.isfinite(low) else value - reach
        high = high if math.isfinite(high) else 1000 * max(size, low) if self.log else value + reach
        margin = (low if self.log else high - low) / 1000
        return low + margin * self.range.open_low, high - margin * self.range.open_high


def declared(owner: type) -> dict[str, Hyperparameter]:
    """The hyperparameters that a class declares, by name, those of the base class first."""
    return {n: v for c in reversed(owner.__mro__) for n, v in vars(c).items() if isinstance(v, Hyperparameter)}


class Tunable:
    """Something with settings. To set a name that means nothing is an AttributeError that says the right one.

    Subclasses declare `__slots__`; a class without them, as one of your own may be, takes every name.
    """

    __slots__ = ()

    @names_said
    def __init__(self) -> None:
        """Made without arguments."""

    def __init_subclass__(cls) -> None:
        """An argument of another name is refused with the right one, too."""
        super().__init_subclass__()
        if "__init__" in vars(cls):
            cls.__init__ = names_said(cls.__init__)

    def __setattr__(self, name: str, value: Any) -> None:
        try:
            object.__setattr__(self, name, value)
        except AttributeError:
            if hasattr(type(self), name):  # it exists, and may not be changed: the reason is said already
                raise
            raise AttributeError(self._unknown(name)) from None

    @classmethod
    def _unknown(cls, name: str) -> str:
        known = cls.settings()
        near = nearest(name, known)
        fix = "".join(f" {getattr(getattr(cls, n, None), 'fix', '')}".rstrip() for n in near)
        hint = f"; did you mean {near[0]!r}?{fix}" if near else "."
        return f"{cls.__name__} has no {name!r}{hint} Its settings: {', '.join(known) or 'none'}."

    @classmethod
    def settings(cls) -> list[str]:
        """The names of the arguments from which it is made."""
        return arguments(cls.__init__)

    @classmethod
    def hyperparameters(cls) -> list[str]:
        """The names of the declared hyperparameters, those of the base class first."""
        return list(declared(cls))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{n}={getattr(self, n)}' for n in self.hyperparameters())})"
