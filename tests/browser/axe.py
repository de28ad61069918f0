"""What axe-core, the usual judge of accessible pages, finds wrong: WCAG 2.1 A and AA, and its best practices.

The package's Python is not used: it reads its own file in the machine's encoding. In JupyterLab only our widgets are
judged. What axe says of the rest of that page, of its toolbars, its landmarks, its headings, and of the pictures that
are no widgets and to which it gives no alternative text, is JupyterLab's. Contrast is left out there, since axe would
lay out the whole of JupyterLab for it: `tests.browser.panels` measures it, in the light and in the dark.
"""

from importlib.resources import files

from playwright.sync_api import Page

SCRIPT = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """What is wrong anywhere on the page, a line for each rule that is broken."""
    return _run(page, "document", {})


def violations_of_widgets(page: Page) -> list[str]:
    """What is wrong with the widgets of the notebook that JupyterLab shows, all of them at once."""
    return _run(page, "{include: ['.jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output .jupyter-widgets']}",
                {"rules": {"color-contrast": {"enabled": False}}})


def _run(page: Page, scope: str, options: dict) -> list[str]:
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(SCRIPT)
    return page.evaluate(f"""async options => (await axe.run({scope}, {{resultTypes: ['violations'], ...options}}))
        .violations.map(({{id, impact, help, nodes}}) => `${{id}} (${{impact}}): ${{help}}; ${{nodes.length}} times: `
            + nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join('   '))""", options)
