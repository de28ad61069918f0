"""Predictions of notebook 09, and the pictures to be sorted: does the label survive?"""

from typing import NamedTuple

from labkit.exercises.question import Question

QUESTIONS = {
    "09-shifted": Question(
        question="The network gets 83 % of new, centred pictures right. Now each picture is mirrored with probability "
                 "one half and shifted by up to 3 of its 28 pixels. How many does it get right?",
        options=["about 10 %: guessing", "about 40 %", "about 60 %", "about 80 %"],
        answer="about 40 %",
        why="For you the shifted shirt is the same shirt. The network has one weight per pixel: shifted by three "
            "pixels, every number arrives at another weight, and nothing in its training has told it that this does "
            "not matter.",
        look="the next picture, the lower row",
        values=[10, 40, 60, 80],
    ),
    "09-price": Question(
        question="We train again, with as many updates, and change every picture anew by the same rule: mirrored, "
                 "shifted by up to 3 pixels. What happens to the accuracy on pictures that are NOT shifted?",
        options=["it falls by several points", "it stays the same", "it rises: more data is better"],
        answer="it falls by several points",
        why="The same small network now has to know every garment in about a hundred places. What it spends on that "
            "it does not have for the details of the centred ones. Augmentation pays where the changes really occur.",
        look="the next picture, the falling line",
    ),
    "09-longer": Question(
        question="MNIST-1D, 20 epochs, with and without random shifts. Then both train three times as long. Who gains "
                 "more than 5 points of test accuracy?",
        options=["both", "neither", "only the one without", "only the one with shifts"],
        answer="only the one with shifts",
        why="Without shifts the network goes on learning the same 4000 curves by heart, which no longer helps with new "
            "ones. With shifts no curve comes twice, so there is still something to learn.",
        look="the next picture: the upper curve is still rising where the lower one is level",
    ),
    "09-mixup": Question(
        question="Every curve is mixed with another one, with a random share. In one network the label is mixed too, "
                 "in the other the label of the first curve is kept as it was. Compared with no mixing, the second "
                 "one is …",
        options=["better: noise is a good regulariser", "as good", "clearly worse"],
        answer="clearly worse",
        why="Mixing does not preserve the label. In half of the pairs the kept label is that of the weaker part, so "
            "the network learns from answers that are wrong.",
        look="the next picture, third column",
    ),
    "09-colour": Question(
        question="From which photograph is this small patch? We jitter the colours of the training patches strongly. "
                 "The accuracy on unchanged test patches …",
        options=["rises", "stays the same", "falls by several points"],
        answer="falls by several points",
        why="Here colour is what tells the photographs apart. Jitter teaches the network not to trust it. If the "
            "colours of the test patches are off, that is just the right lesson.",
        look="the next picture: left end and right end",
    ),
}


# ------------------------------------------------------------------------------------------------ sorting
KEEPS, LOSES = "keeps its label", "loses it"


class Card(NamedTuple):
    """A change of a picture with what is asked about it; `answer` is KEEPS or LOSES."""

    change: str
    asked: str
    answer: str
    why: str


CARDS = (
    Card("a 6, mirrored top to bottom", "Which digit?", LOSES, "It reads as something like a 9."),
    Card("an 8, mirrored left to right", "Which digit?", KEEPS, "An 8 is its own mirror image, nearly. One rule for "
         "all ten digits must fit the 2 as well."),
    Card("a 2, mirrored left to right", "Which digit?", LOSES, "That is no digit at all: writing has a direction."),
    Card("a shirt, mirrored left to right", "Which garment?", KEEPS, "The buttons change sides, the garment does not."),
    Card("a cat, turned by 15°", "Which animal?", KEEPS, "Cats tilt their heads, and photographers their cameras."),
    Card("a fig, hue turned by 120°", "Is it ripe?", LOSES, "Its colour was the answer."),
    Card("a fig, hue turned by 120°", "Is it a fruit?", KEEPS, "The same change as before: it is the question that "
         "decides. (And nobody will meet green seeds: harmless, of little use.)"),
    Card("a cat, zoomed in on a corner", "Which animal?", LOSES, "The cat is not in it any more. Crops must be large "
         "enough to hold what the label names."),
)
