"""The clinic: one changed ingredient each, the same patient everywhere, instruments that see, treatments that cure."""

import numpy as np
import pytest

import labkit as lk
from labkit.layers import Linear
from labkit.lessons.training_clinic.experiments import challenge, signs, treatments
from labkit.lessons.training_clinic.experiments.consultation import Consultation, case, with_diseases
from labkit.lessons.training_clinic.experiments.data import prepared
from labkit.lessons.training_clinic.experiments.diseases import DISEASES, GROUPS, PAIRS, causes, spoiled
from labkit.lessons.training_clinic.experiments.instruments import INSTRUMENTS, examine, in_units, visible
from labkit.lessons.training_clinic.experiments.network import OddDropout, loss_of, network
from labkit.lessons.training_clinic.experiments.patients import patient
from labkit.lessons.training_clinic.experiments.protocol import PROTOCOL, diagnose
from labkit.lessons.training_clinic.experiments.recipe import WARDS, Recipe, changed
from labkit.lessons.training_clinic.experiments.tree import Node, descend, grow
from labkit.losses import softmax_cross_entropy
from labkit.network import Network

SEED = 500
DEAR = ("ten examples", "rate test", "shuffled control")
QUICK = tuple(name for name in INSTRUMENTS if name not in DEAR)
COLUMNS = [i for i, (name, _) in enumerate(signs.columns()) if name in QUICK]


# ------------------------------------------------------------------------------------------------ the table
def test_two_dozen_diseases_in_four_groups_and_three_levels():
    assert len(DISEASES) >= 24
    assert {disease.group for disease in DISEASES.values()} == set(GROUPS)
    assert {disease.level for disease in DISEASES.values()} == {1, 2}
    assert all(len(names) == 2 for names in PAIRS)


@pytest.mark.parametrize("name", DISEASES)
def test_a_disease_is_one_changed_ingredient_its_sign_is_measured_and_its_cure_removes_it(name):
    disease, well = DISEASES[name], WARDS[DISEASES[name].ward]
    assert 1 <= len(causes(name)) <= 3
    table, (instrument, _) = signs.sign_table(), disease.sign
    assert table.strength[table.diseases.index(name), table.instruments.index(instrument)] != 0
    cured = treatments.TREATMENTS[disease.cure](spoiled(name, 3))
    assert changed(spoiled(name, 3), cured) & causes(name)
    near = changed(cured, well) <= {"lr", "activation", "gain"}
    assert near, f"{name}: still changed after the cure: {changed(cured, well)}"


@pytest.mark.parametrize("name", [name for name, disease in DISEASES.items() if disease.mild != disease.severe])
def test_severities_lie_in_their_range_and_come_from_the_seed(name):
    disease = DISEASES[name]
    low, high = sorted((disease.mild, disease.severe))
    drawn = [disease.severity(share) for share in np.linspace(0, 1, 5)]
    assert min(drawn) == pytest.approx(low) and max(drawn) == pytest.approx(high)
    assert spoiled(name, 4) == spoiled(name, 4)
    assert len({spoiled(name, seed) for seed in range(6)}) > 1


# ------------------------------------------------------------------------------------------------ what is spoiled
def test_data_are_spoiled_as_they_say():
    well = prepared(Recipe(), 1)
    np.testing.assert_allclose([well.x.mean(), well.x.std()], [0, 1], atol=1e-3)
    leak = prepared(Recipe(leak=0.5), 1)
    assert examine("duplicates", patient(Recipe(leak=0.5, updates=1), 1))["test pictures in training"] == 0.5
    assert len(leak.x) == len(well.x)
    wrong = prepared(Recipe(wrong=0.6), 1)
    assert (wrong.y != well.y).mean() == pytest.approx(0.6)
    assert sorted(prepared(Recipe(permuted=True), 1).y) == sorted(well.y)
    assert (prepared(Recipe(recoded=1), 1).y_test == (well.y_test + 1) % 10).all()
    assert 7 not in prepared(Recipe(missing=7), 1).y
    turned = prepared(Recipe(held_out="turned"), 1)
    assert np.ptp(prepared(Recipe(held_out="0..1"), 1).x_test) == 1 and turned.x_test.shape == well.x_test.shape
    assert (prepared(Recipe(sorted=True), 1).y[:400] == 0).all()
    assert prepared(Recipe(pixels="0..255"), 1).x.max() == 255
    dead = prepared(Recipe(constant=1e-7), 1)
    assert (dead.x[:, 0] == 0).all() and dead.x_test[:, 0].max() > 1e4


