"""What was done is found again by the next kernel; no damage and no lack of rights costs more than it must."""

import json
import subprocess
import sys
import threading

import pytest

from labkit import journal
from labkit.journal import Work


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_JOURNAL", str(tmp_path / "deep" / "journal.jsonl"))
    return tmp_path / "deep" / "journal.jsonl"


def work():
    journal.belongs_to("03-zero")
    journal.decided("03-zero", "keine, 없음 ∅")
    journal.tried("03-he", right=False)
    journal.hinted("03-he")
    journal.tried("03-he", right=True)
    journal.tried("03-he", right=False)
    for _ in range(3):
        journal.reached("the largest std")
    journal.bettered("70 % right", 120)
    journal.bettered("70 % right", 80)


EXPECTED = ({"03-zero": "keine, 없음 ∅"}, {"03-he": Work(tries=2, passed=True, hints=1)}, {"03": ["the largest std"]},
            {"70 % right": 80})


def test_it_is_found_again_after_the_kernel_has_gone(file):
    work()
    journal.forget()
    assert journal.record() == EXPECTED
    assert len([line for line in file.read_text("utf-8").splitlines() if line]) == 8


def test_without_a_file_it_lasts_as_long_as_the_kernel(monkeypatch):
    monkeypatch.setenv("LABKIT_JOURNAL", "off")
    work()
    assert journal.path() is None and journal.record() == EXPECTED
    journal.forget()
    assert journal.record() == ({}, {}, {}, {})


@pytest.mark.parametrize("damage", [b"\x00\xff\xfe broken", b'{"what": "predict", "name": "03-ze', b"[1, 2]\n", b"null",
                                    b'{"what": "predict", "name": 3, "option": "x"}', b"[" * 100_000,
                                    b'{"what": "check", "name": "09-x", "right": "yes"}'[:-1]])
def test_damage_costs_the_damaged_line_alone(file, damage):
    work()
    file.write_bytes(file.read_bytes() + damage)
    journal.decided("04-adam", "too long")
    decided, *others = journal.record()
    assert (decided, *others) == (EXPECTED[0] | {"04-adam": "too long"}, *EXPECTED[1:])
    assert damage in file.read_bytes(), "nothing of the old file is lost"


def test_where_nothing_can_be_written_nothing_breaks(tmp_path, monkeypatch):
    (tmp_path / "a file").write_text("x")
    for place in (tmp_path / "a file" / "journal.jsonl", "long" * 500, "~nobody-of-this-name/journal"):
        journal.forget()
        monkeypatch.setenv("LABKIT_JOURNAL", str(place))
        work()
        assert journal.record() == EXPECTED, place


def test_a_read_only_file_is_read_and_what_is_new_is_kept_meanwhile(file, monkeypatch):
    work()
    opened = journal.Path.open

    def read_only(place, mode="r", *how, **more):
        if "r" not in mode:
            raise PermissionError(13, "read-only")
        return opened(place, mode, *how, **more)

    monkeypatch.setattr(journal.Path, "open", read_only)
    journal.decided("04-adam", "too long")
    assert journal.record().decided == EXPECTED[0] | {"04-adam": "too long"}
    monkeypatch.setattr(journal.Path, "open", opened)
    journal.hinted("04-adam")
    journal.forget()
    found = journal.record()
    assert found.decided == EXPECTED[0] | {"04-adam": "too long"} and found.work["04-adam"].hints == 1


def test_a_name_that_is_not_whole_means_the_same_to_notebooks_in_all_folders(tmp_path, monkeypatch):
    monkeypatch.setattr(journal.Path, "home", lambda: tmp_path)
    monkeypatch.setenv("LABKIT_JOURNAL", "mine/journal.jsonl")
    assert journal.path() == tmp_path / "mine" / "journal.jsonl"


def test_many_at_once_lose_nothing(file):
    code = ("from labkit import journal\n"
            "for i in range(100): journal.decided(f'03-{name}{i}', 'x' * 200)")
    kernels = [subprocess.Popen([sys.executable, "-c", f"name = {name!r}\n{code}"]) for name in "ab"]
    threads = [threading.Thread(target=lambda n=n: [journal.decided(f"04-{n}x{i}", "y") for i in range(50)])
               for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [kernel.wait() for kernel in kernels] == [0, 0]
    assert len(journal.record().decided) == 2 * 100 + 3 * 50


def test_places_of_the_systems(monkeypatch):
    for name in ("LABKIT_JOURNAL", "CI", *journal.AUTOMATIC):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere")
    monkeypatch.setattr(sys, "platform", "linux")
    assert journal.path().parts[-3:] == ("somewhere", "labkit", "journal.jsonl")
    monkeypatch.delenv("XDG_DATA_HOME")
    assert journal.path().parts[-4:] == (".local", "share", "labkit", "journal.jsonl")
    monkeypatch.setenv("LOCALAPPDATA", "/local")
    monkeypatch.setattr(sys, "platform", "win32")
    assert journal.path().parts[-3:] == ("local", "labkit", "journal.jsonl")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "Application Support" in journal.path().parts
    monkeypatch.setattr(journal.Path, "home", lambda: (_ for _ in ()).throw(RuntimeError("no home")))
    assert journal.path() is None
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(sys, "platform", "linux")
    assert journal.path() is None


def test_a_folder_may_be_named_and_tests_write_nothing(tmp_path, monkeypatch):
    monkeypatch.delenv("LABKIT_JOURNAL", raising=False)
    assert journal.path() is None, "pytest runs"
    monkeypatch.setenv("LABKIT_JOURNAL", str(tmp_path))
    assert journal.path() == tmp_path / "journal.jsonl"


def test_a_line_says_what_was_done_and_nothing_of_the_machine(file):
    work()
    keys = {key for line in file.read_text("utf-8").splitlines() if line for key in json.loads(line)}
    assert keys == {"what", "name", "option", "right", "goal", "steps"}
