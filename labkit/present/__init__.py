"""The notebooks on paper, on the wall and in the repository: tools for instructors and contributors.

`python -m labkit.present store` executes the notebooks and writes them in the one form in which they are kept.
Nothing else in labkit imports this room.
"""

from labkit.present.store import normal_form, problems, store

__all__ = ["normal_form", "problems", "store"]
