"""Predictions of notebook 00."""

from labkit.exercises.question import Question

QUESTIONS = {
    "00-spiral": Question(
        question="Two classes of points lie in the plane, wound around each other as two spirals. A network "
                 "without hidden layers can only draw a straight line between them. What share of the points does"
                 " it get right?",
        options=["about 60 %", "about 80 %", "about 95 %", "all of them"],
        answer="about 60 %",
        why="A straight line cannot follow a spiral: on both sides of every line there are points of both arms. "
            "It does a little better than guessing, no more.",
        look="the share that the next cell prints, and the picture below it",
        values=[0.60, 0.80, 0.95, 1.0],
    ),
}