def test_the_start_and_the_code_are_spoiled_as_they_say():
    std = [W.std() for W in network(Recipe(gain=3.0, last=3.0), seed=0).weights()]
    np.testing.assert_allclose(std, [3 * np.sqrt(2 / n) for n in (784, 100, 100, 100)], rtol=0.05)
    assert (network(Recipe(equal=0.003)).weights()[1] == np.float32(0.003)).all()
    z, y = np.random.default_rng(0).standard_normal((8, 10)), np.arange(8)
    dz = softmax_cross_entropy(z, y)[1]
    np.testing.assert_allclose(loss_of(Recipe(mean_loss=False))(z, y)[1], 8 * dz)
    twice, slope = loss_of(Recipe(softmax_twice=True)), np.zeros_like(z)
    for i in np.ndindex(z.shape):
        e = np.zeros_like(z)
        e[i] = 1e-6
        slope[i] = (twice(z + e, y)[0] - twice(z - e, y)[0]) / 2e-6
    np.testing.assert_allclose(twice(z, y)[1], slope, atol=1e-8)


@pytest.mark.parametrize(("sick", "reading", "ratio"), [
    (Recipe(sign=-1), "smallest ratio", -1), (Recipe(frozen=True), "smallest ratio", 0),
    (Recipe(mean_loss=False), "largest ratio", 16), (Recipe(zeroed=False), "at the second call", 2),
    (Recipe(), "smallest ratio", 1), (Recipe(softmax_twice=True), "largest ratio", 1)])
def test_the_gradient_check_finds_what_backward_does(sick, reading, ratio):
    found = examine("gradient check", patient(sick._replace(updates=1), 2))
    assert found[reading] == pytest.approx(ratio, abs=1e-4)


def test_odd_dropout():
    x = np.ones((2000, 1), np.float32)

    def seen(train, **odd):
        one = Linear(1, 1, init=lambda rng, m, n: np.ones((m, n)))
        return Network([one, OddDropout(0.25, **odd)]).forward(x, train)

    assert set(np.unique(seen(True))) == {0, 4} and (seen(False) == 1).all()
    assert set(np.unique(seen(True, rescaled=False))) == {0, 1} and seen(True, rescaled=False).mean() < 0.35
    assert set(np.unique(seen(False, always=True))) == {0, 4}


# ------------------------------------------------------------------------------------------------ instruments
def test_readings_are_the_declared_ones_and_steps_turn_back():
    p = patient(WARDS["dropout"]._replace(updates=100), 0)
    for name, tool in INSTRUMENTS.items():
        found = examine(name, p)
        assert tuple(found) == tool.readings and set(tool.logs) <= set(found) and 0 <= tool.price <= 3
        inside = np.clip(list(found.values()), -0.45, None)
        back = in_units(name, list(found), visible(name, found))
        kept = (np.abs(inside) < 1e8) & (np.abs(list(found.values())) > 1e-8) & (inside < 9)
        np.testing.assert_allclose(back[kept], np.array(list(found.values()))[kept], rtol=1e-6)
    assert visible("duplicates", {"test pictures in training": 0.5}).tolist() == [10]
    with pytest.raises(ValueError, match="'neighbours'"):
        examine("neighbour", p)


def test_neighbours_and_duplicates_against_all_pairs():
    p = patient(Recipe(n_train=200, leak=0.05, updates=1), 0)
    d = np.square(p.data.x[:, None].astype(float) - p.data.x[None]).sum(axis=-1)
    np.fill_diagonal(d, np.inf)
    agree = (p.data.y[d.argmin(axis=1)] == p.data.y).mean()
    assert examine("neighbours", p)["training label"] == pytest.approx(agree)
    same = (p.data.x_test[:, None] == p.data.x[None]).all(axis=-1).any(axis=1).mean()
    assert examine("duplicates", p)["test pictures in training"] == pytest.approx(same)


# ------------------------------------------------------------------------------------------------ fresh patients
@pytest.fixture(scope="module")
def fresh():
    """name → the readings of one patient that the table has not seen, measured once each."""
    found = {}

    def look(name):
        if name not in found:
            found[name] = signs.measure_one(name, SEED, QUICK)
        return found[name]

    return look


