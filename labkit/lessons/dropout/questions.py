"""Predictions of notebook 10."""

from labkit.exercises.question import Question

QUESTIONS = {
    "10-count": Question(
        question="A network has 24 units that may be dropped, each on its own. How many different networks can "
                 "dropout make of it?",
        options=["24", "576", "about 17 million", "infinitely many"],
        answer="about 17 million",
        why="Each unit is there or not: 2 · 2 · … · 2 = 2<sup>24</sup> = 16,777,216. Many, but not infinitely many. "
            "A training run visits a tiny part of them, hardly any twice; they learn from one another because "
            "they share their weights.",
        look="the second line of the picture",
        values=[24, 576, 2**24, None],
    ),
    "10-relu": Question(
        question="The unit is now a ReLU. The mean of its answer over all four masks, compared with ONE pass in which "
                 "both inputs count keep times, is …",
        options=["always the same", "never smaller, sometimes larger", "never larger, sometimes smaller",
                 "sometimes smaller, sometimes larger"],
        answer="never smaller, sometimes larger",
        why="ReLU bends upwards: a mean of ReLUs is at least the ReLU of the mean (Jensen's inequality). They differ "
            "exactly when some masks land on its flat side and others do not. For a linear unit the two always agree.",
        look="the panel: choose ReLU and make the two contributions differ in sign",
    ),
    "10-forms": Question(
        question="Inverted dropout (÷ keep in training) and plain dropout (× keep in testing), from the same start, "
                 "with the same masks and with learning rates chosen to match. On how many of the 4000 test images do "
                 "the two trained networks agree?",
        options=["about 3000", "about 3900", "all of them"],
        answer="all of them",
        why="They are one method written in two ways: the weights of one are those of the other divided by keep. The "
            "inverted form is preferred because nothing has to be remembered at test time.",
        look="the first line that the cell prints",
        values=[3000, 3900, 4000],
    ),
    "10-crossover": Question(
        question="A network with two hidden ReLU layers. Over how many random masks must you average to come as near "
                 "to the mean over ALL masks as one pass with the weight scaling rule?",
        options=["2 or 3", "some dozens", "many thousands"],
        answer="some dozens",
        why="The mean of k masks is off by about σ/√k, where σ is the spread over masks. The rule is off by a fixed "
            "amount, here about a sixth of σ, and costs one pass. That is why everybody uses it, although it is not "
            "exact.",
        look="the panel, where the line of the masks meets that of the rule",
        values=[2.5, 36, 10_000],
    ),
    "10-gain": Question(
        question="2000 images, 30 % of the labels wrong, two hidden layers of 100 units. Without dropout the network "
                 "ends at 77 % on the test images. With keep 0.7 it ends at …",
        options=["about 70 %: half of it is switched off", "about 77 %", "about 80 %", "about 90 %"],
        answer="about 80 %",
        why="Two to three points, many times their spread. It is a real gain, and not a miracle: other settings of "
            "the same knob are far worse than no dropout at all.",
        look="the next two pictures",
        values=[70, 77, 80, 90],
    ),
    "10-norm": Question(
        question="With 30 % wrong labels, keep 0.7 gains some 2 points over keep 1. Now both networks get batch norm. "
                 "How many points does keep 0.7 gain then?",
        options=["about −3: two regularisers are too much", "about 0: batch norm regularises by itself", "about 2",
                 "about 12"],
        answer="about 12",
        why="Batch norm makes learning faster, by heart as well: without dropout the network ends more than ten points "
            "lower than before. Dropout brings it back to where it was without batch norm.",
        look="the next picture, on the right",
        values=[-3, 0, 2, 12],
    ),
}
