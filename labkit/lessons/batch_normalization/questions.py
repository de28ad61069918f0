"""Predictions of notebook 06."""

from labkit.exercises.question import Question

QUESTIONS = {
    "06-drag": Question(
        question="A batch of 12 examples goes through batch norm in training. The input of one example changes. How "
                 "many of the 12 outputs change?",
        options=["one", "a few, those next to it", "all 12"],
        answer="all 12",
        why="The mean and the variance are those of the batch, and the changed example is in both. So in training the "
            "answer for one image depends on which other images happen to be in its batch.",
        look="the panel: move the orange point, and watch the points leave their grey rings",
        values=[1, 3, 12],
    ),
    "06-rescue": Question(
        question="Six hidden layers of 100 ReLU units, first weights with std 0.01: the network is dead, its accuracy "
                 "stays at 10 %. The same weights, and batch norm before every ReLU. After 50 steps the accuracy is …",
        options=["still 10 %: the first weights are too small", "about 30 %: better, but crippled",
                 "above 60 %: almost as if nothing were wrong"],
        answer="above 60 %: almost as if nothing were wrong",
        why="Batch norm divides by the standard deviation of what comes in. A factor in front of all weights of a "
            "layer cancels: weights of 0.01 and of 1 give the same output.",
        look="the next picture, above 0.01",
        values=[10, 30, 60],
    ),
    "06-jitter": Question(
        question="Now we spoil it: after every batch norm each unit is multiplied by a random number from ½ to 2 and "
                 "shifted by one from −1 to 1, new ones in every step. The inputs of the next layer then jump further "
                 "in every step than without any batch norm. How fast does this network learn?",
        options=["like the one without batch norm", "like the one with batch norm", "not at all"],
        answer="like the one with batch norm",
        why="Stable distributions cannot be what makes batch norm fast: here they are gone, and the speed is still "
            "there. Santurkar et al. (2018) found the same in large networks.",
        look="the next picture: accuracy on the left, the shaken inputs on the right",
    ),
    "06-two": Question(
        question="A batch of two examples. One has x = 1, the other any other number. What is x̂ of the first? "
                 "(Leave ε out.)",
        options=["close to 1", "exactly 1 or −1", "any number between −3 and 3"],
        answer="exactly 1 or −1",
        why="The mean lies in the middle, and the standard deviation is the distance to it. All that is left of the "
            "two numbers is which one is larger.",
        look="the left column of the next picture",
    ),
    "06-bug": Question(
        question="Somebody forgets to switch to evaluation: test images are sent through in batches of 100, and every "
                 "batch is normalised with its own statistics. What happens to the measured accuracy?",
        options=["it falls, always", "nothing if the images are shuffled; it collapses if they are sorted by class",
                 "nothing at all"],
        answer="nothing if the images are shuffled; it collapses if they are sorted by class",
        why="A shuffled batch of 100 has nearly the statistics of the training set, so nobody notices. A batch of "
            "100 shoes has not: what all shoes have in common is subtracted.",
        look="the next picture, at 100",
    ),
    "06-labels": Question(
        question="30 % of the training images get a random label. Which network learns the wrong labels by heart "
                 "faster, the one with batch norm or the one without?",
        options=["the one with batch norm, in any case",
                 "with batch norm if the pixels are raw; if they are standardised, no faster than without",
                 "the one without: batch norm regularises"],
        answer="with batch norm if the pixels are raw; if they are standardised, no faster than without",
        why="Batch norm makes training fast where it was slow, and a network that learns faster learns the wrong "
            "labels sooner too. Where nothing was slow, there is nothing to gain; on standardised pixels it "
            "even learns somewhat fewer of them.",
        look="the next picture: raw pixels on the left, standardised ones on the right",
    ),
}
