"""Every slide of every deck in a real Chromium: it fits, asks for nothing, and its sliders answer without a kernel."""

import json
import math
import re
from urllib.parse import unquote

import nbformat
import pytest

from labkit.figures import style
from labkit.present.deck import LARGEST, types_for
from labkit.present.decks import write
from labkit.present.document import plain
from labkit.present.film import SHOTS
from labkit.present.films import FILMS
from labkit.present.handout import handout, pdf
from labkit.present.prepared import Prepared
from labkit.present.slides import slides_of
from tests.browser import fit
from tests.browser.axe import violations
from tests.browser.conftest import NOTEBOOKS

pytestmark = pytest.mark.browser

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
SIZES = [(1280, 720), (1920, 1080)]
CARDS = {"09_data_augmentation": 7}
"""Slides that a deck has beyond its cells: the cards of a sorting exercise after the first one."""
LEGIBLE = 18
"""Pixels of the smallest type in a picture, on a screen 720 pixels high."""
PICTURES = """size => Reveal.getSlides().map(section => {
    const place = Reveal.getIndices(section), image = section.querySelector('figure:not(.pair *) img');
    Reveal.slide(place.h, place.v, 99);
    const shown = image?.getBoundingClientRect();
    return {heading: section.querySelector('h1, h2').innerText, type: image
        ? size * Math.min(shown.width / image.naturalWidth, shown.height / image.naturalHeight) : Infinity};
})"""
FEWER = 3
"""Positions of a slider in the decks of this test: to draw them all takes minutes and shows nothing new."""


@pytest.fixture(scope="package")
def decks(tmp_path_factory):
    """The folder with the decks of the whole course."""
    out = tmp_path_factory.mktemp("decks")
    list(write(PATHS, out, handouts=False, most=FEWER))
    return out


class Deck:
    """A deck open in a page of its own, with what it complained of and asked for."""

    def __init__(self, browser, file):
        self.page = browser.new_page()
        self.page.set_viewport_size({"width": 1280, "height": 720})
        self.console, self.outside = [], []
        self.page.on("console", self.heard)
        self.page.on("pageerror", lambda error: self.console.append(f"uncaught: {error}"))
        browser.on("request", self.asked)
        self.browser = browser
        self.page.goto(file.as_uri())
        self.page.wait_for_selector("html[data-deck=ready]", state="attached")

    def heard(self, message):
        if message.type in ("error", "warning"):
            self.console.append(message.text)

    def asked(self, request):
        if not request.url.startswith(("file:", "data:", "blob:", "about:")):
            self.outside.append(request.url)

    def turn_to(self, selector):
        """Go to the first slide with such an element; returns the slide."""
        self.page.evaluate("""selector => {
            const at = Reveal.getIndices(document.querySelector(selector).closest('section'));
            Reveal.slide(at.h, at.v, 99);
        }""", selector)
        return self.page.locator(".slides section.present:not(.stack)")

    def close(self):
        self.browser.remove_listener("request", self.asked)
        self.page.close()


@pytest.fixture
def opened(browser):
    """A function that opens a deck; what it opened is closed after the test."""
    open_ones = []

    def open_one(file):
        open_ones.append(Deck(browser, file))
        return open_ones[-1]

    yield open_one
    for deck in open_ones:
        deck.close()


def marked(name):
    """How many frames each panel and each film of a notebook has when all are drawn, in order."""
    path = NOTEBOOKS / f"{name}.ipynb"
    prepared = Prepared(path, nbformat.read(path, as_version=4).cells)
    found = []
    for cell in prepared.code:
        if wanted := prepared.wanted(cell):
            found.append(math.prod(wish if isinstance(wish, int) else len(wish) for wish in wanted.values()))
        elif film := prepared.film(cell):
            found.append(len(film.takes) * SHOTS)
    return found


# ------------------------------------------------------------------------------------------------ the course
@pytest.mark.parametrize("name", [path.stem for path in PATHS])
def test_every_slide_fits_and_nothing_is_asked_for(name, decks, opened):
    deck = opened(decks / f"{name}.html")
    for width, height in SIZES:
        deck.page.set_viewport_size({"width": width, "height": height})
        assert fit.complaints(deck.page) == []
    assert deck.page.evaluate("[...document.images].filter(image => !image.naturalWidth).length") == 0
    assert [found for found in deck.page.evaluate(PICTURES, style.SMALL * style.DPI / 72 * 720 / SIZES[-1][1])
            if found["type"] < LEGIBLE] == []
    assert (deck.console, deck.outside) == ([], [])


@pytest.mark.parametrize("name", [path.stem for path in PATHS])
def test_the_right_arrow_alone_shows_every_slide(name, decks, opened):
    assert fit.walked(opened(decks / f"{name}.html").page) == len(shown(name)) + CARDS.get(name, 0)


