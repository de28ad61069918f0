"""The benchmarks are not part of the test run; what they import from labkit is there all the same."""

import ast
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

PROGRAMS = sorted(Path(__file__).with_name("benchmarks").glob("[!_]*.py"))


def imports(program: str) -> list[tuple[str, str]]:
    """Module and name of every `from labkit… import name`, in the program and in the cells that it holds as strings."""
    found = []
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("labkit"):
            found += [(node.module, alias.name) for alias in node.names]
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            lines = [line.strip() for line in node.value.splitlines() if line.strip().startswith("from labkit")]
            found += imports("\n".join(lines)) if lines else []
    return found


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_what_a_benchmark_imports_is_there(path):
    for module, name in imports(path.read_text(encoding="utf-8")):
        assert hasattr(import_module(module), name) or find_spec(f"{module}.{name}"), f"{module} has no {name}"
