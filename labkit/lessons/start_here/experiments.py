"""What will be seen by the end: the picture with which each notebook of the course closes."""

import base64
import json
from pathlib import Path

from labkit.fits import guard


def last_pictures(folder: str = ".") -> dict[str, bytes]:
    """The last stored picture (PNG) of every notebook in `folder` but the first, under its number and name.

    A notebook that is stored without pictures is left out. Raises FileNotFoundError where there are no notebooks.
    """
    paths = sorted(Path(folder).glob("[0-9][0-9]_*.ipynb"))
    if not paths:
        raise FileNotFoundError(f"last_pictures: there is no notebook in {folder!r}; run this in the course's folder "
                                "notebooks, or give its name.")
    found = {path.stem: _pictures(json.loads(path.read_text(encoding="utf-8"))) for path in paths[1:]}
    return {name.replace("_", " "): pictures[-1] for name, pictures in found.items() if pictures}


def _pictures(notebook: dict) -> list[bytes]:
    """All pictures in the outputs, in order."""
    bundles = (output.get("data", {}) for cell in notebook["cells"] for output in cell.get("outputs", ()))
    return [base64.b64decode("".join(bundle["image/png"])) for bundle in bundles if "image/png" in bundle]


guard(__name__)
