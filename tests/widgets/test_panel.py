"""What every panel has, whatever it shows: a call that brings it back, and a place that is given back."""

import ipywidgets as W
import pytest

from labkit.lessons.initialization.panels import init_explorer
from labkit.widgets import panel as module
from labkit.widgets import shown
from labkit.widgets.panel import Panel, Tools, rows, status
from labkit.widgets.shown import close


class Dial(Panel):
    """A panel with one control and no picture."""

    def __init__(self):
        self.n = W.IntSlider(3)
        super().__init__([self.n], 400)

    @property
    def values(self):
        return {"n": self.n.value, "name": "tanh"}


class Shell:
    """An IPython that runs `code` in the cell `cell` for the `run`-th time."""

    def __init__(self, code, cell="a", run=1):
        self.message = {"content": {"code": code}, "metadata": {"cellId": cell}, "header": {"msg_id": run}}

    def get_parent(self):
        return self.message


@pytest.fixture
def cell(monkeypatch):
    """cell(code, …): from now on the notebook runs this."""
    monkeypatch.setattr(shown, "_of_cell", {})

    def run(*args, **kwargs):
        for place in (module, shown):
            monkeypatch.setattr(place, "get_ipython", lambda: Shell(*args, **kwargs))
    return run


@pytest.mark.parametrize(("code", "maker"), [
    ("Dial()", "Dial()"),
    ("x = 1\nDial(\n    x)  # here", "Dial(\n    x)"),
    ("panel = Dial()\npanel", "panel"),
    ("panel = Dial()", "panel"),
    ("%matplotlib inline\nDial()", "panel"),
    ("", "panel"),
])
def test_the_call_is_the_cells_last_expression_at_this_setting(cell, code, maker):
    cell(code)
    panel = Dial()
    panel.n.value = 7
    assert panel.call() == f"{maker}.set(n=7, name='tanh')"


def test_the_call_brings_the_setting_back(cell):
    cell("init_explorer(batch=16)")
    panel = init_explorer(batch=16).set(std=0.3, activation="relu")
    again = eval(panel.call())
    assert again.values == panel.values and again._image.value == panel._image.value


def test_the_page_is_told_the_call_when_it_asks(monkeypatch):
    panel, sent = Dial(), []
    panel._repr_mimebundle_()
    monkeypatch.setattr(Tools, "send", lambda self, content: sent.append(content))
    panel._tools._handle_custom_msg({"ask": "call"}, [])
    assert sent == [{"ask": "call", "call": "panel.set(n=3, name='tanh')"}]


def test_a_cell_that_runs_again_closes_what_it_made_before(cell):
    cell("Dial(); Dial()")
    first, beside = Dial(), Dial()
    cell("Dial()", cell="b")
    elsewhere = Dial()
    assert all(panel.comm is not None for panel in (first, beside, elsewhere))
    cell("Dial(); Dial()", run=2)
    again = Dial()
    assert first.comm is beside.comm is None and elsewhere.comm is not None and again.comm is not None


def test_closing_gives_back_every_model():
    before = set(W.widgets.widget._instances)
    init_explorer(batch=16).close()
    assert set(W.widgets.widget._instances) == before


def test_a_line_is_text_not_markup():
    assert "&lt;b&gt;" in status("<b>") and 'role="status"' in status("") and "bold" in status("", bold=True)


def test_rows_wrap_and_close_goes_down():
    inner = W.Checkbox()
    row = rows([W.VBox([inner])])
    assert row.layout.flex_flow == "row wrap"
    close(row)
    assert inner.comm is inner.layout.comm is row.comm is None
