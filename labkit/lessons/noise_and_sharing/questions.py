"""Predictions of notebook 12."""

from labkit.exercises.question import Question

QUESTIONS = {
    "12-together": Question(
        question="2000 pictures, 30 % of the labels wrong. Noise on the inputs gains some 4 points, an L2 penalty "
                 "as many. Both together gain …",
        options=["0: they cancel", "about 4: hardly more than one of them", "about 8: twice as much"],
        answer="about 4: hardly more than one of them",
        why="They cure the same disease, each in its own way: single examples can no longer be learned by heart. With "
            "one of them there is little left for the other to gain.",
        look="the column of both together in the next picture, 'inputs + L2'",
        values=[0, 4, 8],
    ),
    "12-fresh": Question(
        question="30 % of the labels are wrong in every batch. Where these are always the same ones, the network ends "
                 "at about 74 % of the test pictures. In another run the mistakes are drawn anew in every step. It "
                 "ends at …",
        options=["about 60 %: nothing is ever certain", "about 74 %: 30 % is 30 %", "about 77 %",
                 "about 81 %, almost as with clean labels"],
        answer="about 81 %, almost as with clean labels",
        why="A mistake that changes each time cannot be learned by heart; over many steps the mistakes average out, "
            "and the right label is in the majority. It is the repetition that does the harm, not the noise.",
        look="the second column of the next picture",
        values=[60, 74, 77, 81],
    ),
    "12-copies": Question(
        question="A linear model gets many noisy copies of each of its 20 examples, noise σ = 1 on all inputs. "
                 "Compared with the weights without noise, its weights are …",
        options=["the same: the noise averages out", "larger", "smaller: those of ridge regression with λ = 2σ²"],
        answer="smaller: those of ridge regression with λ = 2σ²",
        why="Noise σ on an input moves the answer by w·noise, so the expected squared error grows by σ²‖w‖². Least "
            "squares keeps that small, and that IS ridge's penalty; labkit writes it λ/2 · ‖w‖², therefore λ = 2σ². "
            "The noise itself averages out, its square does not.",
        look="the bars, when there are 1000 copies and more",
    ),
    "12-permuted": Question(
        question="Trained on 1000 curves the convolution gets about 70 % right, a dense network about 40 %. Now the 40 "
                 "positions of all curves are mixed up, always in the same order, for training and test. The dense "
                 "network does not notice. The convolution gets …",
        options=["about 45 %: nearly all that it was ahead is gone", "about 60 %", "about 70 %: it does not notice "
                                                                                  "either"],
        answer="about 45 %: nearly all that it was ahead is gone",
        why="It is built on the belief that neighbours belong together and that a pattern means the same wherever it "
            "stands. In mixed-up curves both are false, so the belief no longer helps.",
        look="the last column of the next picture",
        values=[45, 60, 70],
    ),
    "12-random-task": Question(
        question="A dense network learns ten classes from 500 curves. As a second task it gets 4000 curves with RANDOM "
                 "labels, at ten times the weight. For the first task that is …",
        options=["a help: more data is more data", "no difference", "harm"],
        answer="harm",
        why="Random labels can only be learned by heart, so the body is shaped for that. A second task helps if the "
            "body that it wants is the one that the first task wants, too. That more data came along is no help in "
            "itself.",
        look="the line of the random labels, at weight 10",
    ),
    "12-frozen": Question(
        question="A body has learned five classes and is frozen; only a new last layer learns five new classes. From "
                 "10 labels it beats a network that starts from scratch by far. From 500 labels it is …",
        options=["still far ahead", "equal", "far behind"],
        answer="far behind",
        why="It can only mix the 16 features that the old classes needed. With few labels that is a blessing, with "
            "many a cage: a network that may change all its weights finds better ones.",
        look="the next picture, where the lines cross",
    ),
}
