"""Predictions of notebook 05."""

from labkit.exercises.question import Question

QUESTIONS = {
    "05-eight": Question(
        question="Plain gradient descent with batches of 50 examples, 300 steps. Rates 4<sup>−4</sup>, "
                 "4<sup>−3</sup>, …, 4<sup>3</sup>: 0.0039, 0.016, 0.062, 0.25, 1, 4, 16, 64. In how many of the "
                 "eight is the loss after 300 steps at least a tenth below that of guessing?",
        options=["only one", "about four", "all eight"],
        answer="about four",
        why="There is a broad middle: between the first and the last rate that learn lies a factor of more than"
            " 50. Below it the network crawls: it would learn, but not in 300 steps. Above it, it comes to harm"
            " within a few steps.",
        look="the next picture: the number in the title is the rate, the line below it what became of the runs",
        values=[1, 4, 8],
    ),
    "05-parabola": Question(
        question="L(θ) = ½ λ θ² with curvature λ = 4. From which learning rate on does gradient descent "
                 "diverge?",
        options=["0.25", "0.5", "1", "2", "4"],
        answer="0.5",
        why="Every step multiplies θ by 1 − lr · λ. At lr = 1/λ = 0.25 that is 0: one step, and it is there. At"
            " lr = 2/λ = 0.5 it is −1: from side to side for ever. Beyond that its size is above 1, and θ "
            "grows.",
        look="the panel, at curvature 4, and the picture below it",
        values=[0.25, 0.5, 1, 2, 4],
    ),
    "05-linear": Question(
        question="We train this linear model for 200 steps, once at 99 % and once at 101 % of the computed "
                 "limit. What will the loss do?",
        options=["fall in both", "fall at 99 %, grow at 101 %", "grow in both, the limit is only a rule of thumb"],
        answer="fall at 99 %, grow at 101 %",
        why="For a quadratic the limit is exact. At 101 % the steepest direction is multiplied by −1.02 per "
            "step: 1.02<sup>200</sup> ≈ 52, and the loss by its square.",
        look="the next cell and the picture: the line was computed before a single step was made",
    ),
    "05-network": Question(
        question="A network with tanh units, at 1.5 times the 2/λmax of its first weights, 100 steps, no noise."
                 " The loss …",
        options=["rises now and then, and the network learns well",
                 "rises now and then, and the network does not learn",
                 "becomes infinite"],
        answer="rises now and then, and the network learns well",
        why="Above the limit the steepest direction is thrown uphill, but the curvature is not the same "
            "everywhere: the network is thrown to where the valley is wider, and settles. 2/λmax is where the "
            "calm ends, not where training ends.",
        look="the next two pictures",
    ),
    "05-noise": Question(
        question="Batches of 20, rate 0.5 for 250 steps, then 0.05. Compared with the runs that go on at 0.5, "
                 "the training loss in the 50 steps after the drop will be …",
        options=["clearly lower", "the same", "higher: smaller steps, slower learning"],
        answer="clearly lower",
        why="A batch of 20 gives the gradient with noise, and the noise moves θ by a distance that is "
            "proportional to the rate. At 0.5 the network rattles around high above the valley's floor; with a "
            "tenth of the rate it sinks to it. With exact gradients there is nothing to gain.",
        look="the next picture, left against right",
    ),
}
