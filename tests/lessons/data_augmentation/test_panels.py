"""The panels and pictures of notebook 09: both ends of every control, recipes, sorting, the training panel."""


import numpy as np
import pytest

from labkit.datasets import fashion_mnist
from labkit.lessons.data_augmentation.exercises.crop import crops, random_crop
from labkit.lessons.data_augmentation.exercises.cutout import cutout, cuts
from labkit.lessons.data_augmentation.exercises.mixup import mixup
from labkit.lessons.data_augmentation.experiments import (
    KNOBS,
    STRENGTHS,
    augmenter,
    own_mixtures,
    own_versions,
    shown_photos,
)
from labkit.lessons.data_augmentation.figures import SPELLED, label, sheet, slopes, spelled
from labkit.lessons.data_augmentation.panels import your_crop, your_cutout, your_mixup, your_training
from labkit.lessons.data_augmentation.panels.photos import (
    GROUPS,
    OWN,
    RECIPES,
    augmentation_trainer,
    photo_explorer,
)
from labkit.lessons.data_augmentation.panels.sorting import Sorting
from labkit.lessons.data_augmentation.questions import CARDS, KEEPS, LOSES
from labkit.widgets import Target
from labkit.widgets.yours import Note
from tests.panels import pixels


@pytest.fixture(scope="module")
def panel():
    panel = photo_explorer(recipe="as taken")
    yield panel
    panel.close()


# ------------------------------------------------------------------------------------------------ the darkroom
def test_every_strength_has_a_control_a_column_and_words():
    names = [name for column in GROUPS.values() for name in column]
    assert sorted(names) == sorted(STRENGTHS) == sorted(SPELLED)


@pytest.mark.parametrize("name", STRENGTHS)
def test_both_ends_and_one_step_of_every_control_are_seen(panel, name):
    low, high = STRENGTHS[name].range.low, STRENGTHS[name].range.high
    panel.apply_preset("as taken")
    plain, words = panel._image.value, panel.text
    panel.set(**{name: high})
    assert np.abs(pixels(panel._image.value) - pixels(plain)).mean() > 0.2
    panel.set(**{name: low})
    assert panel._image.value == plain and panel.text == words
    panel.set(**{name: low + (high - low) / 100})
    assert panel.text != words or panel._image.value != plain


def test_menus_and_draws_change_the_picture(panel):
    panel.apply_preset("a careless photographer")
    first = panel._image.value
    for control, value in (("draw", 2), ("photo", "chelsea"), ("border", "zero")):
        panel.set(**{control: value})
        assert panel._image.value != first
        first = panel._image.value
    assert "Stefan van der Walt" in panel.text and panel.text.startswith("chelsea: mirrored with p = 0.5")
    panel.set(draw=1, photo="coffee", border="reflect")


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_sets_all_strengths(panel, recipe):
    panel.set(shear=1.0)
    assert panel.recipe.value == OWN
    panel.recipe.value = recipe
    wanted = dict.fromkeys(STRENGTHS, 0) | RECIPES[recipe]
    assert {name: panel.values[name] for name in STRENGTHS} == wanted
    assert panel.recipe.value == recipe and panel.error == "" and spelled(RECIPES[recipe]) in panel.text


def test_mixtures_are_labelled_as_what_they_are(panel):
    panel.apply_preset("mixup")
    lines = [label(panel.arrays, i) for i in range(7)]
    assert all("coffee" in line for line in lines) and sum("%" in line for line in lines) >= 5
    panel.apply_preset("cutout")
    assert {label(panel.arrays, i) for i in range(7)} == {"coffee"}


def test_frames_are_png_and_the_stored_picture_has_white_paper(panel):
    panel.apply_preset("bad weather")
    frame = panel.frame(noise=0.2)
    assert frame.png[:4] == b"\x89PNG" and panel.values["noise"] == RECIPES["bad weather"]["noise"]
    kept = pixels(panel.picture.still(panel.arrays).png)
    assert (kept[:176, 265:277] == 255).all() and np.abs(kept - pixels(panel.picture.png())).mean() < 12
    assert len(panel.picture.still(panel.arrays).png) < 400_000


# ------------------------------------------------------------------------------------------------ still pictures
def test_sheets_show_grey_and_colour_with_their_lines():
    grey, colour = np.eye(8), np.zeros((8, 12, 3))
    plain = sheet({"a": [grey] * 3}, description="three")
    lined = sheet({"a": [grey] * 3}, {"a": ["one", "two\nlines", ""]}, good={"a": [True, False, True]},
                  description="three")
    assert np.ptp(pixels(plain.png)) == 255 and len(pixels(lined.png)) > len(pixels(plain.png))
    assert np.ptp(pixels(sheet({"a": [colour], "b": [colour, colour]}, description="two").png)) > 200


