"""The plan of the laboratory, enforced: which room may import which, and what nobody does."""

import ast
import functools
import graphlib
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import labkit

LABKIT = Path(labkit.__file__).parent
MODULES = {path.relative_to(LABKIT.parent).as_posix(): path for path in sorted(LABKIT.rglob("*.py"))}
DOTTED = {name.removesuffix(".py").removesuffix("/__init__").replace("/", "."): name for name in MODULES}

# from the bottom up; a room imports rooms of lower floors, and its own parts
FLOORS = [
    ["arrays"],
    ["doors"],
    ["checks", "consoles", "journal"],
    ["fits", "settings", "targets"],
    ["views"],
    ["activations", "initializers", "losses", "schedules", "preprocess", "augment", "datasets", "regularizers"],
    ["layers", "optimizers"],
    ["convolution"],
    ["files"],
    ["network"],
    ["parts"],
    ["training", "gradcheck", "ensemble", "theory", "probes"],
    ["runs"],
    ["exercises"],
    # ------------------------------------------------ the NumPy line
    ["figures"],
    ["widgets"],
    ["lessons"],
    ["course"],
    ["notebooks"],
    ["present", "classroom"],
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
NUMPY_LINE = FLOOR["figures"]
# a file of a lesson lives on the floor of its role: experiments import no figures
ROLES = {"experiments": FLOOR["exercises"], "exercises": FLOOR["exercises"], "questions": FLOOR["exercises"],
         "figures": FLOOR["figures"], "panels": FLOOR["widgets"]}
DRAWS = {"numpy", "matplotlib", "PIL"}
SHOWS = {"numpy", "ipywidgets", "anywidget", "IPython", "traitlets"}
OUTSIDE = {
    "datasets": {"numpy", "PIL"},  # Pillow decodes the photos, and is loaded only then
    "questions": set(),
    "journal": set(),
    "figures": DRAWS,
    "panels": SHOWS,
    "widgets": SHOWS,
    "notebooks": {"nbformat"},
    "classroom": {"nbformat", "numpy"},
    "present": {"nbformat", "nbclient", "nbconvert", "jupyter_client", "playwright", "latex2mathml", "pygments",
                "fontTools", "PIL", "hatchling"},
}


def words(name: str) -> list[str]:
    """labkit/figures/style.py, or labkit.figures.style → [figures, style]; labkit/__init__.py → []."""
    return [word for word in name.removesuffix(".py").replace("/", ".").split(".")[1:] if word != "__init__"]


def room_of(name: str) -> str:
    """The room of a file or a dotted name: checks, figures, lessons.dropout, …; '' for labkit itself."""
    parts = words(name)
    return ".".join(parts[:2] if parts[:1] == ["lessons"] else parts[:1])


def role_of(name: str) -> str:
    """The fourth word of a lesson's file says what it is for; elsewhere the room does."""
    parts = words(name)
    return parts[2] if parts[:1] == ["lessons"] and len(parts) > 2 else room_of(name)


def floor_of(name: str) -> float:
    """How high a file or a dotted name stands; a lesson's role stands just above the kit that it may use."""
    room, role = room_of(name), role_of(name)
    if room.startswith("lessons."):
        return ROLES.get(role, FLOOR["lessons"]) + 0.5
    return FLOOR.get(room.split(".")[0], NUMPY_LINE - 1)  # labkit itself holds the core


@functools.cache
def parse(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


def imports(tree: ast.AST):
    """(dotted name, line number) of everything that is imported, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: a relative import hides from this test"
            submodules = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name for name in submodules if node.module == "labkit" or name in DOTTED] or [node.module]
            yield from ((name, node.lineno) for name in names)


def dotted(node: ast.AST) -> str:
    """np.random.seed for the expression of that name; '' for anything else."""
    if isinstance(node, ast.Attribute) and (owner := dotted(node.value)):
        return f"{owner}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def functions(name: str):
    return [node for node in ast.walk(parse(name)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def in_each(names):
    """A rule for one module becomes a test of them all: three thousand tests of a millisecond each took twenty seconds.
    """
    def decorate(rule):
        def test():
            for name in names:
                rule(name)

        return test

    return decorate


@in_each(MODULES)
def test_every_module_has_its_place_and_says_what_it_is_for(name):
    assert not words(name) or words(name)[0] in FLOOR, f"{name} is in no room of the plan ({Path(__file__).name})"
    assert ast.get_docstring(parse(name)), f"{name} has no docstring"
    if "/lessons/" in name and not name.endswith("lessons/__init__.py"):
        is_face = name.endswith("__init__.py") and name.count("/") == 3
        assert is_face or role_of(name) in ROLES, f"{name}: the fourth word of the path is one of {', '.join(ROLES)}"
        assert not is_face or len(parse(name).body) == 1, f"{name}: a docstring only, so that no lesson loads another"


def labkit_imports(name: str) -> list[tuple[str, int]]:
    return [(imported, line) for imported, line in imports(parse(name)) if imported.split(".")[0] == "labkit"]


@in_each(MODULES)
def test_imports_point_down(name):
    """Within a room a file may import its neighbours; in a lesson only those of its own floor or below."""
    for imported, line in labkit_imports(name):
        same = room_of(imported) == room_of(name)
        below = floor_of(imported) < floor_of(name) or (same and floor_of(imported) == floor_of(name))
        assert below, f"{name}, line {line}: {imported} is not below it"


ARROWS = sorted({(room_of(name) or "labkit", room_of(imported) or "labkit")
                 for name in MODULES for imported, _ in labkit_imports(name) if room_of(imported) != room_of(name)})


@pytest.mark.parametrize(("room", "other"), ARROWS, ids=[f"{room} → {other}" for room, other in ARROWS])
def test_no_arrow_leads_to_a_lesson(room, other):
    """Every arrow between two rooms, printed by `pytest -v`: none joins two lessons, none leads from a kit to one."""
    assert not other.startswith("lessons")


def test_no_file_imports_itself_in_a_circle():
    graph = {name: {DOTTED[imported] for imported, _ in labkit_imports(name) if imported in DOTTED} - {name}
             for name in MODULES if name != "labkit/__init__.py"}
    graphlib.TopologicalSorter(graph).prepare()


@in_each(MODULES)
def test_only_the_packages_of_the_room_are_imported(name):
    allowed = OUTSIDE.get(role_of(name), {"numpy"}) | {"labkit"} | sys.stdlib_module_names
    for imported, line in imports(parse(name)):
        assert imported.split(".")[0] in allowed, f"{name}, line {line}: imports {imported}"


def is_figures(module: str) -> bool:
    return module in {"labkit", "labkit.checks", "labkit.fits"} or role_of(module) == "figures"


@in_each([name for name in MODULES if role_of(name) == "figures"])
def test_figures_take_arrays_or_named_tuples_of_arrays(name):
    for node in ast.walk(parse(name)):
        if isinstance(node, ast.ImportFrom) and node.module.startswith("labkit") and not is_figures(node.module):
            for imported in node.names:
                thing = getattr(importlib.import_module(node.module), imported.name)
                assert isinstance(thing, type) and issubclass(thing, tuple), f"{name}: imports {imported.name}"


# of NumPy, what shows only names the types; where the places on a slider and an axis are, widgets may work out
TYPES = {"np.ndarray", "np.random", "np.random.Generator"}
PLACES = {"labkit/widgets/sliders.py": {"np.linspace"}, "labkit/widgets/gauges.py": {"np.reshape"},
          "labkit/widgets/live.py": {"np.ndim"}}
MEASURES = {"labkit.probes", "labkit.theory", "labkit.losses", "labkit.gradcheck", "labkit.ensemble"}


@in_each([name for name in MODULES if role_of(name) in {"panels", "widgets"}])
def test_panels_and_widgets_compute_nothing(name):
    """A panel hands the values of its controls to an experiment, and what comes back to a picture."""
    used = {dotted(node) for node in ast.walk(parse(name)) if dotted(node).startswith("np.")}
    assert used <= TYPES | PLACES.get(name, set()), f"{name} calculates: that belongs to experiments, or to runs"
    for imported, line in imports(parse(name)):
        assert imported != "numpy.linalg" and imported not in MEASURES, f"{name}, line {line}: measures something"
    for node in ast.walk(parse(name)):
        assert not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.MatMult), f"{name}, line {node.lineno}: @"


@in_each(MODULES)
def test_nobody_touches_global_state(name):
    random = {"default_rng", "Generator", "SeedSequence", "BitGenerator", "PCG64"}
    for node in ast.walk(parse(name)):
        path = dotted(node)
        if path.startswith(("np.random.", "numpy.random.")):
            assert path.split(".")[2] in random, f"{name}, line {node.lineno}: {path} is global; pass a Generator"
    for imported, line in imports(parse(name)):
        assert not imported.startswith(("matplotlib.pyplot", "pylab")), f"{name}, line {line}: pyplot is global"
        assert imported != "random", f"{name}, line {line}: the random module is global; pass a Generator"


@in_each(MODULES)
def test_importing_changes_no_settings(name):
    """At import nobody sets rcParams, a backend, NumPy's error handling or the warnings filter."""
    setters = ("rcParams", "matplotlib.use", "np.seterr", "np.set_printoptions", "warnings.filterwarnings",
               "warnings.simplefilter")
    tree = parse(name)
    defined = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = {id(child) for function in defined for line in function.body for child in ast.walk(line)}
    for node in ast.walk(tree):
        assert id(node) in inside or not dotted(node).endswith(setters), f"{name}, line {node.lineno}: {dotted(node)}"


HAND_ON = {"labkit/doors.py", "labkit/fits.py", "labkit/views.py"}
"""What stands before a function takes whatever comes, and hands it on."""


@in_each([name for name in MODULES if floor_of(name) < NUMPY_LINE])
def test_below_the_numpy_line_nothing_is_printed_and_no_argument_is_swallowed(name):
    for node in ast.walk(parse(name)):
        assert not (isinstance(node, ast.Call) and dotted(node.func) == "print"), f"{name}, line {node.lineno}: print"
    for function in functions(name) if name not in HAND_ON else ():
        assert function.args.kwarg is None, f"{name}: {function.name} takes **{function.args.kwarg.arg}"


@in_each(MODULES)
def test_files_are_short(name):
    lines = MODULES[name].read_text(encoding="utf-8").count("\n")
    assert lines <= 250, f"{name} has {lines} lines; a role may become a folder of that name"


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


OF_NAMEDTUPLES = {"_replace", "_asdict", "_fields", "_make"}  # public, by their documentation


def own_names(tree: ast.Module) -> set[str]:
    """What a file defines or assigns, of functions, classes, their attributes and its own."""
    named = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    stored = [node for node in ast.walk(tree) if isinstance(getattr(node, "ctx", None), ast.Store)]
    return named | {node.attr for node in stored if isinstance(node, ast.Attribute)} | {
        node.id for node in stored if isinstance(node, ast.Name)}


@in_each(MODULES)
def test_no_private_name_crosses_a_file(name):
    """Neither imported, nor taken from an object of another file; a subclass may use what it inherits."""
    tree = parse(name)
    own = own_names(tree) | OF_NAMEDTUPLES
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module.startswith("labkit"):
            for alias in node.names:
                assert not is_private(alias.name), f"{name}, line {node.lineno}: imports {alias.name}"
        elif isinstance(node, ast.Attribute) and is_private(node.attr):
            inherited = ast.unparse(node.value) in ("self", "cls", "super()")
            assert inherited or node.attr in own, f"{name}, line {node.lineno}: {ast.unparse(node)} is private"


@in_each(MODULES)
def test_functions_are_short_and_their_defaults_are_constants(name):
    for function in functions(name):
        body = function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
        assert body[-1].end_lineno - body[0].lineno < 25, f"{name}: {function.name} is longer than 25 lines"
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