def told_apart(mine, one, other):
    """In how many readings of the table, where all patients of two kinds are apart, a fresh one is on its side."""
    gap = signs.gaps(one, other)
    middle = np.where(gap > 0, one.min(axis=0) + other.max(axis=0), one.max(axis=0) + other.min(axis=0)) / 2
    return int(np.count_nonzero((np.abs(gap) >= 1) & (np.sign(mine - middle) == np.sign(gap))))


@pytest.mark.parametrize("name", [*DISEASES, *(f"healthy: {ward}" for ward in WARDS)])
def test_a_fresh_patient_differs_from_health_and_from_every_other_disease(fresh, name):
    table, others = signs.measured(), signs.names_of(signs.ward_of(name))
    for other in others:
        if other != name:
            assert told_apart(fresh(name), table[name][:, COLUMNS], table[other][:, COLUMNS]), other


@pytest.mark.parametrize("name", ["healthy: plain", "another unit", "dead units", "dropout in evaluation"])
def test_the_table_is_what_this_machine_measures(name):
    """The same patients as in the file: most readings agree to half a visible step."""
    mine, stored = signs.measure_one(name, 1, QUICK), signs.measured()[name][1, COLUMNS]
    assert np.mean(np.abs(mine - stored) < 0.5) > 0.8
    assert set(signs.measured()) == {name for ward in WARDS for name in signs.names_of(ward)}
    assert stored.shape == (len(COLUMNS),) and np.isfinite(signs.healthy_losses("plain")).all()


def test_a_gap_needs_all_of_both():
    assert signs.gaps(np.array([[1.0], [5.0]]), np.array([[4.0]])).tolist() == [0]
    assert signs.gaps(np.array([[1.0], [2.0]]), np.array([[4.0], [9.0]])).tolist() == [-2]


# ------------------------------------------------------------------------------------------------ two ways to find it
FEW = ("weights too large", "constant pixel", "batches sorted by class", "wrong sign", "labels shuffled",
       "two pictures for batch norm", "dropout never rescaled")


def test_protocol_and_tree_find_it_in_fresh_patients():
    """The protocol finds all of them; the tree has no reasons and may err at one."""
    found = []
    for name in FEW:
        ward, p = DISEASES[name].ward, patient(spoiled(name, SEED), SEED)
        verdict = diagnose(p, ward)
        assert verdict.diagnosis == name
        assert verdict.cost == sum(INSTRUMENTS[used].price for used in set(verdict.used))
        found.append(descend(p, ward).diagnosis == name)
    assert sum(found) >= len(FEW) - 2


def test_the_protocol_can_name_every_disease_once():
    named = [name for step in PROTOCOL for name, _ in step.rules]
    assert sorted(named) == sorted(DISEASES)


def test_a_tree_splits_where_the_gap_is():
    wide = len(signs.columns())
    rows = {name: np.full((3, wide), value) for name, value in (("low", 0.0), ("high", 10.0))}
    node = grow(rows)
    assert isinstance(node, Node) and (node.below, node.above, node.cut) == ("low", "high", 5.0)
    assert INSTRUMENTS[node.instrument].price == 0


# ------------------------------------------------------------------------------------------------ consultations
def test_a_case_is_its_number_and_level():
    assert [case(n, 2).diseases for n in range(40)] == [case(n, 2).diseases for n in range(40)]
    assert len({case(n, 2).diseases for n in range(60)}) > 12
    assert case(1, 3).diseases in PAIRS
    assert case(12, 1).diseases == ("weights too large",) or DISEASES[case(12, 1).diseases[0]].level == 1
    with pytest.raises(ValueError, match="level must be 1, 2 or 3, got 4"):
        case(1, 4)


def test_two_runs_of_a_case_are_the_same_to_the_last_digit():
    one, other = (Consultation(11, 2) for _ in range(2))
    np.testing.assert_array_equal(one.patient.loss, other.patient.loss)
    assert one.seen == other.seen


