"""Predictions of notebook 08."""

from labkit.exercises.question import Question

QUESTIONS = {
    "08-gain": Question(
        question="2000 pictures of clothes, 30 % of the labels wrong. One network is trained for 40 epochs. Its twin "
                 "is stopped where the loss on a clean validation set was lowest. On test pictures the twin is …",
        options=["worse: it has learned less", "equally good, within a point", "about 2 points better",
                 "more than 5 points better"],
        answer="more than 5 points better",
        why="What most pictures have in common is learned first: it is in all the gradients. The wrong labels have "
            "nothing in common, they are learned one by one and later. If you stop in between, you have the one "
            "without the other.",
        look="the next two pictures: the validation loss turns, the training loss does not",
        values=[-2, 0, 2, 5],
    ),
    "08-dip": Question(
        question="We stop at the first evaluation at which the validation loss is not better than before: patience 1. "
                 "The evaluations are a little noisy. Compared with the best moment, we stop …",
        options=["far too early", "at about the right moment", "too late"],
        answer="far too early",
        why="While the loss still falls, a single unlucky evaluation is enough. The steeper it falls, the rarer that "
            "is; but with many evaluations it happens long before the minimum.",
        look="the panel, at patience 1; then make it more patient",
    ),
    "08-bowl": Question(
        question="Gradient descent starts at 0 and is stopped after τ steps at rate α, with τα = 10. Along a direction "
                 "of curvature h = 0.01 it has gone 9.5 % of the way to the minimum. How far has it come along one "
                 "with h = 0.1, ten times as steep?",
        options=["9.5 %, all directions alike", "63 %", "95 %, ten times as far"],
        answer="63 %",
        why="What is left of the way is multiplied by 1 − αh at every step, and (1 − αh)<sup>τ</sup> ≈ "
            "e<sup>−hτα</sup>: e<sup>−0.1</sup> leaves 90.5 %, e<sup>−1</sup> leaves 37 %.",
        look="the next cell, and the blue curve in the picture",
        values=[9.5, 63, 95],
    ),
}
