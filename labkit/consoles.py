"""A verdict must reach the student on every console: where its encoding lacks a sign, a plain one stands in.

Notebooks are UTF-8. A script whose output goes to a file or to an older console may be in cp949, cp1252 or ASCII.
"""

import codecs
import sys

SIGNS = {"✓": "[right]", "✗": "[wrong]", "○": "[open]", "→": "->", "·": "*", "×": "x", "−": "-", "…": "...", "≤": "<=",
         "≥": ">=", "≠": "!=", "≈": "~", "∞": "inf", "√": "sqrt", "Σ": "sum ", "∂": "d", "°": " degrees", "—": "-",
         "–": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "′": "'", "∈": " in ", "‖": "||", "½": "1/2"}


def plain(error: UnicodeError) -> tuple[str, int]:
    """Error handler of `str.encode`: a plain sign, the name of a Greek letter, what Unicode makes of it, or ?."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain_sign, error.object[error.start:error.end])), error.end


def _plain_sign(sign: str) -> str:
    import unicodedata  # only other consoles need it

    name = unicodedata.name(sign, "")
    if sign in SIGNS:
        return SIGNS[sign]
    if name.startswith("GREEK SMALL LETTER"):
        return name.split()[3].lower()
    return unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode() or "?"


def degrade_gracefully() -> None:
    """Let print replace what standard output cannot encode; UTF-8 and replaced streams stay as they are."""
    codecs.register_error("labkit", plain)
    for stream in (sys.stdout, sys.stderr):
        encoding = (getattr(stream, "encoding", None) or "utf-8").lower()
        if not encoding.startswith("utf") and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="labkit")
