"""Predictions of notebook 04: step lengths, ravines, saddles, batches, and a fair comparison."""

from labkit.exercises.question import Question

QUESTIONS = {
    "04-limit": Question(
        question="f = ½ x² + ½ · 100 y². One step of gradient descent multiplies y by 1 − 100 lr, and x by 1 − lr. "
                 "From which learning rate on does it diverge?",
        options=["0.01", "0.02", "1", "2"],
        answer="0.02",
        why="y stays bounded as long as |1 − 100 lr| ≤ 1, that is lr ≤ 2/100. The flat direction would bear lr = 2, "
            "but the steepest one decides: lr &lt; 2/λ<sub>max</sub>.",
        look="the numbers that the next cell prints: between 0.0199 and 0.0201 it tips over",
        values=[0.01, 0.02, 1, 2],
    ),
    "04-momentum": Question(
        question="Books and frameworks write momentum in two ways: v ← μv + g, and v ← μv + (1 − μ)g. Same learning "
                 "rate, μ = 0.9, and the gradient is 1 for a long time. How do the steps compare?",
        options=["they are equally long", "the first way's are twice as long", "the first way's are 10 times as long"],
        answer="the first way's are 10 times as long",
        why="The first v adds up 1 + μ + μ² + … = 1/(1 − μ) = 10. The second is a mean, so it becomes 1. A learning "
            "rate taken from one book is ten times too large, or too small, in the other.",
        look="the numbers that the next cell prints",
        values=[1, 2, 10],
    ),
    "04-adagrad": Question(
        question="The gradients of a parameter are 1 for 50 steps, then 0.5: the ground has become flatter. What "
                 "becomes of AdaGrad's effective rate lr/√s after that?",
        options=["it goes on falling", "it stays where it was", "it rises again, for the flatter ground"],
        answer="it goes on falling",
        why="s is a sum of squares, and squares are never negative: √s cannot shrink, so the rate can only fall. "
            "RMSProp's s is a running mean; it forgets the old gradients, and the rate recovers.",
        look="the next picture, to the right of step 50",
    ),
    "04-adam": Question(
        question="Both memories start at 0, so at first both are too small. Leave the correction out (β₁ = 0.9, β₂ = "
                 "0.999): the first step is …",
        options=["too long", "just right, the two errors cancel", "too short"],
        answer="too long",
        why="After one step m is 0.1 g, which is too small by a factor 10. But v is 0.001 g², and its root is too "
            "small by √1000 ≈ 32. The divisor is the worse of the two: 0.1/√0.001 = 3.16 times lr.",
        look="the next picture, at step 1 and at its peak",
    ),
    "04-tilt": Question(
        question="AdaGrad crosses a ravine with κ = 100 in 5 steps, gradient descent in 139. Now the ravine is turned"
                 " by 30°. How many steps does AdaGrad need?",
        options=["still about 5", "about 20", "more than 100, like gradient descent"],
        answer="more than 100, like gradient descent",
        why="A rate per parameter can stretch the map along its axes, and a ravine along an axis becomes a round "
            "bowl. When the ravine runs diagonally, both parameters see the same steep wall, and there is nothing to "
            "stretch.",
        look="the green line in the right half of the next picture",
        values=[5, 20, 139],
    ),
    "04-saddle": Question(
        question="What becomes of gradient descent that starts a distance of 10<sup>−8</sup> beside the ridge, "
                 "without any noise?",
        options=["it is stuck at the saddle for ever",
                 "it gets away, after many steps",
                 "it never even comes near the saddle"],
        answer="it gets away, after many steps",
        why="Beside the ridge the gradient is not 0: every step multiplies the distance from the ridge by 1 + lr/2. "
            "That is slow, but it is exponential. Only a start exactly on the ridge stays for ever.",
        look="the table that the next cell prints",
    ),
    "04-batch": Question(
        question="A network has been trained for 100 steps. Take single images: for what share of them does the "
                 "gradient point <b>away</b> from that of the whole training set, by more than 90°?",
        options=["practically none", "about 1 in 10", "about 4 in 10"],
        answer="about 4 in 10",
        why="The easy part is learned, and what is left differs from image to image: single gradients disagree almost"
            " like random vectors. In ten networks it is a third to a little more than a half of them, four in ten in"
            " the middle. Their mean is still the full gradient, exactly, and that is why it works.",
        look="the second picture below: a dot for each of ten networks",
        values=[0, 10, 40],
    ),
    "04-fair": Question(
        question="Each of the five optimizers at the best of its own learning rates, 5 seeds. How far apart are the "
                 "best and the worst of the five median test accuracies?",
        options=["less than 1 point", "about 3 points", "about 10 points"],
        answer="about 3 points",
        why="With tuned rates all five learn the task about equally well. Differences of 10 points appear when "
            "everybody is run at a rate that suits only some of them.",
        look="the next picture: left everyone at a usual first guess, right everyone at the best own rate",
        values=[0.5, 3, 10],
    ),
}
