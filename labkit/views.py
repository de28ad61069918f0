"""All parameters of a network lie in one vector θ; a W, b, γ or β is a view of its part, and has to stay one.

Who writes `net.theta = new` or `layer.params["W"] = new` means the numbers: they go into the old place, and the views
stay. What cannot go there is refused with the line that would do it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import FunctionType
from typing import Any

import numpy as np

from labkit.arrays import as_float
from labkit.doors import layer_door
from labkit.settings import Setting, Tunable

Array = np.ndarray


def write(line: str, view: Array, value: Any) -> None:
    """view[...] = value, if the shapes are the same: whatever else is a view of these numbers sees it.

    Raises ValueError that shows the right `line` for another shape, TypeError for what holds no real numbers.
    """
    if value is view:  # the second half of `theta -= step`
        return
    value = as_float("Network", value, name=line)
    if value.shape != view.shape:
        raise ValueError(f"Network: {line} has shape {view.shape}, got {value.shape}. To fill all of it with fewer "
                         f"numbers write {line}[...] = value.")
    view[...] = value


class Vector(Setting):
    """A long vector of a network: `net.theta = new` and `net.theta -= step` write into it."""

    def __set__(self, instance: Any, value: Any) -> None:
        write(f"net.{self.name}", getattr(instance, self.slot), value)


class Views(dict[str, Array]):
    """name → view into the long vector of a network: `params["W"] = new` writes the new numbers into the old place."""

    def __setitem__(self, name: str, value: Any) -> None:
        if name not in self:
            raise KeyError(f"the layer has no {name!r}; it has {', '.join(self) or 'no parameters'}.")
        write(f"layer.params[{name!r}]", self[name], value)

    def update(self, other: Mapping[str, Any] | Iterable = (), /, **named: Any) -> None:
        """Write every array of `other`, and those that are named, each into its place."""
        for name, value in dict(other, **named).items():
            self[name] = value

    def _keep(self, *args: Any) -> None:
        raise TypeError("the arrays of a layer are views into net.theta: they stay. Write layer.params['W'] = new.")

    __delitem__ = __ior__ = clear = pop = popitem = setdefault = _keep

    def __reduce__(self) -> tuple[type, tuple[dict[str, Array]]]:
        """A copy on its own is a plain dictionary of arrays."""
        return dict, (dict(self),)


class Weights(list[np.ndarray]):
    """The W of every linear layer: `weights[0] = W` writes the new numbers into the old place, in the network."""

    def _keep(self, *args: Any, **named: Any) -> None:
        raise TypeError("Network: its weights stand where they stand: none can be added or taken away. Write "
                        "net.weights()[0] = W, or make a network of other layers, lk.Network([…]).")

    append = extend = insert = pop = remove = clear = sort = reverse = __delitem__ = __iadd__ = __imul__ = _keep

    def __setitem__(self, index: Any, value: Any) -> None:
        chosen = range(len(self))[index]
        for i, new in zip(chosen, value, strict=True) if isinstance(index, slice) else [(chosen, value)]:
            write(f"net.weights()[{i}]", self[i], new)


class Row(tuple[Any, ...]):
    """The layers of a network, which stay: to exchange one is to make another network."""

    __slots__ = ()

    def _keep(self, *args: Any, **named: Any) -> None:
        raise TypeError("Network: its layers are fixed, for their parameters lie side by side in net.theta. Make a "
                        "network of other layers: lk.Network([*copy.deepcopy(net.layers), lk.Linear(3, 2)]); the "
                        "copies keep their weights.")

    append = extend = insert = pop = remove = clear = sort = reverse = __setitem__ = __delitem__ = _keep


class Kept:
    """What a training forward keeps for `backward`."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"Layer: there is no {name} yet: call forward(x, train=True) before backward.")


class Kind(type):
    """A class of layers, whose methods get doors for strangers, also those that somebody puts there later.

    A network, at every step, uses them without: `plain_forward`. Its first layer need not pass a gradient on, so there
    it uses `plain_first`: the parameter gradient alone, or whatever `backward` has been put in its place.
    """

    def __setattr__(cls, name: str, value: Any) -> None:
        if isinstance(value, FunctionType) and not name.startswith(("_", "plain_")):
            plain = getattr(value, "plain", value)
            super().__setattr__(f"plain_{name}", plain)
            if name in ("backward", "parameter_gradient"):
                super().__setattr__("plain_first", plain)
            value = layer_door(plain)
        super().__setattr__(name, value)


