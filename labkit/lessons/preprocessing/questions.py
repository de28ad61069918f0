"""Predictions of notebook 02: what speeds up descent, what a picture needs, and what whitening costs."""

from labkit.exercises.question import Question

QUESTIONS = {
    "02-centring": Question(
        question="A cloud of data has means 5 and 7, standard deviations 1.5 and 0.6, and correlation 0.8. Which step "
                 "speeds up gradient descent on a linear model most?",
        options=["subtract the mean of each feature", "divide each feature by its standard deviation",
                 "rotate the cloud to its principal axes", "all three about equally"],
        answer="subtract the mean of each feature",
        why="Far from the origin the features look like the bias: always positive, nearly constant. What the bias adds "
            "a weight can take away, so the loss is a valley with an almost level floor. With the mean at 0 the bias "
            "is on its own. Rotating alone gains nothing: a turned valley is as long as before.",
        look="the table of condition numbers, a little further down",
    ),
    "02-components": Question(
        question="A picture of Fashion-MNIST has 28 × 28 = 784 pixels. How many principal components keep 90 % of the "
                 "variance?",
        options=["about 10", "about 80", "about 400", "about 700"],
        answer="about 80",
        why="Neighbouring pixels are nearly equal, so 784 pixels hold far fewer independent numbers: 24 components "
            "keep 80 %, 81 keep 90 %. The last tenth is spread over 700 directions, detail and noise.",
        look="what the next cell prints, and the curve below it",
        values=[10, 80, 400, 700],
    ),
    "02-whiten": Question(
        question="Fashion-MNIST pictures with a little noise, whitened with ε almost 0 and turned back (ZCA), so that "
                 "they are pictures again. What do you see?",
        options=["the same pictures with more contrast", "noise and nothing else",
                 "thin outlines on grey, and strong noise in the corners", "broad shapes without outlines"],
        answer="thin outlines on grey, and strong noise in the corners",
        why="Broad shapes are divided by large numbers and disappear; outlines remain. But the last directions have a "
            "variance of 0.001 and much less. To reach variance 1 they are multiplied by 30 and more, and the noise "
            "in them too. Most of them are pixels in the corners, which hardly ever change.",
        look="the panel, with ε at its left end; then drag it slowly to the right",
    ),
    "02-learning": Question(
        question="Raw, centred, normalised, or whitened pixels (ε = 10<sup>−5</sup>, all directions): which "
                 "preparation has the lowest training loss after 150 steps, and which the highest accuracy "
                 "on new images?",
        options=["no difference between the four",
                 "whitened in both",
                 "centred or normalised in both",
                 "whitened: lowest loss; centred or normalised: highest accuracy"],
        answer="whitened: lowest loss; centred or normalised: highest accuracy",
        why="Whitening gives the 700 directions of fine detail and noise the same say as the shapes. By its noise "
            "every training image is easily told from the others and learned by heart; on new images that is "
            "worth nothing.",
        look="the next picture, left and right",
    ),
    "02-independent": Question(
        question="Let x be Gaussian and y = x² − 1. The pairs (x, y) are whitened: mean 0, covariance the identity. "
                 "What does one coordinate still tell about the other?",
        options=["almost everything", "a little, through rounding", "nothing, they are independent now"],
        answer="almost everything",
        why="Whitening knows means and covariances only. x and x² − 1 are uncorrelated from the start, so it hardly "
            "does more than turn and scale the parabola, and that is still a parabola.",
        look="the middle of the next picture",
    ),
}
