"""The repository keeps to its plan: few names at the top, nothing of one machine in the files, documents that hold."""

import re
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOP = {
    *("notebooks", "labkit", "data", "tests", ".ci", ".gitignore", ".gitattributes"),
    *("README.md", "LICENSE", "CITATION.cff", "pyproject.toml", "environment.yml"),
}
BINARY = {".png", ".jpg", ".jpeg", ".npz", ".npy", ".gz", ".webp"}

# written so that this file does not match them
OF_ONE_MACHINE = {
    "an absolute path of somebody's machine": r"(?<![\w.:/])/(?:home|Users|root|work|tmp|mnt)/\w|\b[A-Z]:\\Users\\",
    "a temporary path in a stored output": r"/ipykernel_\d+/",
    "the address of a package registry": r"\b(?:pypi|pythonhosted|npmjs|anaconda|debian)\.(?:org|com)\b",
    "a private network address": r"\b(?:10|192\.168)\.\d{1,3}\.\d{1,3}\.\d{1,3}\b",
    "a merge conflict": r"^(?:<{7}|>{7}) ",
    "a key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
}


def files() -> list[str]:
    """What git tracks or would add; in a downloaded folder without git, what .gitignore does not name."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    except (OSError, subprocess.CalledProcessError):
        ignored = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()]
        paths = [path.relative_to(ROOT) for path in ROOT.rglob("*")]
        listed = [p.as_posix() for p in paths if not any(fnmatch(part, i) for part in p.parts for i in ignored)]
    return sorted(name for name in listed if name and (ROOT / name).is_file())


FILES = files()
TEXTS = [name for name in FILES if Path(name).suffix not in BINARY]


def test_the_top_holds_what_the_plan_names_and_nothing_else():
    assert {name.split("/")[0] for name in FILES} == TOP


def test_files_are_small():
    large = {name: (ROOT / name).stat().st_size for name in FILES}
    assert not {name: size for name, size in large.items() if size > 12_000_000}
    assert sum(large.values()) < 60_000_000


def test_text_is_utf8_with_unix_lines_and_nothing_of_one_machine():
    for name in TEXTS:
        text = (ROOT / name).read_bytes().decode("utf-8")
        assert "\r" not in text, name
        for what, pattern in OF_ONE_MACHINE.items():
            found = re.search(pattern, text, re.MULTILINE)
            assert not found, f"{name}: {what}: {text[max(0, found.start() - 40) : found.end() + 40]!r}"


MODULES = sorted(path.stem for path in (ROOT / "labkit").glob("[!_]*.py"))
ROOMS = sorted(path.relative_to(ROOT / "labkit").as_posix() for path in (ROOT / "labkit").rglob("[!_]*")
               if path.is_dir() and path.parent.name in {"labkit", "lessons"} and path.name != "lessons")


@pytest.mark.parametrize("module", MODULES)
def test_every_module_of_the_core_has_a_test_file_of_its_name(module):
    assert f"tests/test_{module}.py" in FILES


@pytest.mark.parametrize("room", [room for room in ROOMS if room not in {"augment", "datasets"}])
def test_every_room_has_a_room_of_its_name_in_the_tests(room):
    assert any(name.startswith(f"tests/{room}/test_") for name in FILES)


# ------------------------------------------------------------------------------------------------ the README
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_files_that_the_readme_links_to_exist():
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert [link for link in links if link and not (ROOT / link).exists()] == []


def test_the_readme_maps_the_notebooks():
    notebooks = [path.name for path in (ROOT / "notebooks").glob("*.ipynb")]
    assert [name for name in notebooks if f"(notebooks/{name})" not in README] == []


def test_ci_runs_the_test_command_of_the_readme():
    command = re.search(r"^python -m pip install uv && (python -m uv run .*pytest .*)$", README, re.MULTILINE)
    assert command, "the README gives one command that runs every test"
    assert command[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_files_to_read_first_are_as_short_as_the_readme_says():
    """The numbered list names eight files; together they have at most the lines it promises, and at least 9 of 10."""
    listed = re.findall(r"^\d\. \[(labkit/\w+\.py)\]", README, re.MULTILINE)
    promised = int(re.search(r"These eight files, ([\d,]+) lines", README)[1].replace(",", ""))
    lines = sum(len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in listed)
    assert len(listed) == 8
    assert 0.9 * promised <= lines <= promised <= 1500


def test_git_keeps_unix_lines_on_windows_too():
    assert re.search(r"^\* text=auto eol=lf$", (ROOT / ".gitattributes").read_text(encoding="utf-8"), re.MULTILINE)
