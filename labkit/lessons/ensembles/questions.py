"""Predictions of notebook 11."""

from labkit.exercises.question import Question

QUESTIONS = {
    "11-average": Question(
        question="Ten models. Their errors have the same size, and any two of them the correlation 0.5. How much of "
                 "one model's mean squared error does the average of the ten still have?",
        options=["10 %", "32 %", "55 %", "100 %"],
        answer="55 %",
        why="1/10 + 9/10 · 0.5 = 0.55. The half that they have in common stays, however many models there are; of the "
            "half in which they differ a tenth is left. 10 % would need uncorrelated errors.",
        look="the panel, at correlation 0.5 and k = 10",
    ),
    "11-five": Question(
        question="Five networks of one kind, on the same 4000 examples; only the first weights and the order of the "
                 "batches differ. Each gets about 58 % of the test examples right. Their probabilities are averaged. "
                 "The five together get …",
        options=["58 %: they all learned the same", "about 60 %", "about 64 %", "about 75 %"],
        answer="about 64 %",
        why="Nearly six points more, in every one of five such ensembles, without new data and without a better model. "
            "Why not more? Because their errors are alike: the correlation is near 0.9.",
        look="the next picture: blue the networks, orange above them the ensembles",
        values=[58, 60, 64, 75],
    ),
    "11-left-out": Question(
        question="From 1000 examples 1000 are drawn at random, each time from all of them. What share of the examples "
                 "is never drawn?",
        options=["none", "about 10 %", "about 37 %", "about 50 %"],
        answer="about 37 %",
        why="One draw misses a given example with probability 1 − 1/n, n draws miss it with (1 − 1/n)<sup>n</sup>, "
            "which tends to 1/e = 36.8 %. At n = 10 it is 34.9 %.",
        look="the panel: drag n to the right",
    ),
    "11-bagging": Question(
        question="Bagging: every network gets a bootstrap sample of its own instead of all 4000 examples. Their "
                 "errors become more different. The ensemble of five gets …",
        options=["worse", "no different", "better, because diversity is what counts"],
        answer="worse",
        why="The errors are less correlated, but each member has seen only 63 % of the data, and these networks need "
            "all of it: v and c both grow, only their ratio falls. Random first weights already make networks differ "
            "enough. For decision trees bagging is a great success, see below.",
        look="the next picture",
    ),
}
