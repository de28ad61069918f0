"""Predictions of notebook 03: which starts live, and which die."""

from labkit.exercises.question import Question

QUESTIONS = {
    "03-zero": Question(
        question="A network 784 → 50 → 50 → 10 with <b>tanh</b> units starts with W = 0 and b = 0 everywhere. "
                 "After 20 training steps, which parameters have moved?",
        options=["none", "all weights, but no bias", "all of them", "only the bias b of the output layer"],
        answer="only the bias b of the output layer",
        why="Every hidden activation is h = tanh(0) = 0. A weight's gradient is δ · h, with δ = ∂L/∂z, so it is 0 "
            "wherever h is 0; and δ itself cannot pass a layer whose W is 0. Only the output bias, which needs neither "
            "h nor W, gets a gradient.",
        look="the table that the next cell prints",
    ),
    "03-constant": Question(
        question="A network 784 → 6 → 10 starts with every weight equal to 0.01 and trains for 150 steps. What "
                 "will the six hidden units have learned?",
        options=["six different features", "six times the same feature", "nothing, the weights stay at 0.01"],
        answer="six times the same feature",
        why="Equal weights give equal outputs, equal outputs get equal gradients, and equal gradients keep the "
            "weights equal. The weights do move, but all six units together: the layer works like a single unit. "
            "This is symmetry.",
        look="the upper row of the next picture",
    ),
    "03-small": Question(
        question="Ten tanh layers of 500 units, weights with standard deviation 0.01, inputs with standard "
                 "deviation 1. What is the standard deviation of the activations in layer 10?",
        options=["about 0.0000003", "about 0.001", "about 0.1"],
        answer="about 0.0000003",
        why="Near 0 tanh is a straight line, so a layer multiplies the standard deviation by 0.01 · √500 = 0.224:"
            " a sum of 500 products, each 0.01 times as large. Ten layers: 0.224<sup>10</sup> ≈ 3 · "
            "10<sup>−7</sup>.",
        look="the numbers that the next cell prints, and the picture below them",
        values=[3e-7, 1e-3, 0.1],
    ),
    "03-large": Question(
        question="Ten tanh layers of 500 units with std 1: more than 90 % of the units are saturated. On its way "
                 "back from layer 10 to layer 1, the gradient will …",
        options=["explode", "stay about the same", "vanish"],
        answer="explode",
        why="Most units pass on nothing. But the few that are not saturated pass the gradient on through 500 "
            "weights of size 1 each, and that outweighs the loss. Each layer multiplies the gradient by about "
            "3.5.",
        look="the lower right of the panel at init std 1, where the dots rise from layer 10 to layer 1",
    ),
    "03-xavier": Question(
        question="A hundred tanh layers of 500 units start with Xavier's std 1/√500. The std of layer 1 is 0.63. "
                 "And that of layer 100?",
        options=["far below a millionth", "about 0.07", "still about 0.6"],
        answer="about 0.07",
        why="tanh bends, so each layer loses a little; but the smaller the signal, the straighter tanh, and the "
            "less it loses. The std falls like 1/√(2 · layer), no longer by a constant factor per layer.",
        look="the numbers that the next cell prints, and the picture below them",
        values=[1e-7, 0.07, 0.6],
    ),
    "03-relu": Question(
        question="Ten ReLU layers of 500 units with Xavier's std 1/√500. By what factor does the rms √E[h²] fall "
                 "from the input to layer 10?",
        options=["2", "about 10", "32", "1024"],
        answer="32",
        why="Each layer halves the second moment, so it multiplies the rms by 1/√2. Ten layers: 2<sup>−10/2</sup>"
            " = 1/32.",
        look="the next cell, or the panel at ReLU and the mark 1/√n",
        values=[2, 10, 32, 1024],
    ),
    "03-deep": Question(
        question="ReLU networks with 10 and 30 hidden layers start with Xavier or He. After 150 steps of SGD, "
                 "which of the four will have learned nothing at all?",
        options=["none, all four learn",
                 "Xavier with 10 and with 30 layers",
                 "both with 30 layers",
                 "Xavier with 30 layers"],
        answer="Xavier with 30 layers",
        why="Xavier loses a factor √2 per ReLU layer, forward and backward: 2<sup>5</sup> = 32 over ten layers "
            "only delays learning, 2<sup>15</sup> ≈ 33,000 over thirty layers stops SGD.",
        look="the next picture, where Xavier with 30 layers stays on the dotted line ln 10, the loss of guessing",
    ),
}
