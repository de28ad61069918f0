"""Every exercise, tried with the right answer in unusual dress and with what usually goes wrong with it."""

import copy
import sys

import numpy as np
import pytest

from labkit.course import EXERCISES, examine

RANDOM = {name for name, exercise in EXERCISES.items()
          if any(isinstance(arg, np.random.Generator) for arg in exercise.cases[0])}
SINGLE = [name for name in EXERCISES if not EXERCISES[name].values]
SEVERAL = [name for name in EXERCISES if EXERCISES[name].values]
FREE_STATE = {"04-adam", "07-adamw"}                                 # what is remembered is the student's own affair


def parts_of(name, change):
    """The right function, each of whose values is changed; of an optimizer with a state of its own, θ alone."""
    exercise = EXERCISES[name]

    def f(*args):
        answer = exercise.reference(*args)
        if not exercise.values:
            return change(answer)
        kept = answer[1:] if name in FREE_STATE else ()
        return (*(change(value) for value in answer[:len(answer) - len(kept)]), *kept)

    return f


def as_matrix(x):
    return np.matrix(x) if np.ndim(x) == 2 else x


# ------------------------------------------------------------------------------------------------ right
DRESSES = {
    "a list": lambda x: np.asarray(x).tolist(), "a copy": copy.deepcopy, "an array": np.asarray, "a matrix": as_matrix,
    "read-only": lambda x: np.broadcast_to(x, np.shape(x)),
    "Fortran order": lambda x: np.asfortranarray(x) if np.ndim(x) else x,
    "a view": lambda x: np.repeat(np.asarray(x), 2, axis=-1)[..., ::2] if np.ndim(x) else x,
    "long floats": lambda x: np.asarray(x, np.longdouble) if np.asarray(x).dtype.kind == "f" else x,
    "short floats": lambda x: np.asarray(x, np.float32) if np.asarray(x).dtype.kind == "f" else x,
    "a number of NumPy": lambda x: np.float64(x) if np.ndim(x) == 0 else x,
    "0-d": lambda x: np.array(x) if np.ndim(x) == 0 else x,
}


REMEMBERS = {"04-momentum", "04-rmsprop"}     # what is returned comes back, and the right function wants arrays


@pytest.mark.parametrize(("name", "dress"), [(name, dress) for name in EXERCISES for dress in DRESSES
                                             if not (dress == "a list" and name in REMEMBERS)])
def test_the_right_answer_is_right_in_any_dress(name, dress):
    verdict = examine(name, parts_of(name, DRESSES[dress]))
    assert verdict.status == "right", verdict.text


@pytest.mark.parametrize("name", EXERCISES)
def test_it_may_print_and_call_help_on_its_way(name):
    def help_me(args):
        print("on my way", len(args))
        return EXERCISES[name].reference(*args)

    verdict = examine(name, lambda *args: help_me(args))
    assert verdict.status == "right" and "on my way" not in verdict.text


@pytest.mark.parametrize("name", SEVERAL)
def test_several_values_may_come_as_a_list(name):
    assert examine(name, lambda *args: list(EXERCISES[name].reference(*args))).status == "right"


# ------------------------------------------------------------------------------------------------ wrong
def one_entry_off(x):
    x = np.array(x, float)
    x.flat[-1] += 0.01 * (1 + abs(x.flat[-1]))
    return x


SLIPS = {
    "negative": lambda x: -np.asarray(x, float), "doubled": lambda x: 2 * np.asarray(x, float),
    "one more": lambda x: np.asarray(x, float) + 1, "zeros": lambda x: 0.0 * np.asarray(x, float),
    "one entry off": one_entry_off, "a constant rounded": lambda x: 1.003 * np.asarray(x, float),
    "NaN": lambda x: np.full(np.shape(x), np.nan), "an axis more": lambda x: np.asarray(x)[None],
    "cut off": lambda x: np.floor(np.asarray(x, float) * 0.7), "text": str, "an object": lambda x: object(),
    "None": lambda x: None, "complex": lambda x: np.asarray(x) + 0.5j, "summed": np.sum,
}
HARMLESS = {("03-he", "negative"), ("02-whiten", "negative")}         # mirrored is as normal, and as white
FINE_WITHIN_TOLERANCE = {"one entry off", "a constant rounded"}       # of draws, that are free


