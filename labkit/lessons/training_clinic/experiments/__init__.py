"""Sick networks: recipe → one changed ingredient → patient → instruments → diagnosis → treatment.

`recipe` has every ingredient of a training, `diseases` and `treatments` change some of them, `patients` trains,
`instruments` look; `signs` holds what was measured on many patients, `protocol` and `tree` are two ways to use it, and
`consultation` is one case from the history to the cure. `challenge` is the last task of the course.
"""
