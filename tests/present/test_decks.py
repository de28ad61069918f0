"""Decks without a browser: formulas, code, questions, frames, and which cells become which slides."""

import base64
import io
import json
import re
import tomllib
from xml.etree import ElementTree

import nbformat
import numpy as np
import pytest
from fontTools.ttLib import TTFont
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

import labkit as lk
from labkit.course import QUESTIONS
from labkit.lessons.initialization.panels import init_explorer
from labkit.notebooks.cells import slide_type
from labkit.present import assets, listing, markup, panel
from labkit.present.__main__ import main
from labkit.present.deck import LARGEST, deck, index, types_for
from labkit.present.document import TooLarge, plain
from labkit.present.film import Film, Take
from labkit.present.films import FILMS, FRAMES
from labkit.present.live import START, stops, with_start_button
from labkit.present.maths import mathml, with_maths
from labkit.present.pace import LENGTHS, Stop, note, path
from labkit.present.prepared import Prepared, maker, on_slide
from labkit.present.slides import Slide, slides_of
from labkit.widgets import Trainer
from tests.test_notebooks import NOTEBOOKS, PATHS

ROOT = NOTEBOOKS.parent
SETUP = ("from labkit.course import predict\n"
         "from labkit.lessons.initialization.panels import init_explorer")


def cell(source, kind, *outputs, **metadata):
    metadata = {"slideshow": {"slide_type": kind}} | metadata
    if source.startswith(("#", "$", "<", "plain")):
        return new_markdown_cell(source, metadata=metadata)
    return new_code_cell(source, metadata=metadata, outputs=list(outputs), execution_count=1)


def printed(text):
    return new_output("stream", name="stdout", text=text)


def png(grey=0.5):
    out = io.BytesIO()
    Image.fromarray(np.full((40, 60), int(255 * grey), np.uint8)).save(out, "png")
    return out.getvalue()


@pytest.fixture
def slides(tmp_path):
    """A function that makes slides of cells; the first two are a title and the set-up cell."""
    def make(*cells, **settings):
        path = tmp_path / "one.ipynb"
        opening = [cell("# 99 · One", "slide"), cell(SETUP, "skip")]
        nbformat.write(new_notebook(cells=[*opening, *cells]), path)
        return slides_of(path, **settings)[1:]
    return make


# ------------------------------------------------------------------------------------------------ formulas
def parts(latex, tag):
    return [element for element in ElementTree.fromstring(mathml(latex)).iter() if element.tag.endswith(f"}}{tag}")]


def test_a_formula_is_well_formed_and_knows_whether_it_stands_alone():
    assert ElementTree.fromstring(mathml(r"\frac{1}{n_\text{in}}", block=True)).get("display") == "block"
    assert with_maths("if $x$ and $$y$$") == f"if {mathml('x')} and {mathml('y', block=True)}"


@pytest.mark.parametrize(("latex", "spaces"), [
    (r"\operatorname{Var}(W)", ("0.1667em", "0")),
    (r"\tanh x", ("0.1667em", "0.1667em")),
    (r"z \sim N", ("0.2778em", "0.2778em")),
])
def test_operators_have_the_spaces_that_print_gives_them(latex, spaces):
    [operator] = [mo for mo in parts(latex, "mo") if mo.text in ("Var", "tanh", "∼")]
    assert (operator.get("lspace"), operator.get("rspace")) == spaces


def test_capitals_stand_upright_hats_sit_on_their_letters_and_primes_are_raised_once():
    assert parts(r"\Sigma", "mi")[0].get("mathvariant") == "normal"
    assert parts(r"\sigma", "mi")[0].get("mathvariant") is None
    assert parts(r"\hat m", "mover")[0].get("accent") == "true" and parts(r"\hat m", "mo")[0].text == "ˆ"
    assert not parts("f'(x)", "msup") and parts("f'(x)", "mo")[0].text == "′"