class Part(Tunable, metaclass=Kind):
    """What a layer is to its network: it has one place in one network, which gives it its views.

    What a training forward keeps for `backward` goes to `kept`, and may be read as `layer.x` too. A copy of a layer has
    the same settings and is free: views, generators and what was kept stay behind. What it has `learned` comes with it,
    and is the start in the next network.
    """

    __slots__ = ("__weakref__", "buffers", "generators", "grads", "kept", "lead", "learned", "owner", "params")

    def __init_subclass__(cls) -> None:
        """A layer's methods get doors for strangers."""
        super().__init_subclass__()
        for name, f in vars(cls).copy().items():
            if isinstance(f, FunctionType):
                setattr(cls, name, f)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("params", "grads", "buffers") and self.network is not None:
            getattr(self, name).update(value)
        elif isinstance(getattr(type(self), name, None), FunctionType):
            cls = type(self).__name__
            raise AttributeError(f"{cls}: {name} is a method of all its layers; a network would not see another one of "
                                 f"a single layer. Write {cls}.{name} = f, or make a class of your own.")
        else:
            super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        if name == "kept":
            self.kept = Kept()
            return self.kept
        if name in Part.__slots__[1:]:
            raise AttributeError(f"{type(self).__name__} has no {name}: a layer gets its parameters from its network; "
                                 "put it into one: lk.Network([layer]).")
        if name[:1] != "_" and name in vars(self.kept):
            return vars(self.kept)[name]
        raise AttributeError(f"{type(self).__name__} has no {name}" if name[:1] == "_" else self._unknown(name))

    def __getstate__(self) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        state = object.__getstate__(self)
        own, slots = state if isinstance(state, tuple) else (state, {})
        free = {name: value for name, value in slots.items() if name not in Part.__slots__}
        return own, free | {"learned": self.state()}

    def state(self) -> dict[str, Array]:
        """Copies of all that the layer has learned in its network, by name; nothing before it has one."""
        known = {**self.params, **self.buffers} if hasattr(self, "params") else {}
        return {name: array.copy() for name, array in known.items()}

    def take_up(self) -> None:
        """A copy of a layer that was in a network begins with what that one had learned, in every replica."""
        for name, array in self.learned.items():
            place = self.params if name in self.params else self.buffers
            if array.ndim > place[name].ndim or (array.ndim == place[name].ndim and array.shape != place[name].shape):
                raise ValueError(f"Network: {self} is a copy of a layer whose {name} has shape {array.shape}; here it "
                                 f"is {place[name].shape}. Make the layer anew, or keep the number of replicas.")
            place[name] = np.broadcast_to(array, place[name].shape)

    @property
    def network(self) -> Any:
        """The network that the layer belongs to, or None."""
        try:
            return object.__getattribute__(self, "owner")()
        except AttributeError:
            return None


def free_parts(layers: Sequence[Part]) -> tuple[Part, ...]:
    """The layers, each of which is a layer, stands at one place only, and belongs to no other network."""
    if isinstance(layers, Part | str) or not np.iterable(layers):
        raise TypeError(f"Network: layers must be a list of layers, got {layers!r}; lk.Network([lk.Linear(4, 3)]).")
    layers = tuple(layers)
    for i, layer in enumerate(layers):
        if not isinstance(layer, Part):
            raise TypeError(f"Network: entry {i} must be a layer, such as lk.Elementwise('tanh'), got {layer!r}.")
        if any(layer is other for other in layers[:i]):
            raise ValueError(f"Network: layer {i}, {layer}, stands at an earlier place already. A layer remembers its "
                             "input, so each place needs one of its own: make a new one, or copy.deepcopy(layer).")
        if layer.network is not None:
            raise ValueError(f"Network: layer {i}, {layer}, belongs to another network already. Make the layers anew, "
                             "or take copy.deepcopy(layers), which keep their weights.")
        layer.learned = layer.state() or getattr(layer, "learned", {})
    return Row(layers)


def fitting_sizes(layers: Sequence[Any]) -> tuple[int, int]:
    """(n_in, n_out) of the whole row; raises if a layer expects another number of units than it gets."""
    if not any("W" in layer.shapes for layer in layers):
        raise ValueError("Network: expected at least one Linear layer, got none.")
    n_in = n = next(layer.n_in for layer in layers if hasattr(layer, "n_in"))
    for layer in layers:
        wanted = getattr(layer, "n_in", getattr(layer, "n", n))
        if wanted != n:
            raise ValueError(f"Network: {layer} expects {wanted} inputs, but the layer before it has {n} units.")
        n = getattr(layer, "n_out", n)
    return n_in, n