def is_a_slip(name, slip):
    """Whether it makes the right answer wrong: the sum of one number is that number."""
    if (name in RANDOM and slip in FINE_WITHIN_TOLERANCE) or (name, slip) in HARMLESS:
        return False
    exercise = EXERCISES[name]
    answer, _ = exercise.call(exercise.reference, exercise.cases[0])
    parts = [answer] if name in SINGLE else answer
    return slip != "summed" or any(isinstance(part, list | tuple) or np.ndim(part) for part in parts)


@pytest.mark.parametrize(("name", "slip"), [(n, slip) for n in EXERCISES for slip in SLIPS if is_a_slip(n, slip)])
def test_a_slip_is_seen(name, slip):
    verdict = examine(name, parts_of(name, SLIPS[slip]))
    assert verdict.status == "wrong", verdict.text


@pytest.mark.parametrize("name", SINGLE)
def test_a_comma_at_the_end_is_named(name):
    hint = examine(name, lambda *args: (EXERCISES[name].reference(*args),)).hint
    assert "comma at the end" in hint


@pytest.mark.parametrize("name", SEVERAL)
def test_the_other_order_is_named(name):
    names = EXERCISES[name].values
    verdict = examine(name, lambda *args: EXERCISES[name].reference(*args)[::-1])
    assert f"in the order ({', '.join(names[::-1])})" in verdict.hint and f"return {', '.join(names)}" in verdict.hint
    assert examine(name, lambda *args: EXERCISES[name].reference(*args)[:1]).hint == f"return {', '.join(names)}."


def parameters(name):
    return EXERCISES[name].parameters()


@pytest.mark.parametrize("name", [name for name in EXERCISES if len(parameters(name)) > 1 and name != "03-xavier"])
def test_parameters_in_another_order_are_named(name):
    names = parameters(name)
    scope = {"right": EXERCISES[name].reference}
    exec(f"def f({', '.join(names[::-1])}):\n    return right({', '.join(names)})\n", scope)
    assert f"called with ({', '.join(names)})" in examine(name, scope["f"]).hint


def in_place(name, at):
    """The right answer, and argument number `at` shifted afterwards."""
    def f(*args):
        answer = copy.deepcopy(EXERCISES[name].reference(*args))
        args[at][...] = args[at] + 1
        return answer

    return f


ARRAYS = [(name, i) for name, exercise in EXERCISES.items() if exercise.use is None
          for i, arg in enumerate(exercise.cases[0]) if isinstance(arg, np.ndarray)]
ARRAYS += [(name, i) for name in ("04-momentum", "04-rmsprop") for i in range(3)]
ARRAYS += [(name, i) for name in ("04-adam", "07-adamw") for i in range(2)] + [("10-mc-dropout", 1)]


@pytest.mark.parametrize(("name", "at"), ARRAYS)
def test_an_input_changed_in_place_is_refused(name, at):
    verdict = examine(name, in_place(name, at))
    assert f"changed its input {parameters(name)[at]} in place" in verdict.text, verdict.text


@pytest.mark.parametrize("name", sorted(RANDOM - {"03-symmetry"}))
@pytest.mark.parametrize("own", [lambda: np.random.default_rng(0), lambda: np.random.default_rng()])
def test_random_numbers_from_elsewhere_are_refused(name, own):
    at = parameters(name).index("rng")
    verdict = examine(name, lambda *args: EXERCISES[name].reference(*args[:at], own(), *args[at + 1:]))
    assert verdict.status == "wrong" and "generator" in verdict.text


@pytest.mark.parametrize("name", EXERCISES)
def test_what_is_no_answer_is_told(name):
    right = EXERCISES[name].reference
    assert "print shows" in examine(name, lambda *args: print(right(*args))).hint

    def generator(*args):
        yield right(*args)

    assert "yield" in examine(name, generator).hint
    assert "raised ZeroDivisionError" in examine(name, lambda *args: 1 / 0).text


@pytest.mark.skipif(sys.gettrace() is not None, reason="something else is tracing")
@pytest.mark.parametrize("name", ["00-step", "04-adam", "08-patience", "11-models-needed"])
def test_a_loop_without_an_end_ends(name):
    def f(*args):
        k = 1
        while k > 0:
            k += 1
        return k

    assert "did not come to an end" in examine(name, f).text


