"""Every prediction as a question in GIFT, read back by a reader that knows nothing of the writer."""

import re

import pytest

from labkit.classroom.__main__ import main
from labkit.classroom.quiz import escaped, gift
from labkit.course import LESSONS, QUESTIONS
from labkit.exercises import Question


def unescaped(text):
    return re.sub(r"\\(.)", r"\1", text)


def split(text, pattern):
    """The pieces of a text between marks that have no backslash before them, and the marks."""
    pieces, marks, at = [], [], 0
    for found in re.finditer(rf"\\.|({pattern})", text, re.DOTALL):
        if found[1]:
            pieces.append(text[at:found.start()])
            marks.append(found[1])
            at = found.end()
    return [*pieces, text[at:]], marks


def questions_in(text):
    """name → (question, options, right option, feedbacks, general feedback), by the rules of the format."""
    found = {}
    for block in re.split(r"\n\s*\n", text.strip()):
        if block.startswith("$CATEGORY:"):
            continue
        (_, name, rest), _ = split(block, "::")
        (asked, body, after), _ = split(rest, "[{}]")
        assert not after.strip() and asked.startswith("[html]")
        (choices, general), _ = split(body, "####")
        pieces, marks = split(choices, "[=~]")
        assert not pieces[0].strip()
        options, said = zip(*(map(unescaped, split(piece.strip(), "#")[0]) for piece in pieces[1:]), strict=True)
        [right] = [option for option, mark in zip(options, marks, strict=True) if mark == "="]
        found[unescaped(name)] = unescaped(asked[6:]), options, right, said, unescaped(general).strip()
    return found


def plain(text):
    r"""Formulas between dollars, and one line: what \( and \) came from."""
    return re.sub(r"\\[()]", "$", " ".join(text.split()))


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("quiz")
    assert main(["quiz", "--out", str(folder / "new")]) == 0
    return sorted((folder / "new").iterdir())


def test_every_question_is_read_back(files):
    read = {name: found for file in files for name, found in questions_in(file.read_text(encoding="utf-8")).items()}
    assert list(read) == list(QUESTIONS)
    for name, (question, options, right, said, why) in read.items():
        asked = QUESTIONS[name]
        assert plain(question) == plain(asked.question)
        assert [plain(option) for option in options] == [plain(option) for option in asked.options]
        assert plain(right) == plain(asked.answer) and plain(why) == plain(asked.why)
        assert all((text == "Right.") == (option == right) for option, text in zip(options, said, strict=True))
        assert all(plain(asked.answer) in plain(text) for text in said if text != "Right.")


def test_there_is_a_file_for_every_lesson_that_asks_with_its_category(files):
    lessons = {name[:2] for name in QUESTIONS}
    assert [file.name for file in files] == [f"{number:02d}_{topic}.gift" for number, topic in enumerate(LESSONS)
                                             if f"{number:02d}" in lessons]
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert re.match(rf"\$CATEGORY: \$course\$/top/[^/]+/{file.stem[:2]} \w", text)
        assert b"\r" not in file.read_bytes()


@pytest.mark.parametrize("text", ["a = b", "x ~ N(0, 1)", "{a: #1}", r"\sqrt{n} $x^{2}$ = $y$", "two\n\nlines", "5 $"])
def test_characters_that_mean_something_survive(text):
    asked = Question(text, ["=right~", f"#{text}"], "=right~", text, "")
    [(question, options, right, _, why)] = questions_in(gift("03-a:b", asked)).values()
    assert plain(question) == plain(why) == plain(text)
    assert (plain(options[1]), right) == (plain(f"#{text}"), "=right~")


def test_formulas_are_written_as_moodle_reads_them():
    assert escaped("half of $n$.") == r"half of \\(n\\)."