def test_a_consultation_keeps_its_books_and_its_order():
    c = Consultation(SEED, of=with_diseases(["raw pixels"], SEED))
    with pytest.raises(ValueError, match="first commit"):
        c.treat("early stopping")
    assert c.bill == 0
    c.examine("neighbours")
    c.examine("neighbours")
    assert c.bill == 2
    with pytest.raises(ValueError, match="1 disease"):
        c.diagnose("raw pixels", "dead units")
    c.diagnose("dead units")
    assert c.treat("batch norm: in every layer").of == treatments.SYMPTOM
    assert not c.solved and "symptom" in c.outcome() and "raw pixels" in c.truth()
    c.diagnose("raw pixels")
    assert c.treat("pictures: prepare all alike").of == treatments.CAUSE and c.solved
    assert c.treat("momentum: none").of == treatments.NEITHER and not c.solved


@pytest.mark.parametrize("names", [PAIRS[0], PAIRS[2]], ids=" + ".join)
def test_two_diseases_want_two_treatments(names):
    c = Consultation(SEED, 3, of=with_diseases(names, SEED))
    c.diagnose(*names)
    assert not c.treat(DISEASES[names[0]].cure).success
    assert c.treat(*(DISEASES[name].cure for name in names)).success and c.solved


@pytest.mark.parametrize("names", PAIRS, ids=" + ".join)
def test_the_signs_of_both_survive_together(names):
    """Each disease of a pair is seen by its own instrument in a patient that has both."""
    p, healthy = patient(with_diseases(names, SEED).recipe, SEED), signs.measured()["healthy: plain"]
    for name in names:
        instrument = DISEASES[name].sign[0]
        columns = signs.columns_of(instrument)
        gap = signs.gaps(visible(instrument, examine(instrument, p))[None], healthy[:, columns])
        alone = signs.gaps(signs.measured()[name][:, columns], healthy[:, columns])
        assert np.any((np.abs(gap) >= 1) & (np.abs(alone) >= 1) & (np.sign(gap) == np.sign(alone))), name


def test_a_report_that_is_too_good_is_no_success():
    assert treatments.is_well(0.84, 0.84, 0.84) and not treatments.is_well(0.91, 0.84, 0.84)
    assert not treatments.is_well(0.84, 0.7, 0.84) and not treatments.is_well(0.7, 0.84, 0.84)


# ------------------------------------------------------------------------------------------------ the challenge
def quick(lab, x=None, y=None, updates=60):
    net = lk.mlp([784, 30, 10], seed=lab.seed)
    data = (lab.x, lab.y) if x is None else (x, y)
    for step in lab.train(net, softmax_cross_entropy, lk.Adam(2e-3), lk.Batches(*data, size=50, rng=lab.rng)):
        if step.index == updates - 1:
            break
    return net


def test_an_honest_recipe_is_judged_and_its_updates_are_counted():
    score = challenge.judge(quick, seeds=2)
    assert score.accuracy.shape == (2,) and (score.accuracy > 0.6).all() and score.left == challenge.BUDGET - 60
    assert "of 2 seeds" in str(score)
    lab = challenge.Lab(0)
    assert len(list(quick(lab, updates=10**6).weights())) == 2 and lab.left == 0


@pytest.mark.parametrize("part", ["raw", "standardised"])
def test_test_pictures_in_the_batches_are_refused(part):
    tests = challenge.clothes().x_test
    x = tests if part == "raw" else challenge.shown(tests)
    with pytest.raises(challenge.RefusedError, match="among the batches"):
        challenge.judge(lambda lab: quick(lab, x, challenge.clothes().y_test), seeds=1)


def test_test_pictures_that_are_hidden_from_the_eye_are_noticed_by_the_score():
    rng, clothes = np.random.default_rng(0), challenge.clothes()
    hidden = challenge.shown(clothes.x_test[:2000]) + 0.3 * rng.standard_normal((2000, 784), dtype=np.float32)

    def memorised(lab):
        return quick(lab, hidden[:, :], clothes.y_test[:2000], updates=400)

    with pytest.raises(challenge.RefusedError, match="Where have the test pictures been seen"):
        challenge.judge(memorised, seeds=1)


def test_networks_from_elsewhere_are_refused():
    def changed_afterwards(lab):
        net = quick(lab, updates=5)
        net.theta += 0.01
        return net

    for recipe in (lambda lab: lk.mlp([784, 10]), changed_afterwards):
        with pytest.raises(challenge.RefusedError, match="did not leave"):
            challenge.judge(recipe, seeds=1)
    with pytest.raises(challenge.RefusedError, match="returns a network"):
        challenge.judge(lambda lab: "net", seeds=1)
