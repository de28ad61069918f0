"""Predictions of notebook 13."""

from labkit.exercises.question import Question

QUESTIONS = {
    "13-start": Question(
        question="Ten classes, a fresh network that knows nothing. Its first loss should be about …",
        options=["0.1", "1", "2.3", "10"],
        answer="2.3",
        why="It gives each class the probability 1/10, so the cross-entropy is −ln(1/10) = ln 10 = 2.303. A first loss "
            "far above says that the fresh network is sure of something, and so wrong.",
        look="the first reading of the loss curve, in healthy networks",
        values=[0.1, 1, 2.3, 10],
    ),
    "13-good": Question(
        question="Two patients: one reports 10 %, as good as guessing, the other 91 %, where healthy networks get "
                 "84 %. Which of the two is dangerous?",
        options=["the first: it has learned nothing", "the second: nobody will look for what is wrong with it",
                 "neither: 91 % is simply better"],
        answer="the second: nobody will look for what is wrong with it",
        why="A network that does not learn is noticed on the first day. One that has seen the test pictures is "
            "published. On pictures that it has not seen it gets 84 %, as any other.",
        look="the next picture: what each of them reports, and what it gets on new pictures",
    ),
    "13-masks": Question(
        question="A network with a rate that is far too high does not learn. Batch norm is put into every layer, and "
                 "now it learns. What was cured?",
        options=["a symptom: the rate is as wrong as before", "the cause: the network lacked batch norm"],
        answer="a symptom: the rate is as wrong as before",
        why="Batch norm makes the outputs of a layer independent of the size of its weights, so a run survives rates, "
            "starts and inputs that would have killed it. That is why it is popular, and why it is no diagnosis.",
        look="the lines that the next cell prints: how many diseases batch norm hides",
    ),
    "13-tree": Question(
        question="A decision tree that is grown on measured patients finds the diseases of new patients, too. Compared "
                 "with a protocol that goes by mechanisms, its examinations cost …",
        options=["about the same", "more: it has to ask everything", "less: it knows levels that hold for these "
                 "patients only"],
        answer="less: it knows levels that hold for these patients only",
        why="It has seen that this loss and that accuracy go with this disease at these severities, and needs no "
            "explanation. With other severities, or another network, the levels are others; the mechanisms stay.",
        look="the table below: the mean costs, and in its last column patients with other severities",
    ),
}
