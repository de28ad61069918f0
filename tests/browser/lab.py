"""A real JupyterLab and a real Chromium, driven as a student would: run all, press keys, look at the pictures."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Request

SECONDS = 1000  # Playwright counts milliseconds
LOOK, LOOK_AGAIN = 200, 25
"""Milliseconds between two looks at the page, for what takes seconds and for what takes a moment. Left to itself
Playwright looks at every frame, and the page draws sixty of them a second while a kernel would compute.
"""
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # a slow test would be saved under its feet, and the next one would find a notebook that is trusted
    "docmanager-extension/plugin": {"autosave": False},
}


@contextmanager
def jupyterlab(root: Path, scratch: Path) -> Iterator[str]:
    """A JupyterLab on this machine that serves the folder `root`; yields its address.

    Settings, workspaces, signatures and logs go to `scratch`, so nothing of the user's own Jupyter is read or changed.
    """
    token = secrets.token_hex(16)
    runtime = scratch / "runtime"
    command = [
        *(sys.executable, "-m", "jupyterlab", "--allow-root", "--no-browser", "--expose-app-in-browser"),
        *("--ip=127.0.0.1", "--port=0", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={root}"),
        *("--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"),
        "--LabApp.extension_manager=readonly",
    ]
    environment = {
        "JUPYTER_CONFIG_DIR": scratch / "config",
        "JUPYTER_DATA_DIR": scratch / "data",
        "JUPYTER_RUNTIME_DIR": runtime,
        "JUPYTERLAB_SETTINGS_DIR": scratch / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": scratch / "workspaces",
        "IPYTHONDIR": scratch / "ipython",
    }
    for name, settings in SETTINGS.items():
        file = scratch / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings), encoding="utf-8")
    log = scratch / "lab.log"
    with log.open("w", encoding="utf-8") as out:
        lab = subprocess.Popen(
            command,
            env=os.environ | {name: str(path) for name, path in environment.items()},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            yield f"{_address(lab, runtime, log)}lab/tree/{{}}?token={token}&reset"
        finally:
            lab.terminate()
            try:
                lab.wait(30)
            except subprocess.TimeoutExpired:  # it waits for kernels that are slow to go
                lab.kill()
                lab.wait()


def _address(lab: subprocess.Popen, runtime: Path, log: Path) -> str:
    """Wait until the server has written down where it listens."""
    for _ in range(600):
        if lab.poll() is not None:
            break
        for info in runtime.glob("jpserver-*.json"):
            try:
                return json.loads(info.read_text(encoding="utf-8"))["url"]
            except json.JSONDecodeError:  # half-written
                pass
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")


class Notebook:
    """One notebook open in JupyterLab in a page of its own; `turn_to` opens another one in its place."""

    def __init__(self, browser: BrowserContext, address: str, name: str) -> None:
        self.page = browser.new_page()
        self.console: list[str] = []
        self.outside: list[str] = []
        self.home = address.split("/lab/")[0]
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.console.append(f"uncaught: {error.stack or error}"))
        self.page.on("request", self._asked)
        self.page.add_init_script(ALWAYS_IDLE)
        self.page.goto(address.format(quote(name)), wait_until="domcontentloaded")
        self._ready(name)

    def _ready(self, name: str) -> None:
        """Wait until the page shows this notebook, and its kernel has nothing to do."""
        self.page.wait_for_function(READY, arg=name, timeout=90 * SECONDS, polling=LOOK)
        self.page.evaluate("jupyterapp.shell.collapseLeft()")

    def reload(self, name: str) -> None:
        """Load the page anew; the kernel lives on."""
        self.page.reload(wait_until="domcontentloaded")
        self._ready(name)

    def turn_to(self, name: str) -> None:
        """End this notebook's kernel, leave it unsaved, and open another one: quicker than a new page by far."""
        self.page.evaluate(TURN_TO, name)
        self.page.wait_for_function(READY, arg=name, timeout=90 * SECONDS, polling=LOOK)
        self.console.clear()
        self.outside.clear()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.console.append(f"{message.text} ({message.location.get('url', '')})")

    def _asked(self, request: Request) -> None:
        ours = (self.home, self.home.replace("http", "ws", 1), "data:", "blob:", "about:")
        if not request.url.startswith(ours):
            self.outside.append(request.url)

    def run_all(self, seconds: float = 300, *, only: list[int] | None = None, curtains: bool = False) -> None:
        """Run all cells, or `only` these, and wait until the kernel and the page are done.

        Then ask every prediction to be shown, so that nothing is covered; with `curtains` leave them closed.
        """
        self.page.evaluate(RUN, only)
        self.page.wait_for_function("window.labkitDone", timeout=seconds * SECONDS, polling=LOOK)
        self.idle()
        if not curtains:
            self.page.evaluate(OPEN_CURTAINS)
            self.idle()

    def idle(self, seconds: float = 60, quiet: float = 0.25) -> None:
        """Wait until the kernel has had nothing to do for `quiet` seconds."""
        self.page.wait_for_function(IDLE, arg=quiet * SECONDS, timeout=seconds * SECONDS, polling=LOOK_AGAIN)

    def drawn(self) -> None:
        """Wait until JupyterLab has drawn every cell; before that it holds places for those out of sight."""
        self.page.evaluate("Promise.all(jupyterapp.shell.currentWidget.content.widgets.map(cell => cell.ready))")

    def errors(self) -> list[str]:
        """The error outputs, as `cell 3: NameError: …`."""
        return self.page.evaluate(ERRORS)

    def panels(self) -> list[int]:
        """The cells that show a panel."""
        return self.page.evaluate(PANELS)

    def cell(self, index: int) -> Locator:
        """The cell, scrolled into view: JupyterLab draws only what is near the view."""
        self.page.evaluate(SHOW, index)
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell[data-labkit='shown']")

    def seen(self, cell: Locator) -> str:
        """What the cell's pictures and texts show: another string as soon as one of them changes."""
        return cell.evaluate(SEEN)

    def press(self, cell: Locator, handle: Locator, key: str, seconds: float = 20) -> bool:
        """Press a key on a slider's handle; tells whether it moved, after the cell shows something new.

        Raises Playwright's TimeoutError when the slider moved and nothing else in the cell did.
        """
        handle.focus()
        before, position = self.seen(cell), handle.evaluate(POSITION)
        self.page.keyboard.press(key)
        if handle.evaluate(POSITION) == position:
            return False
        arguments = [cell.element_handle(), before]
        self.page.wait_for_function(f"([cell, before]) => ({SEEN})(cell) !== before", arg=arguments,
                                    timeout=seconds * SECONDS, polling=LOOK_AGAIN)
        self.idle(quiet=0.05)  # picture and sentence are of one message's work, and that is done
        return True

    def kernel(self, code: str) -> str:
        """What `code` prints when the notebook's own kernel runs it."""
        return self.page.evaluate(ASK_KERNEL, code)

    def again(self, indices: list[int]) -> None:
        """Run these cells once more, as their own cells, but without showing what they show: quicker by far."""
        self.page.evaluate(RUN_AGAIN, indices)

    def close(self) -> None:
        self.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        self.page.close()