def test_a_formula_that_cannot_be_translated_is_named():
    with pytest.raises(ValueError, match=r"mathml: .*frac.* cannot be translated"):
        mathml(r"\frac{1}{")


def test_the_type_for_formulas_has_what_no_text_says():
    """A browser draws √ and braces from the font although the page nowhere has these characters."""
    rule = next(line for line in assets.faces("x").splitlines() if "'Maths'" in line)
    letters = TTFont(io.BytesIO(base64.b64decode(re.search("base64,([^)]+)", rule)[1]))).getBestCmap()
    assert set(map(ord, "√{}()𝑥𝜃")) <= set(letters)
    assert ord("ℵ") not in letters


# ------------------------------------------------------------------------------------------------ code
@pytest.mark.parametrize("source", ["%timeit f(1)", "!ls 'data", "%%bash\nls *.py", "files = !ls",
                                    "def half(:", "%time x = 1"])
def test_a_lecturers_own_cell_is_shown_as_it_is(slides, source):
    [slide] = slides(cell("import labkit as lk", "skip"), cell("## Mine", "slide"), cell(source, "-"))
    assert plain(slide.html()).replace("\xa0", " ").endswith(source)


def test_long_prints_are_cut_short_ones_and_their_like_stay():
    long = "print(f'the mean of all values in this list is {np.mean(values):.3f}, their number {len(values)}')"
    assert listing.essential(f"for x in y:\n    {long}  # so") == "for x in y:\n    print(…)  # so"
    assert listing.essential("print('κ', κ)\nprint('a',\n      'b')") == "print('κ', κ)\nprint(…)"
    assert listing.essential("x = 'print(' * 40") == "x = 'print(' * 40"


def test_long_lines_are_broken_at_commas_but_not_inside_texts():
    source = 'x = f("one, two, three, four, five", second, third)  # why'
    assert listing.wrapped(source, 40) == '# why\nx = f("one, two, three, four, five",\n    second, third)'
    assert listing.wrapped(source, 120) == source
    nested = "first, second = train(net, [seed for seed in range(5)], loss), test(net, data, 3)"
    comment = "# a comment of many words, none of which is Python"
    assert listing.wrapped(f"x = 1\n{comment}", 40) == f"x = 1\n{comment[:34]}\n# {comment[35:]}"
    assert listing.wrapped(nested, 70) == nested.replace("loss), test", "loss),\n    test")


def test_code_is_as_large_as_the_slide_allows():
    short, wide, high = ["x"], ["x" * 90], ["x\n" * 24]
    assert listing.size(short) == listing.LARGEST > listing.size(wide) > listing.size(["x" * 110])
    assert listing.size(short) > listing.size(high) > listing.size(["x\n" * 30])
    assert listing.size(high, 200) < listing.size(high)
    assert listing.size(["x" * 900]) == listing.SMALLEST
    for texts in (wide, high):
        size = listing.size(texts)
        assert max(map(len, texts[0].split("\n"))) * size * listing.ADVANCE <= listing.WIDE + 1
    broken = listing.roomiest(["f(" + "argument, " * 12 + ")"], [])
    assert broken[0] < 120 and broken[1] > listing.size(["f(" + "argument, " * 12 + ")"])


# ------------------------------------------------------------------------------------------------ slides
def test_cells_stand_together_as_their_slide_types_say(slides):
    first, second, third = slides(
        cell("## One\n\nwords", "slide"), cell("plain more", "-"), cell("plain not shown", "skip"),
        cell("plain later", "fragment"), cell("<details><summary>For you</summary>\n\nsay *so*\n\n</details>", "notes"),
        cell("x = 1", "subslide", printed("two\n")), cell("## Three", "slide"),
    )
    assert (first.heading, first.under, first.kind()) == ("One", False, "words")
    assert (second.heading, second.again, second.under, second.kind()) == ("One", True, True, "plain")
    assert (third.heading, third.again) == ("Three", False)
    page = first.html()
    assert page.index("words") < page.index("plain more") < page.index('<div class="fragment part">')
    assert "not shown" not in page
    assert '<aside class="notes"><p>say <em>so</em></p>' in page and "<details" not in page
    assert "<aside" not in first.html(notes=False)
    assert '<pre class="printed">two</pre>' in second.html()


