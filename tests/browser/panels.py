"""How a panel looks in its cell: how high it is with its picture, its smallest type, its faintest text, its names."""

import math
from typing import NamedTuple

from tests.browser.lab import Notebook

SIZES = {(1280, 720): 580, (1400, 900): 700}
"""Window → how high a panel may be from its first control to the lower edge of its picture."""


class Look(NamedTuple):
    """What was measured of the panel in one cell, in pixels and as a ratio."""

    cell: int
    height: float
    type: float
    contrast: float
    faintest: str
    unnamed: list[str]
    """Handles, boxes and pictures without a name, and handles that do not say their value."""


def in_every_light(notebook: Notebook) -> list[str]:
    """What is wrong with any panel of the open notebook, at every size and in the dark theme."""
    page, found = notebook.page, []
    before = page.viewport_size
    for theme, (width, height), limit in [*(("Light", size, limit) for size, limit in SIZES.items()),
                                          ("Dark", before.values(), math.inf)]:
        page.evaluate(THEME, theme)
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{theme}, {width} × {height}, cell {seen.cell}: {what}"
                  for seen in look(notebook) for what in complaints(seen, limit)]
    page.evaluate(THEME, "Light")
    page.set_viewport_size(before)
    return found


def look(notebook: Notebook) -> list[Look]:
    """Every panel of the open notebook that shows a picture; none is scrolled to, which would take a second each."""
    return [Look(**seen) for seen in notebook.page.evaluate(MEASURE)]


def complaints(seen: Look, limit: float) -> list[str]:
    """What is wrong with a panel that may be so high, one sentence each."""
    found = [f"{seen.height:.0f} px high, the limit is {limit}"] if seen.height > limit else []
    found += [f"type of {seen.type} px"] if seen.type < 11 else []
    found += [f"contrast {seen.contrast:.2f}: {seen.faintest!r}"] if seen.contrast < 4.5 else []
    return found + [f"without a name or a value: {what}" for what in seen.unnamed]


# JupyterLab covers the page for a moment, and trips over itself when the next change comes before it is uncovered
THEME = """async theme => {
    await jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab ' + theme});
    while (document.getElementById('jupyterlab-splash')) await new Promise(requestAnimationFrame);
}"""
MEASURE = """async () => {
await Promise.all([...document.querySelectorAll('.lk-panel img')].filter(image => !image.complete)
    .map(image => new Promise(done => { image.onload = image.onerror = done; })));
return jupyterapp.shell.currentWidget.content.widgets.map(({node}, cell) => {
    const panel = node.querySelector('.lk-panel');
    if (!panel || !panel.querySelector('img')) return null;
    const shown = node => node.checkVisibility({visibilityProperty: true}) && !node.closest('.lk-sentence')
        && node.getBoundingClientRect().height > 1;
    const picture = [...panel.querySelectorAll('img')].filter(shown).pop();
    const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
        .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const seen = new Map();
    const colour = text => {
        if (!seen.has(text)) {
            canvas.clearRect(0, 0, 1, 1);
            canvas.fillStyle = text;
            canvas.fillRect(0, 0, 1, 1);
            seen.set(text, [...canvas.getImageData(0, 0, 1, 1).data]);
        }
        return seen.get(text);
    };
    const paper = node => {
        for (; node; node = node.parentElement) {
            const back = colour(getComputedStyle(node).backgroundColor);
            if (back[3] > 200) return back;
        }
        return [255, 255, 255, 255];
    };
    let type = Infinity, contrast = Infinity, faintest = '';
    const read = (owner, text) => {
        const style = getComputedStyle(owner);
        const [a, b] = [light(colour(style.color)), light(paper(owner))].sort((x, y) => y - x);
        type = Math.min(type, parseFloat(style.fontSize));
        if ((a + 0.05) / (b + 0.05) < contrast) [contrast, faintest] = [(a + 0.05) / (b + 0.05), text];
    };
    const walk = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode())
        if (node.data.trim() && shown(node.parentElement) && !node.parentElement.closest('select:not(:focus) option'))
            read(node.parentElement, node.data.trim().slice(0, 40));
    for (const box of panel.querySelectorAll('input[type=text], select')) if (shown(box)) read(box, box.value);
    const unnamed = [
        ...[...panel.querySelectorAll('[role=slider]')].filter(node => shown(node)
            && !(node.getAttribute('aria-label') && /\\d/.test(node.getAttribute('aria-valuetext') || ''))),
        ...[...panel.querySelectorAll('img')].filter(node => shown(node) && !node.alt),
        ...[...panel.querySelectorAll('input[type=text]')].filter(node => shown(node)
            && !node.ariaLabel && !node.labels.length),
    ].map(node => node.outerHTML.slice(0, 80));
    const bottom = picture ? picture.getBoundingClientRect().bottom : Infinity;  // a picture that nobody sees
    return {cell, height: bottom - panel.getBoundingClientRect().top,
            type: Math.min(type, 1e6), contrast: Math.min(contrast, 21), faintest, unnamed};
}).filter(seen => seen); }"""
