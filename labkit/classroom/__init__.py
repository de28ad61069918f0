"""A class: hand out, collect, grade, ask. Tools for instructors, who need nothing else than what the course needs.

    python -m labkit.classroom handout notebooks/*.ipynb --out handout
    python -m labkit.classroom assignment notebooks/03_initialization.ipynb --out source/03
    python -m labkit.classroom grade notebooks/03_initialization.ipynb submissions > grades.csv
    python -m labkit.classroom quiz --out quiz

Nothing else in labkit imports this room.
"""
