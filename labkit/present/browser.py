"""The Chromium that is installed here: it prints the handouts, and the tests drive it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
PLACES = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path(os.environ.get("PROGRAMFILES", ""), "Google", "Chrome", "Application", "chrome.exe"),
    Path(os.environ.get("PROGRAMFILES(X86)", ""), "Microsoft", "Edge", "Application", "msedge.exe"),
)
HOW_TO_GET_ONE = (
    "no Chromium, Chrome or Edge found. Linux: `apt install chromium` or `dnf install chromium`; macOS and Windows: "
    "install Chrome. Or set the environment variable LABKIT_CHROMIUM to the program."
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # a request to the outside is seen, and goes nowhere
]


def chromium_path() -> str | None:
    """The Chromium to drive: LABKIT_CHROMIUM, or the first known name on the PATH, or where installers put one."""
    installed = (str(place) for place in PLACES if place.is_absolute() and place.is_file())
    found = (os.environ.get("LABKIT_CHROMIUM"), *map(shutil.which, BROWSERS), *installed)
    return next(filter(None, found), None)


@contextmanager
def chromium(width: int = 1400, height: int = 1000) -> Iterator[BrowserContext]:
    """A headless Chromium with one empty profile, whose pages share a cache; needs `chromium_path()`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), headless=True, args=FLAGS)
        yield browser.new_context(viewport={"width": width, "height": height})
        browser.close()
