"""How often do the protocol and the greedy tree of notebook 13 find what a fresh patient has, and for how much? Which
diseases do batch norm and Adam hide?

    python -m tests.benchmarks.clinic          ten patients of each disease: some minutes
    python -m tests.benchmarks.clinic 2        two of each
"""

import sys

import numpy as np

from labkit.lessons.training_clinic.experiments.diseases import DISEASES, causes, spoiled
from labkit.lessons.training_clinic.experiments.patients import patient
from labkit.lessons.training_clinic.experiments.protocol import diagnose
from labkit.lessons.training_clinic.experiments.recipe import WARDS
from labkit.lessons.training_clinic.experiments.treatments import SYMPTOM, treat
from labkit.lessons.training_clinic.experiments.tree import descend

FIRST, OUTSIDE = 500, (-0.3, 1.3)
NO_MORE = {"class missing": (), "stale averages": (-0.3,)}  # there is no eleventh class, and no average older than all
WAYS = {"protocol": diagnose, "greedy tree": descend}


def judged(name, p, ward, failures):
    """(right, cost) of both ways with one patient."""
    found = []
    for way, f in WAYS.items():
        verdict = f(p, ward)
        found.append((verdict.diagnosis == name, verdict.cost))
        if verdict.diagnosis != name:
            failures.append(f"{way}: {name} of seed {p.seed} read as {verdict.diagnosis}")
    return found


def report(title, found):
    """A line for each way."""
    print(f"{title}: {len(found)} patients")
    for way, results in zip(WAYS, np.moveaxis(np.array(found, float), 1, 0), strict=True):
        print(f"  {way:12s} {results[:, 0].sum():4.0f} right, {100 * results[:, 0].mean():5.1f} %; mean cost "
              f"{results[:, 1].mean():.2f}")


def hidden():
    """Which diseases of the first ward look cured, though their cause is still there."""
    for medicine in ("batch norm: in every layer", "optimizer: Adam", "gradient: norm at most 1", "rate: ÷ 30"):
        names = [name for name, disease in DISEASES.items() if disease.ward == "plain"
                 and treat(spoiled(name, FIRST), "plain", FIRST, [medicine], [causes(name)]).of == SYMPTOM]
        print(f"“{medicine}” hides {len(names)}: {', '.join(names)}")


def main(each):
    failures, inside, outside, healthy = [], [], [], []
    for name, disease in DISEASES.items():
        for seed in range(FIRST, FIRST + each):
            inside.append(judged(name, patient(spoiled(name, seed), seed), disease.ward, failures))
        for share in NO_MORE.get(name, OUTSIDE) if disease.mild != disease.severe else ():
            recipe = spoiled(name, FIRST, share=share)
            outside.append(judged(name, patient(recipe, FIRST), disease.ward, failures))
    for ward, recipe in WARDS.items():
        for seed in range(FIRST, FIRST + each):
            verdicts = [f(patient(recipe, seed), ward) for f in WAYS.values()]
            healthy.append([(v.diagnosis in ("nothing found", f"healthy: {ward}"), v.cost) for v in verdicts])
    report("severities as measured", inside)
    report("milder or more severe than any measured", outside)
    report("healthy networks", healthy)
    print("\n".join(failures))
    hidden()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