@pytest.mark.parametrize("metadata", [{"tags": ["hide-input"]}, {"jupyter": {"source_hidden": True}}])
def test_a_hidden_source_is_hidden_and_its_output_is_shown(slides, metadata):
    [slide] = slides(cell("secret = 1", "slide", printed("seen"), **metadata))
    assert "secret" not in slide.html() and "seen" in slide.html()


def test_pictures_have_their_sentence_and_formulas_in_outputs_are_translated(slides):
    picture = base64.b64encode(png()).decode()
    shown = new_output("display_data", data={"image/png": picture, "text/plain": 'a "grey" box'})
    [slide] = slides(cell("x", "slide", shown, new_output("display_data", data={"text/html": "<b>$x$</b>"})))
    assert 'alt="a &quot;grey&quot; box"' in slide.html() and "data:image/webp;base64," in slide.html()
    assert f"<b>{mathml('x')}</b>" in slide.html()
    html = "<p>asked</p><details><summary>more</summary>known</details>"
    [slide] = slides(cell("x", "slide", new_output("display_data", data={"text/html": html})))
    assert '<p>asked</p><div class="fragment">known</div>' in slide.html()


@pytest.mark.parametrize("source", ["name = '03-zero'\npredict(name)", "predict()", "predict(names[0])", "predict(3)"])
def test_a_question_that_is_known_at_run_time_only_is_shown_as_code(slides, source):
    [slide] = slides(cell(source, "slide"))
    assert "predict" in plain(slide.html()) and not slide.notes


def test_an_unknown_question_is_named_with_the_nearest(slides):
    with pytest.raises(ValueError, match="predict: '03-zerro' is not known; did you mean '03-zero'"):
        slides(cell('predict("03-zerro")', "slide"))


def test_a_question_shows_its_options_and_keeps_its_answer_for_the_next_key(slides):
    [slide] = slides(cell("## Vote", "slide"), cell('predict("03-zero")', "fragment"))
    asked, page = QUESTIONS["03-zero"], slide.html()
    vote, fragment, why = page.partition('<p class="fragment why">')
    assert fragment and all(plain(markup.with_maths(option)) in plain(vote) for option in asked.options)
    assert plain(markup.with_maths(asked.why)) in plain(why) and plain(markup.with_maths(asked.why)) not in plain(vote)
    letter = "ABCD"[asked.options.index(asked.answer)]
    assert f"Answer: {letter}." in slide.notes[0] and asked.look in plain(slide.notes[0])


# ------------------------------------------------------------------------------------------------ frames
def test_positions_are_even_and_hold_the_marks_the_ends_and_the_present_value():
    control = init_explorer().controls["std"]
    found = control.positions(33)
    assert len(found) == 33 and found == sorted(found)
    assert {*control.marks.values(), 0.001, 3.0, control.value} <= set(found)
    steps = np.diff(np.log10(found))
    assert steps.min() > 0 and steps.max() < 2.5 * np.median(steps)
    assert len(control.positions(2)) == 6, "what has a name is never left out"


def test_a_marked_cell_is_drawn_at_every_position(slides):
    wanted = {"std": 7, "activation": ["tanh", "relu"]}
    [slide] = slides(cell("init_explorer()", "slide", labkit={"frames": wanted}))
    data = json.loads(re.search(r'<script type="application/json">(.*?)</script>', slide.html())[1])
    assert data["sizes"] == [7, 2] and len(data["pictures"]) == len(data["texts"]) == 14
    assert len(set(data["pictures"])) == 14
    assert [text.split(",")[0] for text in data["texts"][:2]] == ["tanh", "ReLU"]
    assert all(picture.startswith("data:image/webp;base64,") for picture in data["pictures"])
    assert 'type="range"' in slide.html() and "init std" in slide.html() and "1/√n = 0.0447" in slide.html()
    others = "".join(slide.notes)
    assert "Live only" in others and all(label in others for label in ("depth", "width"))
    assert "init std" not in others
    fewer = slides(cell("init_explorer()", "slide", labkit={"frames": {"std": 33}}), most=6)[0].html()
    assert 'max="5"' in fewer