def test_slopes_say_the_medians():
    drawn = slopes({"x": [np.full(5, 40.0), np.full(5, 75.0)], "y": [np.full(5, 83.0), np.full(5, 77.0)]},
                   ["before", "after"], ylabel="accuracy", description="two lines")
    assert drawn.description == "two lines" and np.ptp(pixels(drawn.png)) > 200


# ------------------------------------------------------------------------------------------------ sorting
def test_sorting_waits_for_all_cards_and_then_tells_the_truth():
    cards = Sorting()
    cards.commit()
    assert cards.text == f"{len(CARDS)} of {len(CARDS)} still to sort." and not cards._commit.disabled
    cards.pick(*(card.answer for card in CARDS))
    cards.commit()
    assert cards.right == len(CARDS) and cards._commit.disabled
    assert all(card.why in says.value for card, says in zip(CARDS, cards._says, strict=True))
    cards.close()


def test_what_lies_on_the_wrong_pile_is_marked():
    cards = Sorting()
    cards.pick(*[KEEPS] * len(CARDS))
    cards.commit()
    wrong = [says.value for card, says in zip(CARDS, cards._says, strict=True) if card.answer == LOSES]
    assert wrong and all("✗ It loses it" in text for text in wrong) and cards.text.startswith(f"{cards.right} of")
    assert 0 < cards.right < len(CARDS)
    with pytest.raises(ValueError, match="no pile"):
        cards.pick(*["somewhere"] * len(CARDS))
    cards.close()


def test_without_a_kernel_every_answer_is_folded_right_below_its_card():
    cards = Sorting()
    bundle = cards._repr_mimebundle_()
    first, *told = bundle["text/html"].split("<details>")
    assert len(told) == len(CARDS) and "It " not in first
    for card, part in zip(CARDS, told, strict=True):
        inside, _, after = part.partition("</details>")
        assert f"It {card.answer}." in inside and "It " not in after
    assert not any(card.why in bundle["text/plain"] for card in CARDS)
    cards.close()


# ------------------------------------------------------------------------------------------------ training
@pytest.fixture
def trainer():
    target = Target("75 %", lambda run: run.curve("shifted").accuracy[-1] >= 0.75)
    trainer = augmentation_trainer(fashion_mnist(200), hidden=(16,), max_steps=60, target=target)
    yield trainer
    trainer.close()


def test_strengths_at_zero_change_nothing_and_each_alone_does():
    x = fashion_mnist(100).x_train
    strengths = dict.fromkeys(KNOBS, 0.0)
    change = augmenter(strengths, (28, 28))
    assert np.array_equal(change(np.random.default_rng(0), x), x)
    for name, (_, _, end, _) in KNOBS.items():
        strengths[name] = end
        changed = change(np.random.default_rng(0), x)
        assert changed.shape == x.shape and changed.dtype == x.dtype and (changed != x).any(axis=1).mean() > 0.3
        strengths[name] = 0.0


@pytest.mark.parametrize("name", KNOBS)
def test_a_strength_acts_on_the_next_batch_and_is_seen_at_once(trainer, name):
    trainer.advance(1)
    before = trainer._image.value
    trainer.set(**{name: float(KNOBS[name][2])})
    trainer._take()
    assert trainer._image.value != before
    x, _ = next(iter(trainer.run.batches))
    new = sum(not (row == trainer.run.x).all(axis=1).any() for row in x[:20])
    assert x.shape == (100, 784) and new >= 8


def test_it_is_watched_on_clean_and_on_shifted_pictures(trainer):
    trainer.set(shift=3.0, mirror=0.5)
    trainer.advance(60)
    assert list(trainer.run.curves()) == ["train", "clean", "shifted"]
    assert trainer.run.curve("clean").accuracy[-1] > 0.4
    assert np.array_equal(trainer.run.sets["clean"][0], fashion_mnist(200).x_val)
    moved = trainer.run.sets["shifted"][0]
    assert moved.shape == (2000, 784) and not np.array_equal(moved, fashion_mnist(200).x_val)


def test_reset_and_preview_repeat_the_run(trainer):
    trainer.set(shift=2.0)
    trainer.advance(20)
    first = trainer.run.losses[:20].copy()
    trainer.reset()
    trainer.advance(20)
    assert np.array_equal(trainer.run.losses[:20], first)
    assert trainer.still(5).png[:4] == b"\x89PNG"


