"""environment.yml promises what pyproject.toml promises, and installs labkit itself."""

import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def bounds(requirements: list[str]) -> dict[str, str]:
    """Package → bounds, in one spelling."""
    parsed = [Requirement(requirement) for requirement in requirements]
    return {requirement.name.lower(): str(requirement.specifier) for requirement in parsed}


def test_conda_and_pip_get_the_same_packages_with_the_same_bounds():
    conda = bounds([entry for entry in CONDA["dependencies"] if isinstance(entry, str)])
    assert conda.pop("pip") == ""
    assert conda.pop("python") == PROJECT["requires-python"]
    assert conda == bounds(PROJECT["dependencies"])


def test_conda_installs_labkit_itself_as_a_copy_that_needs_no_folder():
    """Binder and many hubs mount a home directory over the one in which the environment was built."""
    assert [entry["pip"] for entry in CONDA["dependencies"] if isinstance(entry, dict)] == [["."]]


def test_one_thread_is_set_where_the_environment_is_built():
    assert CONDA["variables"] == {"OPENBLAS_NUM_THREADS": 1}


def test_every_dependency_has_a_lower_bound_and_no_upper_one():
    everything = PROJECT["dependencies"] + [r for extra in PROJECT["optional-dependencies"].values() for r in extra]
    odd = {name: bound for name, bound in bounds(everything).items() if not bound.startswith(">=") or "," in bound}
    assert odd == {"sliveshow": "==0.2.5", "labkit": ""}, "one is pinned for its style sheet, one is an extra of ours"


def test_the_bounds_hold_here():
    """What is installed satisfies what is promised, or every other test tests something else."""
    from importlib.metadata import version

    extras = PROJECT["optional-dependencies"]
    for requirement in map(Requirement, PROJECT["dependencies"] + extras["test"] + extras["present"]):
        assert requirement.specifier.contains(version(requirement.name), prereleases=True), requirement