@pytest.mark.parametrize(("source", "wanted", "complaint"), [
    ("panel = init_explorer()", {"std": 5}, "a marked cell ends with its panel"),
    ("1 + 1", {"std": 5}, "expected an Explorer, got int"),
    ("init_explorer()", {"sdt": 5}, "there is no control 'sdt'; the controls are std,"),
    ("elsewhere", {"std": 5}, "name 'elsewhere' is not defined"),
])
def test_what_cannot_be_drawn_is_named(slides, source, wanted, complaint):
    with pytest.raises((ValueError, NameError), match=complaint):
        slides(cell(source, "slide", labkit={"frames": wanted}))


PREPARED = {path.name[:2]: Prepared(path, nbformat.read(path, as_version=4).cells) for path in PATHS}


def test_the_panels_that_a_lecture_needs_are_marked():
    wanted = {number: {} for number in PREPARED}
    for number, notebook in PREPARED.items():
        for marked in notebook.code:
            wanted[number] |= notebook.wanted(marked)
    assert wanted["03"]["std"] >= 25 and {"tanh", "relu"} <= set(wanted["03"]["activation"])
    assert wanted["05"]["lr"] >= 21 and wanted["02"]["at"] >= 21
    assert all(wanted[number] for number in ("02", "03", "05", "10", "11"))


def test_every_film_belongs_to_a_trainer_on_a_slide_and_every_trainer_on_a_slide_plays():
    made = {(number, maker(code)) for number, notebook in PREPARED.items() for code in notebook.code if on_slide(code)}
    trainers = {(number, name) for number, name in made if name.lower().endswith("trainer")}
    assert set(FRAMES) <= made >= set(FILMS) >= trainers