# ------------------------------------------------------------------------------------------------ a student's functions
def test_the_right_functions_make_labkits_versions():
    crop, hole, blend = (your_crop(lambda x, padding, rng: random_crop(x, padding, rng)),
                         your_cutout(lambda x, size, rng: cutout(x, size, rng)),
                         your_mixup(lambda x, y, m, partner: mixup(x, y, m, partner)))
    for panel, labkits in ((crop, own_versions(random_crop, "coffee", 40, "shift")),
                           (hole, own_versions(cutout, "coffee", 61, "cutout")),
                           (blend, own_mixtures(mixup, "coffee", 0.5))):
        assert panel.error == "" and np.array_equal(panel.arrays.versions, labkits.versions)
        before = panel._image.value
        panel.set(draw=2)
        assert panel._image.value != before
        panel.close()
    black = (hole.arrays.versions == 0).all(axis=-1).sum(axis=(1, 2))
    assert black.max() == 61 * 61 or (black > 0).all(), "a square of 61 pixels, or what the border leaves of it"
    p, scenes = blend.arrays, shown_photos()
    for version, share, partner in zip(p.versions, p.share, p.partner, strict=True):
        np.testing.assert_allclose(version, share * p.original + (1 - share) * scenes[partner], atol=1e-5)


def test_colours_stay_together_since_every_channel_has_the_same_random_numbers():
    versions = own_versions(random_crop, "coffee", 80, "shift").versions
    black = versions == 0
    assert (black.any(axis=-1) == black.all(axis=-1)).mean() > 0.99


@pytest.mark.parametrize(("maker", "right", "wrong"), [
    (your_crop, random_crop, crops(lambda rng, n, p: np.tile(rng.integers(0, 2 * p + 1, size=2), (n, 1)))),
    (your_cutout, cutout, cuts(lambda rng, n, shape, size: np.tile(rng.integers(shape, size=2), (n, 1)))),
    (your_mixup, mixup, lambda x, y, m, partner: (mixup(x, y, m, partner)[0], y)),
])
def test_wrong_functions_are_drawn_as_they_are(maker, right, wrong):
    good, bad = (maker(lambda *args, f=f: f(*args)) for f in (right, wrong))
    assert bad.error == "" and bad._image.value != good._image.value
    if maker is your_mixup:
        assert bad.arrays.share.tolist() == [1.0] * 7 and {label(bad.arrays, i) for i in range(7)} == {"coffee"}
        assert "%" in label(good.arrays, 2)
    else:
        assert not np.allclose(bad.arrays.versions, good.arrays.versions)
    for panel in (good, bad):
        panel.close()


def test_stubs_wait_and_errors_stand_in_the_sheet():
    def stub(x, y, rng=None, partner=None):
        ...

    def late(x, size, rng):
        if size > 50:
            raise OverflowError("large")
        return cutout(x, size, rng)

    data = fashion_mnist(200)
    for maker in (your_crop, your_cutout, your_mixup):
        assert isinstance(maker(stub), Note)
    assert isinstance(your_training(stub, data=data), Note)
    panel = your_cutout(late)
    assert "OverflowError: large" in panel.error and 'raise OverflowError("large")' in panel.error
    panel.set(strength=31)
    assert panel.error == "" and panel.arrays.strengths == {"cutout": 31}
    panel.close()
    assert "shape (176, 264)" in your_crop(lambda x, padding, rng: x[0]).error
    assert "returned 1 value" in your_mixup(lambda x, y, m, partner: x).error


def test_a_students_crop_trains_a_network_beside_labkits():
    data = fashion_mnist(200)
    same, none = (your_training(lambda x, padding, rng, f=f: f(x, padding, rng), data=data, hidden=(8,), max_steps=40)
                  for f in (random_crop, lambda x, padding, rng: x))
    for panel in (same, none):
        panel.advance(30)
    labkits, yours = same.run.net.theta
    np.testing.assert_allclose(yours, labkits, atol=1e-6)
    assert np.abs(np.subtract(*none.run.net.theta)).max() > 0.01
    assert none.run.curve("train").loss[-1, 1] < none.run.curve("train").loss[-1, 0], "pictures that never change"
    for panel in (same, none):
        panel.close()
    broken = your_training(lambda x, padding, rng: x[:, :9], data=data)
    assert "an array of shape (100, 9, 28)" in broken.text and broken._image.value
