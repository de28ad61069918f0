"""Predictions of notebook 07."""

from labkit.exercises.question import Question

QUESTIONS = {
    "07-degree": Question(
        question="Fifteen noisy points of a sine. We fit a polynomial of degree 3 and one of degree 12 to the same "
                 "points. The error of degree 12 on NEW points, compared with that of degree 3, is …",
        options=["smaller: it can bend more", "about the same", "two to three times as large",
                 "more than ten times as large"],
        answer="more than ten times as large",
        why="Thirteen coefficients for fifteen points: the curve goes almost through every point, noise included, and "
            "to get there it swings far out between and beyond them.",
        look="the next picture: the axis is logarithmic",
        values=[0.8, 1, 2.5, 10],
    ),
    "07-features": Question(
        question="150 patients, ten measurements each. Least squares explains a bit less than half of the variance of "
                 "NEW patients. Now we add all squares and products of the ten: 65 features. Least squares then "
                 "explains …",
        options=["less", "about as much", "more: it knows all it knew before, and more"],
        answer="less",
        why="On the 150 patients it explains more, it must. But it spends 65 coefficients on the noise of 150 numbers. "
            "In several splits it is worse on new patients than always saying the mean: R² below 0.",
        look="the next picture, left column",
    ),
    "07-zeros": Question(
        question="A network with about 13,000 weights and an L1 penalty, trained by plain gradient descent: "
                 "λ sign(w) is added to the gradient. Weights that do not matter should become 0. How many are "
                 "exactly 0.0 after 500 steps?",
        options=["none", "about one in a hundred", "about half"],
        answer="none",
        why="Near zero every step moves a weight by lr · λ across zero, and the next one moves it back. It jumps about "
            "zero and never lands. A step that stops AT zero does: the soft threshold.",
        look="the next two histograms: the black bar is the share of exact zeros",
        values=[0, 1, 50],
    ),
    "07-clean": Question(
        question="2000 pictures of clothes, correct labels, a network that learns almost all of them by heart. We try "
                 "several λ and take the best. How much does weight decay gain in test accuracy?",
        options=["less than one point", "2 to 4 points", "5 points or more"],
        answer="less than one point",
        why="The network fits the training pictures almost perfectly, and that does little harm here: the labels are "
            "right. Where 30 % of them are wrong, learning by heart means learning mistakes, and weight decay gains "
            "several points.",
        look="the next picture: left clean labels, right wrong ones",
        values=[0.5, 3, 5],
    ),
    "07-adam": Question(
        question="Two weights start at 1. The gradients of the data have mean zero: for one weight they are large, "
                 "for the other small. Adam with an L2 penalty in the loss. Which weight shrinks faster?",
        options=["the one with large gradients", "the one with small gradients", "both alike, by lr · λ per step"],
        answer="the one with small gradients",
        why="Adam divides every gradient by its usual size, the penalty's λθ too. Where those of the data are "
            "large, almost nothing of the penalty is left; where they are small, the penalty is all there is, and is "
            "blown up to a full step.",
        look="the next picture, in the middle",
    ),
}