# ------------------------------------------------------------------------------------------------ said to the page
# JupyterLab draws cells out of sight when the page is idle, which it never is beside a suite that keeps all cores busy
ALWAYS_IDLE = """window.requestIdleCallback = work => setTimeout(work, 0, {didTimeout: false, timeRemaining: () => 50});
window.cancelIdleCallback = clearTimeout;"""

READY = """name => {
    const panel = window.jupyterapp && jupyterapp.shell.currentWidget;
    return panel && panel.context?.path === name && panel.sessionContext.session?.kernel?.status === 'idle'
        && Boolean(panel.node.querySelector('.jp-Cell'));
}"""

TURN_TO = """async name => {
    const panel = jupyterapp.shell.currentWidget;
    await panel.sessionContext.shutdown();
    panel.dispose();
    await jupyterapp.commands.execute('docmanager:open', {path: name, factory: 'Notebook'});
}"""

RUN = """only => {
    const notebook = jupyterapp.shell.currentWidget.content;
    notebook.deselectAll();
    if (only) notebook.activeCellIndex = only[0];
    for (const index of only || []) notebook.select(notebook.widgets[index]);
    window.labkitDone = false;
    jupyterapp.commands.execute(only ? 'notebook:run-cell' : 'notebook:run-all-cells')
        .finally(() => { window.labkitDone = true; });
}"""

OPEN_CURTAINS = """() => document.querySelectorAll(
    '[class*="lk-ask-"] button[title="see the answer without predicting"]').forEach(button => button.click())"""

IDLE = """quiet => {
    const status = jupyterapp.shell.currentWidget.sessionContext.session.kernel.status;
    const now = performance.now();
    if (status !== 'idle' || window.labkitIdle === undefined) window.labkitIdle = now;
    if (now - window.labkitIdle < quiet) return false;
    window.labkitIdle = undefined;
    return true;
}"""

ERRORS = """() => {
    const cells = [...jupyterapp.shell.currentWidget.content.model.cells].map(cell => cell.toJSON());
    return cells.flatMap((cell, i) => (cell.outputs || [])
        .filter(output => output.output_type === 'error')
        .map(output => `cell ${i}: ${output.ename}: ${output.evalue}`));
}"""

PANELS = """() => jupyterapp.shell.currentWidget.content.widgets
    .flatMap(({node}, i) => node.querySelector('.lk-panel') ? [i] : [])"""

SHOW = """async index => {
    const notebook = jupyterapp.shell.currentWidget.content;
    document.querySelectorAll('[data-labkit]').forEach(node => delete node.dataset.labkit);
    notebook.activeCellIndex = index;
    await notebook.scrollToItem(index);
    const {node, ready} = notebook.widgets[index];
    await ready;
    node.dataset.labkit = 'shown';
    node.scrollIntoView({block: 'start'});
    for (let frames = 0; frames < 300 && !node.innerText.trim(); frames++)  // drawn a moment after it comes into view
        await new Promise(requestAnimationFrame);
}"""

SEEN = """node => [
    ...[...node.querySelectorAll('img')].map(image => image.src),
    ...[...node.querySelectorAll('.widget-html, .jupyter-widgets svg, .jupyter-widgets canvas')]
        .map(part => part.dataset.seq || part.innerText || part.innerHTML),
].join('\\n')"""

POSITION = "handle => handle.parentElement.style.transform"  # exact, where aria-valuenow is rounded

RUN_AGAIN = """async indices => {
    const panel = jupyterapp.shell.currentWidget, cells = [...panel.content.model.cells];
    for (const cell of indices.map(index => cells[index])) {
        const kernel = panel.sessionContext.session.kernel;
        await kernel.requestExecute({code: cell.sharedModel.getSource()}, false, {cellId: cell.id}).done;
    }
}"""

ASK_KERNEL = """async code => {
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const future = kernel.requestExecute({code, store_history: false});
    let text = '';
    future.onIOPub = message => {
        if (message.header.msg_type === 'stream') text += message.content.text;
        if (message.header.msg_type === 'error') text += `${message.content.ename}: ${message.content.evalue}`;
    };
    await future.done;
    return text;
}"""
