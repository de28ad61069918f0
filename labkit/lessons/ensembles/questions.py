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
        values=[10, 32, 55, 100],
    ),
    "11-five": Question(
        question="Five networks of one kind, on the same 4000 examples; only the first weights and the order of the "
                 "batches differ. Each gets about 58 % of the test examples right. Their probabilities are averaged. "
                 "The five together get …",
        options=["58 %: they all learned the same", "about 60 %", "about 64 %", "about 75 %"],
        answer="about 64 %",
        why="Nearly six points more, ten times the spread, without new data and without a better model. "
            "Why not more? Because their errors are alike: the correlation is near 0.9.",
        look="the next picture: blue the networks, orange above them the ensembles",
        values=[58, 60, 64, 75],
    ),
    "11-twenty": Question(
        question="Twenty such networks are averaged. How much of one network's squared error is left?",
        options=["5 %: it is divided by 20", "about 50 %", "about 87 %", "about 99 %"],
        answer="about 87 %",
        why="c/v is near 0.87: so much do the errors have in common, and it stays, however many networks there are. "
            "Twenty divide the other eighth by 20. In accuracy that little is worth six points.",
        look="the next picture, at 20",
        values=[5, 50, 87, 99],
    ),
    "11-sure": Question(
        question="One network is right about 58 % of the test curves, and about 65 % sure on average. (Its confidence "
                 "is the probability that it gives to its answer.) Five networks, averaged, are right about 64 %. How "
                 "sure are they?",
        options=["about 59 %: less than one of them", "about 65 %: as sure as one of them", "about 75 %: they "
                 "confirm each other"],
        answer="about 59 %: less than one of them",
        why="They are sure of different mistakes. Where they contradict each other the average is unsure, and that is "
            "where one alone would have been sure and wrong. Less sure and more often right: here even too modest.",
        look="the next picture, third column",
        values=[59, 65, 75],
    ),
    "11-left-out": Question(
        question="From 1000 examples 1000 are drawn at random, each time from all of them. What share of the examples "
                 "is never drawn?",
        options=["none", "about 10 %", "about 37 %", "about 50 %"],
        answer="about 37 %",
        why="One draw misses a given example with probability 1 − 1/n, n draws miss it with (1 − 1/n)<sup>n</sup>, "
            "which tends to 1/e = 36.8 %. At n = 10 it is 34.9 %.",
        look="the panel: drag n to the right",
        values=[0, 10, 37, 50],
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
