"""What notebook 13 says holds for patients that it does not use: its own cells, run with other seeds."""

import contextlib
import io

import numpy as np
import pytest

from labkit.lessons.training_clinic.experiments import signs
from labkit.lessons.training_clinic.experiments.diseases import DISEASES
from labkit.lessons.training_clinic.experiments.instruments import INSTRUMENTS
from tests.cells import cells_of

CELLS = cells_of("13")
OTHERS = {"one-patient": ("seed=7", "seed=8"), "signs-again": ("500", "510"), "good-run": ("seed=3", "seed=4"),
          "masks-run": ("seeds=1", "seeds=2"), "protocol-run": ("600", "610")}
RUNS = ("setup", "healthy", "one-patient", "signs-numbers", "signs-again", "good-run", "masks-run", "protocol-run")


@pytest.fixture(scope="module")
def nb():
    """The names that the cells leave behind, and under `said` what each of them printed."""
    scope, said = {}, {}
    for name in RUNS:
        source = CELLS[name].source.replace(*OTHERS.get(name, ("", ""))).replace("[4::4]", "[4::8]")
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile(source, f"<{name}>", "exec"), scope)
        said[name] = out.getvalue()
    return scope | {"said": said}


@pytest.mark.parametrize("name", ["healthy", "one-patient", "signs-numbers", "signs-again"])
def test_other_patients_say_the_same(nb, name):
    assert nb["said"][name] == "".join(output.get("text", "") for output in CELLS[name].outputs)


def test_the_first_loss_is_ln_ten():
    low, middle, high = 10 ** (signs.healthy("plain", "loss curve")[:, 0] * 0.15)
    assert low < np.log(10) * 1.02 and high > np.log(10) * 0.98 and middle == pytest.approx(np.log(10), rel=0.02)


def test_reports_that_are_too_good_are_not_honest(nb):
    healthy, healthy_honest, leak, leak_honest, batch, batch_honest = nb["honest"].values()
    assert leak.min() > healthy.max() + 3 and batch.min() > healthy.max() + 1
    for honest in (healthy_honest, leak_honest, batch_honest):
        assert np.median(honest) == pytest.approx(84, abs=1.5)


def test_batch_norm_hides_more_than_adam_and_neither_what_is_wrong_with_labels_or_signs(nb):
    hidden = nb["masked"]
    assert {"weights too small", "rate too high", "dead units"} <= set(hidden["batch norm"])
    assert len(hidden["Adam"]) < len(hidden["batch norm"])
    for names in hidden.values():
        assert not {"wrong sign", "labels shuffled"} & set(names)


def test_the_protocol_finds_nearly_all_and_the_tree_is_cheaper(nb):
    assert nb["hits"]["protocol"] >= len(nb["some"]) - 1 and nb["hits"]["greedy tree"] >= len(nb["some"]) - 2
    assert np.mean(nb["costs"]["greedy tree"]) < np.mean(nb["costs"]["protocol"])


def test_what_the_table_is_said_to_show():
    table = signs.sign_table()
    shown = {name: np.count_nonzero(table.strength[:, i]) for i, name in enumerate(table.instruments)}
    assert len(DISEASES) == len(table.diseases) == 37
    assert shown["report card"] == 36 and shown["gradient check"] == 4 and shown["duplicates"] == 1
    leak = table.strength[table.diseases.index("test pictures in training")]
    assert [name for name, sign in zip(table.instruments, leak, strict=True) if sign] == ["duplicates"]
    assert list(table.instruments) == list(INSTRUMENTS)