def test_a_film_turns_its_knobs_at_their_steps_and_keeps_equal_pictures_once(slides):
    names = {"lk": lk, "Trainer": Trainer, "points": lk.datasets.spirals(40, np.random.default_rng(0))}
    made = "Trainer(lambda: lk.mlp([2, 4, 2], seed=0), points, optimizer=lk.SGD(0.1), max_steps=20)"
    takes = (Take("slow"), Take("fast from 10", {10: {"lr": 1.0}}))
    text = panel.playing(names, made, Film(takes))
    data = json.loads(re.search(r'<script type="application/json">(.*?)</script>', text)[1])
    shown = [data["shown"][:len(data["shown"]) // 2], data["shown"][len(data["shown"]) // 2:]]
    same = [a == b for a, b in zip(*shown, strict=True)]
    assert same == sorted(same, reverse=True) and same[0] and not same[-1], "equal until the knob is turned"
    assert data["sizes"] == [2, len(shown[0])] and "▶ play" in text


def test_paths_through_a_lecture_fit_their_minutes():
    lecture = [Slide("One", first=True), *(Slide(f"{i}", minutes=5) for i in range(20)), Slide("Summary", minutes=2)]
    ways = [slide.stop() for slide in lecture]
    for minutes in (45, 90):
        numbers = path(ways, minutes)
        assert sum(ways[number - 1].lasts for number in numbers) <= minutes and {1, 22} <= set(numbers)
    assert 'data-timing="300"' in lecture[1].html() and "**45 minutes:** slides 1–" in note(ways)
    assert "all slides" in note(ways[:3])


def test_a_question_is_shown_with_its_answer_or_not_at_all():
    ways = [Stop("title"), Stop("question"), Stop("words"), Stop("picture"), Stop("question"), Stop("picture")]
    assert path(ways, 6.5) == [1, 2, 4] and path(ways, 8.0) == [1, 2, 3, 4] and path(ways, 90) == [1, 2, 3, 4, 5, 6]


# ------------------------------------------------------------------------------------------------ with a kernel
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_notebook_has_the_button_that_starts_its_slides(path):
    notebook = nbformat.read(path, as_version=4)
    assert with_start_button(notebook) == notebook, f"run: python -m labkit.present store {path.name}"
    first = notebook.cells[1]
    assert START in first.source and "<details>" in first.source and slide_type(first) == "notes"
    assert all(f"**{minutes} minutes:** " in first.source for minutes in LENGTHS)


@pytest.mark.parametrize("notebook", PATHS, ids=lambda path: path.stem)
def test_the_paths_count_the_slides_of_the_live_show(notebook):
    cells = nbformat.read(notebook, as_version=4).cells
    ways = list(stops(cells))
    assert len(ways) == sum(slide_type(cell) in ("slide", "subslide") for cell in cells) and ways[0].what == "title"
    assert {"question", "panel", "picture"} <= {stop.what for stop in ways}
    assert {"After this you can", "Summary"} == {stop.heading for stop in ways[1:] if not stop.rank}


def test_the_settings_for_jupyterlab_come_with_the_wheel():
    """Without them sliveshow replaces JupyterLab's MathJax, and turns the page at a slider's arrow keys."""
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    page, settings = (json.loads((ROOT / name).read_text(encoding="utf-8"))
                      for name in build["targets"]["wheel"]["shared-data"])
    assert page["disabledExtensions"] == {"sliveshow:mathjax": True, "@jupyterlab/mathjax-extension": False}
    [plugin] = settings["sliveshow:plugin"]["reveal_plugins"]
    assert plugin["script"].startswith("data:") and not set("#%") & set(plugin["script"])


# ------------------------------------------------------------------------------------------------ pages
def test_a_deck_is_one_page_that_asks_for_nothing(slides):
    made = slides(cell("## One", "slide"), cell("plain two", "subslide"), cell("## Three\n\n$x$", "slide"))
    page = deck(made, types_for([made]))
    assert page.count("<section") == 4, "the first two share a stack"
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#)""", page.split("<script>")[0])
    assert not re.findall(r"url\((?!data:)", page.split("<script>")[0])


def test_a_deck_that_is_too_large_is_refused(slides):
    [slide] = slides(cell("## One\n\nwords", "slide"))
    slide.parts[0].shown = "x" * LARGEST
    with pytest.raises(TooLarge, match=r"One: .* bytes, at most 6,000,000 are allowed: draw fewer frames"):
        deck([slide], "")


def test_the_index_leads_to_every_deck_and_its_handout(slides):
    made = slides(cell("## 01 · Bends\n\n**Why?**", "slide"))
    page = index([(made, "01.html", ["01-questions.pdf", "01-answers.pdf"]), (made, "02.html", [])], "")
    assert re.findall('href="([^"]+)"', page) == ["01.html", "01-questions.pdf", "01-answers.pdf", "02.html"]
    assert "Why?" in page


def test_the_command_writes_the_files_and_says_what_is_missing(slides, tmp_path, capsys, monkeypatch):
    slides(cell("## One\n\nwords", "slide"))
    out = tmp_path / "out"
    assert main(["decks", str(tmp_path / "one.ipynb"), "--out", str(out), "--no-handouts"]) == 0
    assert sorted(file.name for file in out.iterdir()) == ["index.html", "one.html"]
    assert "one.html: 0." in capsys.readouterr().out
    monkeypatch.setattr("labkit.present.decks.chromium_path", lambda: None)
    assert main(["decks", str(tmp_path / "one.ipynb"), "--out", str(out)]) == 1
    assert "--no-handouts" in capsys.readouterr().err


def test_a_missing_package_is_named_with_the_way_to_get_it(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(assets.Missing, match=r"sphinx_revealjs is not installed; it comes with .* extra 'present'"):
        assets.reveal("dist/reveal.js")