def shown(name):
    """The cells that begin a slide."""
    cells = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4).cells
    return [cell for cell in cells if cell.metadata.get("slideshow", {}).get("slide_type") in ("slide", "subslide")]


@pytest.mark.parametrize("name", [path.stem for path in PATHS])
def test_every_slider_answers_to_the_keyboard_without_a_kernel(name, decks, opened):
    deck = opened(decks / f"{name}.html")
    assert deck.page.locator("figure.panel").count() == len(marked(name))
    for figure in deck.page.locator("figure.panel").all():
        figure.evaluate("""figure => {
            const at = Reveal.getIndices(figure.closest('section'));
            Reveal.slide(at.h, at.v, 99);
        }""")
        here = deck.page.evaluate("Reveal.getIndices()")
        image = figure.locator("img")
        for slider in figure.locator("input[type=range]").all():
            slider.focus()
            deck.page.keyboard.press("Home")
            last = slider.evaluate("slider => Number(slider.max)")
            for key in ("ArrowRight", "End")[:last]:
                before = image.get_attribute("src"), slider.get_attribute("aria-valuetext")
                deck.page.keyboard.press(key)
                assert image.get_attribute("src") != before[0] and slider.get_attribute("aria-valuetext") != before[1]
        for menu in figure.locator("select").all():
            before = image.get_attribute("src")
            menu.select_option(index=menu.evaluate("menu => menu.selectedIndex ? 0 : menu.options.length - 1"))
            assert image.get_attribute("src") != before
        assert image.get_attribute("alt") == figure.locator("[role=status]").text_content()
        assert deck.page.evaluate("Reveal.getIndices()") == here, "the arrow keys belong to the slider"
    assert (deck.console, deck.outside) == ([], [])


@pytest.mark.parametrize("name", [path.stem for path in PATHS])
def test_a_deck_with_all_its_frames_is_small_enough(name, decks):
    """The decks of this test have fewer frames: as many as there should be, each as large as those that are there."""
    page = (decks / f"{name}.html").read_text(encoding="utf-8")
    frames = re.findall(r'<script type="application/json">(.*?)</script>', page)
    size = len(page.encode("utf-8"))
    for count, found in zip(marked(name), frames, strict=True):
        pictures = json.loads(found)["pictures"]
        size += max(0, count - len(pictures)) * sum(map(len, pictures)) / len(pictures)
    assert size < LARGEST


@pytest.mark.parametrize("name", ["00_start_here", "03_initialization"])
def test_slides_of_every_kind_keep_nobody_out(name, decks, opened):
    """A title, a prediction, a panel or film with controls, and the last slide: what axe-core finds wrong there."""
    deck = opened(decks / f"{name}.html")
    found = violations(deck.page)
    for kind in (".predict", "figure.panel", ".slides > section:last-of-type"):
        deck.turn_to(kind)
        found += violations(deck.page)
    assert found == []


# ------------------------------------------------------------------------------------------------ notes and controls
SECTION = re.compile(r'<section class="(?:title|plain|words)".*?</section>', re.DOTALL)
NAMED = re.compile("<strong>(.*?)</strong>")
CONTROL = re.compile(r"<label[^>]*>([^<]+)<|<option[^>]*>([^<]+)|<button[^>]*data-at[^>]*>([^<]+)<")
HAND = re.compile(r"(?i)(?:^|[.:;,(] |\bthen |\band )(?:drag|turn|move|set|switch|choose|raise|press|play)\b")
"""A sentence that tells the lecturer to touch something."""


def controls_on(section):
    """What can be touched on a slide, by its name; of a mark "1/λ = 1" the name is 1/λ."""
    found = {plain(name).partition(" = ")[0] for names in CONTROL.findall(section) for name in names if name}
    return found | {plain(name) for names in CONTROL.findall(section) for name in names if name}


def notes_of(section):
    """The paragraphs of a slide's notes that speak of the deck, not of the live panel alone."""
    aside = section.partition('<aside class="notes">')[2]
    return [words for words in re.findall("<p>(.*?)</p>", aside, re.DOTALL) if not words.startswith("Live only")]


