"""Of a notebook's statements those run that a function needs, in their order, and no other."""

import pytest

from labkit.classroom.needed import needed, pieces_of


def ran(*cells, function="f"):
    """The names that are left by running what `function` needs."""
    scope = {}
    for piece in needed(pieces_of(cells), function):
        exec(piece.code, scope)
    return {name: value for name, value in scope.items() if not name.startswith("__")}


@pytest.mark.parametrize(("cells", "left"), [
    (["x = 1\ny = 2\ndef f(): return x"], {"x", "f"}),
    (["import math, json", "def f(): return math.pi", "print(1 / 0)"], {"math", "json", "f"}),
    (["from math import pi as p", "def f(a=p): return a"], {"p", "f"}),
    (["def g(): return h()", "def h(): return 3", "def f(): return g()", "z = 1"], {"f", "g", "h"}),
    (["def f(x): return x", "x = 1"], {"f"}),
    (["f = lambda: k", "k = [i for i in range(3)]"], {"f", "k"}),
    (["@d\ndef f(): pass", "def d(g): return g"], {"f", "d"}),
    (["for i in range(3):\n    t = i", "f = (lambda: t)"], {"f", "i", "t"}),
    (["def g(): pass"], set()),
])
def test_what_a_function_needs_and_nothing_else(cells, left):
    try:
        assert set(ran(*cells)) == left
    except NameError:  # the decorator is defined later, and so it is in the notebook
        assert left == {"f", "d"}


def test_changes_in_place_are_needed_but_calls_of_a_module_are_not():
    left = ran("import math", "a, b, c = [1], {}, type('C', (), {})", "a.append(2)", "b['x'] = 1", "c.n = 3",
               "math.factorial(-1)", "a.copy()", "def f(): return a, b, c, math")
    assert left["a"] == [1, 2] and left["b"] == {"x": 1} and left["c"].n == 3


def test_the_last_definition_counts_and_no_experiment_with_its_name():
    assert ran("def f(): return 1", "def f(): return 2", "f = f()")["f"]() == 2
    assert ran("f = 1", "f = 2")["f"] == 2


def test_a_cell_that_is_no_python_costs_itself_alone():
    pieces = pieces_of(["%matplotlib inline\nx = 1", "def g(:\n    pass", "def f(): return x", "(" * 300])
    assert [piece.error.partition(":")[0] for piece in pieces if piece.error] == ["SyntaxError", "SyntaxError"]
    assert [piece.error for piece in needed(pieces, "f")] == ["", ""]
    [broken] = needed(pieces, "g")
    assert broken.error.startswith("SyntaxError") and broken.code is None
