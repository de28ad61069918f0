"""The plan of the laboratory, enforced: which room may import which, and what nobody does."""

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import labkit

LABKIT = Path(labkit.__file__).parent
MODULES = {path.relative_to(LABKIT.parent).as_posix(): path for path in sorted(LABKIT.rglob("*.py"))}

# from the bottom up; a room imports rooms of lower floors, and its own parts
FLOORS = [
    ["checks"],
    ["activations", "initializers", "losses", "schedules", "preprocess", "augment", "datasets", "regularizers"],
    ["layers", "optimizers"],
    ["network"],
    ["training", "gradcheck", "ensemble", "theory", "probes"],
    # experiments of single notebooks
    ["runs", "instruments", "saturation", "zigzag", "conditioning", "landscapes", "rates", "normalization",
     "darkroom", "dropout", "committees", "overfitting", "shrinkage", "stopping"],
    # ------------------------------------------------ the NumPy line
    ["exercises", "questions"],
    ["figures"],
    ["widgets"],
    ["present"],
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
NUMPY_LINE = FLOOR["exercises"]
OUTSIDE = {
    "datasets": {"numpy", "PIL"},  # Pillow decodes the photos, and is loaded only then
    "exercises": {"numpy"},
    "questions": set(),
    "figures": {"numpy", "matplotlib", "PIL"},
    "widgets": {"numpy", "ipywidgets", "IPython", "traitlets"},
    "present": {"nbformat", "nbclient", "nbconvert", "jupyter_client", "playwright", "latex2mathml", "pygments",
                "fontTools", "PIL"},
}


def room_of(name: str) -> str:
    """labkit/figures/style.py → figures; labkit/checks.py → checks; labkit/__init__.py → ''."""
    return "" if name == "labkit/__init__.py" else name.split("/")[1].removesuffix(".py")


def parse(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


def imports(tree: ast.AST):
    """(dotted name, line number) of everything that is imported, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: a relative import hides from this test"
            names = [f"labkit.{alias.name}" for alias in node.names] if node.module == "labkit" else [node.module]
            yield from ((name, node.lineno) for name in names)


def dotted(node: ast.AST) -> str:
    """np.random.seed for the expression of that name; '' for anything else."""
    if isinstance(node, ast.Attribute) and (owner := dotted(node.value)):
        return f"{owner}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def functions(name: str):
    return [node for node in ast.walk(parse(name)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("name", MODULES)
def test_every_module_has_its_place_and_says_what_it_is_for(name):
    assert room_of(name) in {"", *FLOOR}, f"{name} is in no room of the plan: give it a floor in {Path(__file__).name}"
    assert ast.get_docstring(parse(name)), f"{name} has no docstring"


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_down(name):
    room = room_of(name)
    floor = FLOOR.get(room, NUMPY_LINE)
    for imported, line in imports(parse(name)):
        top, _, rest = imported.partition(".")
        if top != "labkit":
            continue
        other = rest.split(".")[0]
        below = other == room or FLOOR.get(other, NUMPY_LINE) < floor
        assert below, f"{name}, line {line}: {imported} is not below {room or 'labkit'}"


@pytest.mark.parametrize("name", MODULES)
def test_only_the_packages_of_the_room_are_imported(name):
    allowed = OUTSIDE.get(room_of(name), {"numpy"}) | {"labkit"} | sys.stdlib_module_names
    for imported, line in imports(parse(name)):
        assert imported.split(".")[0] in allowed, f"{name}, line {line}: imports {imported}"


@pytest.mark.parametrize("name", [name for name in MODULES if room_of(name) == "figures"])
def test_figures_take_arrays_or_named_tuples_of_arrays(name):
    for node in ast.walk(parse(name)):
        if isinstance(node, ast.ImportFrom) and not node.module.startswith("labkit.figures"):
            for imported in node.names if node.module.startswith("labkit") else []:
                thing = getattr(importlib.import_module(node.module), imported.name)
                named_tuple = isinstance(thing, type) and issubclass(thing, tuple)
                assert named_tuple or node.module in {"labkit", "labkit.checks"}, f"{name}: imports {imported.name}"


@pytest.mark.parametrize("name", MODULES)
def test_nobody_touches_global_state(name):
    random = {"default_rng", "Generator", "SeedSequence", "BitGenerator", "PCG64"}
    for node in ast.walk(parse(name)):
        path = dotted(node)
        if path.startswith(("np.random.", "numpy.random.")):
            assert path.split(".")[2] in random, f"{name}, line {node.lineno}: {path} is global; pass a Generator"
    for imported, line in imports(parse(name)):
        assert not imported.startswith(("matplotlib.pyplot", "pylab")), f"{name}, line {line}: pyplot is global"
        assert imported != "random", f"{name}, line {line}: the random module is global; pass a Generator"


@pytest.mark.parametrize("name", MODULES)
def test_importing_changes_no_settings(name):
    """At import nobody sets rcParams, a backend, NumPy's error handling or the warnings filter."""
    setters = ("rcParams", "matplotlib.use", "np.seterr", "np.set_printoptions", "warnings.filterwarnings",
               "warnings.simplefilter")
    inside = {id(child) for function in functions(name) for child in ast.walk(function)}
    for node in ast.walk(parse(name)):
        assert id(node) in inside or not dotted(node).endswith(setters), f"{name}, line {node.lineno}: {dotted(node)}"


@pytest.mark.parametrize("name", [name for name in MODULES if FLOOR.get(room_of(name), 0) < NUMPY_LINE])
def test_below_the_numpy_line_nothing_is_printed_and_no_argument_is_swallowed(name):
    for node in ast.walk(parse(name)):
        assert not (isinstance(node, ast.Call) and dotted(node.func) == "print"), f"{name}, line {node.lineno}: print"
    for function in functions(name):
        assert function.args.kwarg is None, f"{name}: {function.name} takes **{function.args.kwarg.arg}"


@pytest.mark.parametrize("name", MODULES)
def test_functions_are_short_and_their_defaults_are_constants(name):
    for function in functions(name):
        body = function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
        assert body[-1].end_lineno - body[0].lineno < 40, f"{name}: {function.name} is longer than 40 lines"
        for default in [*function.args.defaults, *filter(None, function.args.kw_defaults)]:
            mutable = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
            assert not isinstance(default, mutable), f"{name}: {function.name} has a mutable default"
            drawn = isinstance(default, ast.Call) and "random" in dotted(default.func)
            assert not drawn, f"{name}: {function.name} draws its default once, at import"


def test_public_names_are_listed_and_explained():
    assert len(labkit.__all__) == len(set(labkit.__all__))
    for name in labkit.__all__:
        thing = getattr(labkit, name)
        if inspect.isroutine(thing) or inspect.isclass(thing) or inspect.ismodule(thing):
            assert (thing.__doc__ or "").strip(), f"labkit.{name} has no docstring"


def test_public_functions_are_annotated():
    for name in MODULES:
        inner = {id(child) for outer in functions(name) for child in ast.walk(outer) if child is not outer}
        for function in functions(name):
            if function.name.startswith("_") or id(function) in inner:
                continue
            arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            bare = [a.arg for a in arguments if a.annotation is None and a.arg not in ("self", "cls")]
            assert not bare, f"{name}: {function.name} does not say what {', '.join(bare)} is"
            assert function.returns is not None, f"{name}: {function.name} does not say what it returns"


def test_importing_labkit_loads_nothing_but_numpy():
    heavy = ["matplotlib", "ipywidgets", "IPython", "sklearn", "scipy", "PIL", "nbformat"]
    code = f"import sys, labkit; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=LABKIT.parent)
    assert found.stdout.strip() == "[]"