def wrong_notes(section, films=frozenset()):
    """What the notes of a slide tell the lecturer to touch and the slide does not have, and hands without a name."""
    words = notes_of(section)
    known = controls_on(section) | films
    found = [f"no control {name}" for said in words for name in map(plain, NAMED.findall(said))
             if name not in known and not name.startswith("Answer")]
    if 'class="panel"' in section:
        if not {plain(name) for said in words for name in NAMED.findall(said)} & (known | films):
            found.append(f"no word on what to touch: {', '.join(sorted(controls_on(section)))}")
        sentences = [one for said in words for one in re.split(r"(?<=[.?!]) ", said)]
        found += [f"which control? {plain(one)}" for one in sentences if HAND.search(one) and not NAMED.search(one)]
    return found


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_what_the_notes_tell_the_lecturer_to_touch_is_on_the_slide(path, decks):
    """The decks of this test have the first and the last take of a film; the names of the others come from the film."""
    takes = {take.name for (number, _), film in FILMS.items() if number == path.name[:2] for take in film.takes}
    page = (decks / f"{path.stem}.html").read_text(encoding="utf-8")
    sections = [section for section in SECTION.findall(page) if "minutes:</strong>" not in section]
    assert len(sections) >= 15
    assert [wrong for section in sections for wrong in wrong_notes(section, takes)] == []


def test_notes_that_name_what_is_not_there_are_noticed():
    slide = ('<section class="plain"><figure class="panel"><label>rate <input></label></figure>'
             '<aside class="notes"><p>{}</p></aside></section>')
    assert wrong_notes(slide.format("Drag <strong>rate</strong> up.")) == []
    assert wrong_notes(slide.format("Drag <strong>rate</strong>.</p><p>Live only: drag <strong>depth</strong>.")) == []
    assert wrong_notes(slide.format("Drag <strong>depth</strong> up.")) == [
        "no control depth", "no word on what to touch: rate"]
    assert wrong_notes(slide.format("Drag <strong>rate</strong> up. Then drag it down.")) == [
        "which control? Then drag it down."]
    assert wrong_notes(slide.format("Live only: drag <strong>rate</strong> up.")) == ["no word on what to touch: rate"]


# ------------------------------------------------------------------------------------------------ the flagship
def test_the_answer_of_a_prediction_comes_with_the_next_key(decks, opened):
    deck = opened(decks / "03_initialization.html")
    slide = deck.turn_to(".predict")
    deck.page.evaluate("Reveal.slide(Reveal.getIndices().h, Reveal.getIndices().v, -1)")
    right, usual = (slide.locator(f".predict li{which}").first for which in (".right", ":not(.right)"))
    colour = "node => getComputedStyle(node).backgroundColor"
    assert slide.locator(".predict li").first.is_visible() and not slide.locator(".why").is_visible()
    assert right.evaluate(colour) == usual.evaluate(colour)
    deck.page.keyboard.press("Space")
    assert slide.locator(".why").is_visible() and right.evaluate(colour) != usual.evaluate(colour)


def test_keys_that_a_slider_does_not_need_turn_the_page(decks, opened):
    deck = opened(decks / "03_initialization.html")
    slider = deck.turn_to("figure.panel").locator("input[type=range]")
    here = deck.page.evaluate("Reveal.getIndices().h")
    for key, step in (("PageDown", 1), ("PageUp", -1), ("Space", 1)):
        deck.turn_to("figure.panel")
        slider.focus()
        deck.page.keyboard.press(key)
        assert deck.page.evaluate("Reveal.getIndices().h") == here + step, key
    deck.turn_to("figure.panel")
    slider.focus()
    deck.page.keyboard.press("Escape")
    deck.page.keyboard.press("ArrowRight")
    assert deck.page.evaluate("Reveal.getIndices().h") == here + 1


def test_a_button_takes_the_slider_to_its_named_value(decks, opened):
    slide = opened(decks / "03_initialization.html").turn_to("figure.panel")
    button = slide.get_by_role("button", name="1/√n = 0.0447")
    button.click()
    assert slide.locator("output").text_content() == "0.0447" and button.get_attribute("aria-pressed") == "true"
    assert "init std 0.0447" in slide.locator("[role=status]").text_content()


def test_the_speaker_view_opens_from_the_file_and_moves_with_the_slides(decks, opened):
    deck = opened(decks / "03_initialization.html")
    slide = deck.turn_to("figure.panel")
    with deck.page.expect_popup() as popup:
        deck.page.keyboard.press("s")
    speaker = popup.value
    speaker.wait_for_function("document.querySelectorAll('iframe').length === 2")
    note = speaker.locator(".speaker-controls-notes .value")
    note.get_by_text("Start at 0.01").wait_for()
    current = speaker.frame_locator("#current-slide iframe")
    current.locator("section.present figure.panel input").wait_for()
    slide.locator("input[type=range]").press("End")
    there = current.locator("section.present figure.panel")
    there.locator("output", has_text=re.compile("^3$")).wait_for()
    there.locator("input").press("Home")
    slide.locator("output", has_text="0.001").wait_for()
    assert (deck.console, deck.outside) == ([], [])
    speaker.close()


def test_the_index_leads_to_every_deck(decks, browser):
    page = browser.new_page()
    page.goto((decks / "index.html").as_uri())
    links = page.locator("li > a").evaluate_all("links => links.map(link => link.href)")
    assert [unquote(link).rsplit("/")[-1] for link in links] == [f"{path.stem}.html" for path in PATHS]
    page.close()