# ------------------------------------------------------------------------------------------------ whole numbers
@pytest.mark.parametrize("kind", [int, float, np.int32, np.int64, np.float32, np.array, lambda k: np.array(float(k))])
def test_a_whole_number_is_one_in_any_type(kind):
    right = EXERCISES["11-models-needed"].reference
    assert examine("11-models-needed", lambda *case: kind(right(*case)) if np.isfinite(right(*case)) else np.inf
                   ).status == "right"
    count = EXERCISES["08-patience"].reference
    assert examine("08-patience", lambda *case: (lambda theta, n: (theta, kind(n)))(*count(*case))).status == "right"


def test_what_indexes_must_index():
    def drawn(kind, mark=lambda left_out: left_out):
        def f(n, rng):
            indices, left_out = EXERCISES["11-bootstrap"].reference(n, rng)
            return kind(indices), mark(left_out)
        return f

    assert examine("11-bootstrap", drawn(list, list)).status == "right"
    assert examine("11-bootstrap", drawn(lambda i: i.astype(np.int16))).status == "right"
    assert "floats cannot index" in examine("11-bootstrap", drawn(lambda i: i.astype(float))).hint
    assert "booleans" in examine("11-bootstrap", drawn(list, lambda left_out: left_out.astype(int))).hint


# ------------------------------------------------------------------------------------------------ one by one
def right_of(name):
    return EXERCISES[name].reference


def trains_on(net, x, k):
    """Monte-Carlo dropout, example by example."""
    return [np.mean([softmax(net.forward(row[None], train=True))[0] for _ in range(k)], axis=0) for row in x]


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def all_masks_at_once(net, x, k):
    return softmax(net.forward(np.repeat(x, k, axis=0), True)).reshape(len(x), k, -1).mean(axis=1)


def passes(count, divisor=lambda k: k):
    return lambda net, x, k: sum(softmax(net.forward(x, train=True)) for _ in range(count(k))) / divisor(k)


def adam_outside(theta, g, state, lr, beta1, beta2, eps):
    m, v, t = state[0], state[1], state[2] + 1
    m, v = m + (1 - beta1) * (g - m), v + (1 - beta2) * (g * g - v)
    return theta - lr * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)) ** 0.5 + eps), [m, v, t]


def adam_inside(theta, g, state, lr, beta1, beta2, eps):
    m, v, t = state[0], state[1], state[2] + 1
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
    return theta - lr * (m / (1 - beta1**t)) / np.sqrt(v / (1 - beta2**t) + eps), (m, v, t)


def adam_short(theta, g, state, lr, beta1, beta2, eps):
    m, v, t = state[0], state[1], state[2] + 1
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
    return theta - lr * np.sqrt(1 - beta2**t) / (1 - beta1**t) * m / (np.sqrt(v) + eps), (m, v, t)


def searching(limit, otherwise=np.inf):
    return lambda v, c, goal: next((k for k in range(1, limit) if v / k + (k - 1) * c / k <= goal), otherwise)


def searching_for_ever(v, c, goal):
    k = 1
    while v / k + (k - 1) * c / k > goal:
        k += 1
    return k


def patient(better, best=np.inf):
    def f(evaluations, patience):
        lowest, kept, n, bad = best, None, 0, 0
        for loss, theta in evaluations:
            n += 1
            bad += 1
            if better(loss, lowest):
                lowest, kept, bad = loss, theta.copy(), 0
            if bad >= patience:
                break
        return kept, n
    return f


def by_next(evaluations, patience):
    lowest, kept, n, bad = np.inf, None, 0, 0
    while bad < patience:
        loss, theta = next(evaluations)
        n, bad = n + 1, bad + 1
        if loss < lowest:
            lowest, kept, bad = loss, theta.copy(), 0
    return kept, n


def shrinks_in_place(theta, g, state, lr, lam, adam):
    theta *= 1 - lr * lam
    return adam(theta, g, state, lr)


def cut_whole_numbers(x, padding, rng):
    return right_of("09-crop")(x, padding, rng).astype(int)


def filled(value):
    return lambda x, size, rng: np.where(right_of("09-cutout")(x, size, rng) == 0, value, x)


