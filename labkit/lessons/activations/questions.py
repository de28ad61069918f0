"""Predictions of notebook 01: slopes, signs, and units that are off."""

from labkit.exercises.question import Question

QUESTIONS = {
    "01-slope": Question(
        question="The sigmoid is σ(x) = 1/(1 + e<sup>−x</sup>). What is the largest value of its slope σ'(x)?",
        options=["1/4", "1/2", "1", "there is no largest value"],
        answer="1/4",
        why="It is steepest in the middle, at x = 0, and there it rises by 1/4 per unit of x. The exercise below "
            "finds the formula from which this follows. So at best a sigmoid passes on a quarter of the gradient.",
        look="the numbers that the next cell prints, and the dashed line in the picture above",
        values=[0.25, 0.5, 1, None],
    ),
    "01-depth": Question(
        question="Twenty sigmoid layers. Leave the weights out: what do twenty slopes leave of a gradient, <b>at "
                 "best</b>?",
        options=["about 10<sup>−12</sup>", "about 1/1000", "about 1/80"],
        answer="about 10<sup>−12</sup>",
        why="At best each slope is 1/4, and (1/4)<sup>20</sup> ≈ 9 · 10<sup>−13</sup>. For inputs of standard "
            "deviation 1 it is less still, since not all of them sit at 0.",
        look="the sigmoid's line in the next picture, at 20 layers",
        values=[1e-12, 1 / 1000, 1 / 80],
    ),
    "01-train": Question(
        question="Five hidden layers of sigmoids, started with Xavier's weights as a tanh network would be. At how "
                 "many of the five learning rates, from 0.03 to 3, has the network learned something after 200 "
                 "steps?",
        options=["at all five", "at the larger ones", "at none"],
        answer="at none",
        why="Five layers of sigmoids multiply the gradient by less than (1/4)<sup>5</sup> ≈ 0.001, and Xavier's "
            "weights do not give it back. The same factors act on the signal: the last layer sees nearly the same "
            "for every image.",
        look="the right half of the next picture: the sigmoid stays on the line of guessing at every rate",
    ),
    "01-sign": Question(
        question="A unit with ten inputs between 0 and 1. For a mini-batch of 64 examples the gradient is an "
                 "average of 64 vectors δ x, with both signs of δ. How often do all ten entries of the average "
                 "<b>still</b> have one sign?",
        options=["in about 0.2 %, like ten coins that fall alike", "in about 40 % of the cases", "nearly always"],
        answer="in about 40 % of the cases",
        why="The ten entries are sums over the same δ's, and positive inputs resemble each other (their mean is "
            "large): the ten sums are correlated by E[x]²/E[x²] = 3/4. A larger batch does not change that "
            "correlation.",
        look="the first row of the next table: it falls, and stops falling",
        values=[0.2, 40, 100],
    ),
    "01-dead": Question(
        question="A fresh ReLU network, 196 → 50 → 50 → 10, looks at 2000 images. About half of all its "
                 "activations are 0. How many of its 100 hidden units are dead?",
        options=["hardly any", "about 10", "about 50"],
        answer="hardly any",
        why="A unit that is off for half of the images is on for the other half, and learns from those. Dead means "
            "off for all 2000.",
        look="the numbers that the next cell prints, and the picture below them: how many of its points lie at 0",
        values=[1, 10, 50],
    ),
    "01-revive": Question(
        question="Now the network trains, with a learning rate that is too large, and units die: in the first "
                 "hidden layer and in the second. Which of them can come back to life?",
        options=["none: dead is dead", "some in both", "some in the first layer", "some in the second layer"],
        answer="some in the second layer",
        why="A dead unit gets no gradient, so its own weights stand still. In the first layer its inputs are the "
            "images, which stand still as well: dead for ever. In the second layer its inputs are the outputs of "
            "the first layer, and these move.",
        look="the next picture: on the left no dark line ever ends",
    ),
}