def test_handouts_are_pages_of_a4_without_notes(decks, browser):
    slides = slides_of(NOTEBOOKS / "00_start_here.ipynb", most=2)
    types = types_for([slides])
    assert any(slide.notes for slide in slides) and "<aside" not in handout(slides, types)
    data = pdf(browser, handout(slides, types), "00")
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", data)
    assert boxes and all(abs(float(w) - 595.3) < 1.5 and abs(float(h) - 841.9) < 1.5 for w, h in boxes)
    assert data.startswith(b"%PDF") and len(re.findall(rb"/Type\s*/Page\b", data)) == -(-len(slides) // 2)


@pytest.mark.parametrize("how", ["", "?print-pdf"])
def test_printed_a_slide_is_a_page(how, decks, opened):
    deck = opened(decks / "00_start_here.html")
    deck.page.goto((decks / "00_start_here.html").as_uri() + how)
    deck.page.wait_for_selector("html[data-deck=ready]", state="attached")
    data = deck.page.pdf(prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", data)
    assert boxes and all(abs(float(w) - 960) < 2 and abs(float(h) - 540) < 2 for w, h in boxes)
    assert len(re.findall(rb"/Type\s*/Page\b", data)) == len(shown("00_start_here"))


# ------------------------------------------------------------------------------------------------ films and the room
def test_a_film_plays_to_its_end_pauses_and_shows_the_turned_knob(decks, opened):
    deck = opened(decks / "00_start_here.html")
    slide = deck.turn_to("[data-plays]")
    play, step, image = slide.locator("[data-plays]"), slide.get_by_role("slider"), slide.locator("figure.panel img")
    first = image.get_attribute("src")
    assert step.input_value() == "0"
    play.click()
    assert "pause" in play.inner_text()
    play.click()
    assert "play" in play.inner_text() and step.input_value() != step.get_attribute("max")
    play.click()
    slide.locator("[data-plays]:has-text('play')").wait_for()
    assert step.input_value() == step.get_attribute("max") and image.get_attribute("src") != first
    ended = image.get_attribute("src")
    slide.get_by_role("combobox").select_option(index=1)
    assert image.get_attribute("src") != ended


def test_hands_are_counted_by_keys_and_clicks_and_the_last_slide_says_how_the_room_did(decks, opened):
    deck = opened(decks / "00_start_here.html")
    slide = deck.turn_to(".predict")
    options = slide.locator(".predict li")
    right = int(options.evaluate_all("options => options.findIndex(option => option.classList.contains('right'))"))
    for key in (str(right + 1), str(right + 1), str((right + 1) % options.count() + 1)):
        deck.page.keyboard.press(key)
    assert options.nth(right).locator(".hands").inner_text() == "2"
    wide = options.evaluate_all("options => options.map(o => parseFloat(getComputedStyle(o, '::after').width))")
    assert wide[right] == max(wide) > min(w for w in wide if w) > 0
    options.nth((right + 1) % options.count()).click()
    options.nth((right + 1) % options.count()).click()
    assert deck.page.locator(".room").text_content() == "The room was right in 0 of 1 predictions."
    deck.page.keyboard.press("0")
    deck.page.keyboard.press(str(right + 1))
    assert deck.page.locator(".room").text_content() == "The room was right in 1 of 1 predictions."
    assert deck.console == []


# ------------------------------------------------------------------------------------------------ proof of the means
@pytest.mark.parametrize(("content", "complaint"), [
    ('<div style="height:900px"></div><p>below</p>', "outside on the bottom"),
    ('<p style="white-space:nowrap">' + "wide " * 90 + "</p>", "outside on the right"),
    ('<div style="width:300px;height:80px;overflow:hidden;white-space:nowrap">' + "cut " * 90 + "</div>", "clipped"),
    ('<p style="font-size:9px">tiny</p>', "type of 9.0 px"),
    ('<p class="fragment" style="margin-top:800px">later</p>', "outside on the bottom"),
])
def test_a_slide_that_does_not_fit_is_noticed(content, complaint, decks, opened):
    deck = opened(decks / "00_start_here.html")
    deck.page.evaluate("""content => {
        const body = document.querySelector('.slides section.present .body');
        body.innerHTML = content;
        Reveal.sync();
    }""", content)
    found = fit.complaints(deck.page)
    assert any(complaint in line for line in found), found
    assert all(line.startswith("slide 1,") for line in found)


def test_an_empty_slide_is_noticed(decks, opened):
    deck = opened(decks / "00_start_here.html")
    deck.page.evaluate("document.querySelector('.slides section.present .body').innerHTML = ''")
    assert fit.complaints(deck.page) == ["slide 1, 00 · Start here: nothing to be seen but headings"]
