"""Is anybody looking? What the kernel can know of the page that shows a panel.

The kernel hears nothing when a page is closed or the connection breaks. So every few pictures a number goes out, a link
in the page copies it to a second widget, and that one comes back. A cell that is deleted or cleared does report: the
page counts the views of a panel.
"""

import time
from collections.abc import Callable

import ipywidgets as W
import traitlets

from labkit.widgets.shown import close

SEND_TIMEOUT, GONE_TIMEOUT = 1.0, 20.0
"""Seconds without an answer after which the next picture is sent all the same, and after which the page is gone."""
ACK_EVERY = 4
"""Pictures for one answer: less traffic, and as many may be under way."""


class Answer(W.IntText):
    """A number that the page sets; ipywidgets need not echo it back."""

    value = traitlets.CInt(0).tag(sync=True, echo_update=False)


class Page:
    """Knows how many pictures were sent and which answers came back; `left()` is called when the views are gone.

    A front end that never answers at all is believed to be looking. Answers may come on any thread.
    """

    def __init__(self, panel: W.DOMWidget, left: Callable[[], None], *,
                 clock: Callable[[], float] = time.monotonic) -> None:
        self.pictures = 0
        self._asked, self._answer = W.IntText(0), Answer(0)
        self._link = W.jslink((self._asked, "value"), (self._answer, "value"))
        self._clock, self._since = clock, 0.0
        panel._view_count = 0  # anything but None: the page counts
        panel.observe(lambda change: None if change["new"] else left(), "_view_count")

    def sent(self) -> None:
        """A picture was sent just now."""
        self.pictures += 1
        if self.pictures % ACK_EVERY == 1:
            if not self._owes():
                self._since = self._clock()
            self._asked.value = self.pictures

    def _owes(self) -> bool:
        return 0 < self._answer.value < self._asked.value

    def ready(self) -> bool:
        """Whether the next picture should be sent: the last question is answered, or long under way."""
        return not self._owes() or self._clock() - self._since > SEND_TIMEOUT

    def gone(self) -> bool:
        """Whether a page that used to answer has not done so for a long time."""
        return self._owes() and self._clock() - self._since > GONE_TIMEOUT

    def close(self) -> None:
        """Let go of the widgets."""
        for widget in (self._link, self._asked, self._answer):
            close(widget)