@pytest.mark.parametrize(("name", "f"), [
    ("10-mc-dropout", trains_on), ("10-mc-dropout", all_masks_at_once), ("04-adam", adam_outside),
    ("11-models-needed", searching(5000)), ("08-patience", patient(lambda loss, lowest: loss < lowest)),
    ("00-step", lambda theta, grad, lr: tuple(theta - lr * grad)),
    ("06-evaluate", lambda x, batches, gamma, beta, decay, eps: right_of("06-evaluate")(
        np.asarray(x).tolist() and x, np.array(list(batches)), gamma, beta, decay, eps)),
])
def test_right_in_unusual_style(name, f):
    assert examine(name, f).status == "right", examine(name, f).text


@pytest.mark.parametrize(("name", "f", "words"), [
    ("10-mc-dropout", passes(lambda k: 100), "k times"), ("10-mc-dropout", passes(lambda k: k // 2), "1 masks"),
    ("10-mc-dropout", passes(lambda k: k - 1), "1 masks"), ("10-mc-dropout", passes(lambda k: k + 1), "3 masks"),
    ("10-mc-dropout", passes(lambda k: k, lambda k: k + 1), "not by k + 1"),
    ("10-mc-dropout", lambda net, x, k: right_of("10-mc-dropout")(net, 0.5 * x, k), "as it is"),
    ("11-models-needed", searching(30), "too early"), ("11-models-needed", searching_for_ever, "come to an end"),
    ("11-models-needed", searching(5000, -1), "np.inf"),
    ("08-match", lambda *a: round(right_of("08-match")(*a)), "whole"),
    ("08-match", lambda *a: int(np.ceil(right_of("08-match")(*a))), "do not count"),
    ("08-patience", patient(lambda loss, lowest: loss <= lowest), "equal"),
    ("08-patience", patient(lambda loss, lowest: loss < lowest, best=1.0), "never set"),
    ("08-patience", by_next, "for loop"), ("07-adamw", shrinks_in_place, "copy"),
    ("04-adam", adam_inside, "outside root"), ("04-adam", adam_short, "section 2"),
    ("03-xavier", lambda a, b: 1.414 / np.sqrt(a + b), "nearly right round"),
    ("01-sigmoid", lambda y: 0.9998 * y * (1 - y), "nearly right"),
    ("01-sigmoid", lambda y: (y * (1 - y)).astype(np.float16) * np.float16(0.999), "float16"),
    ("00-accuracy", lambda o, y: (o.argmax(axis=1) == y).sum() // len(y), "//"),
    ("00-accuracy", lambda o, y: round(np.mean(o.argmax(axis=1) == y), 2), "nearly right"),
    ("02-standardise", lambda a, x: right_of("02-standardise")(np.vstack([a, x]), x), "leak"),
    ("03-he", lambda rng, n_in, n_out: np.sqrt(2 / n_in), "shape"),
    ("03-he", lambda rng, n_in, n_out: np.sqrt(2 / n_in) * np.sign(rng.random((n_in, n_out)) - 0.5), "signs"),
    ("05-divergence", lambda H: np.linalg.cond(H), "condition"),
    ("05-warm-cosine", lambda t, total, warm: t / warm if t < warm
        else (1 + np.cos(180 * (t - warm) / (total - warm))) / 2, "radians"),
    ("06-evaluate", lambda x, batches, *rest: right_of("06-evaluate")(x, batches[:-1], *rest), "last batch"),
    ("09-crop", cut_whole_numbers, "fractions"), ("09-cutout", filled(1.0), "else than 0"),
    ("09-cutout", filled(1e-12), "else than 0"),
    ("10-inverted-dropout", lambda x, dy, keep, rng: (lambda m: (x * m, dy * m))(
        (rng.random((len(x), 1)) < keep) / keep), "each of its units"),
    ("11-soft-vote", lambda p: np.median(p, axis=0).argmax(axis=-1), "median"),
])
def test_wrong_in_the_usual_way(name, f, words):
    verdict = examine(name, f)
    assert verdict.status == "wrong" and all(word in verdict.text for word in words.split()), verdict.text


@pytest.mark.parametrize("name", EXERCISES)
def test_what_is_shown_can_be_read(name):
    """No rounding noise, and of a large array the first wrong entry."""
    for slip in ("one more", "negative"):
        text = examine(name, parts_of(name, SLIPS[slip])).text
        assert "e-1" not in text and text.count("\n") < 12, text


def test_eight_models_are_enough():
    models_needed = right_of("11-models-needed")
    assert models_needed(1, 0.2, 0.3) == 8 and models_needed(1, 0.5, 0.6) == 5
