"use strict";
/* Panels: a slider or a menu chooses one of the pictures that were drawn beforehand. The keys that a slider does not
   need (space, page up and down, escape) still belong to the slides. */
const panels = [...document.querySelectorAll("figure.panel")].map((figure, number) => {
  const { sizes, pictures, texts } = JSON.parse(figure.querySelector("script").textContent);
  const controls = [...figure.querySelectorAll("[data-control]")];
  const places = () => controls.map((control) => Number(control.selectedIndex ?? control.value));

  const marks = (control) => {
    const found = [];
    for (let next = control.parentElement.nextElementSibling; next?.tagName === "BUTTON"; next = next.nextElementSibling)
      found.push(next);
    return found;
  };

  const show = () => {
    const at = places().reduce((index, place, i) => index * sizes[i] + place, 0);
    const image = figure.querySelector("img");
    image.src = pictures[at];
    image.alt = figure.querySelector("[role=status]").textContent = texts[at];
    for (const control of controls.filter((control) => control.type === "range")) {
      const said = JSON.parse(control.dataset.texts)[control.value];
      control.ariaValueText = control.nextElementSibling.value = said;
      for (const mark of marks(control)) mark.ariaPressed = String(mark.dataset.at === control.value);
    }
  };

  const turned = () => {
    show();
    tell({ panel: number, places: places() });
  };

  const key = (event) => {
    const turns = { PageDown: () => Reveal.next(), PageUp: () => Reveal.prev(), Escape: () => event.target.blur() };
    if (event.target.type === "range") turns[" "] = turns.PageDown;
    if (turns[event.key]) {
      event.preventDefault();
      turns[event.key]();
    }
    event.stopPropagation();
  };

  for (const control of controls) {
    control.addEventListener("input", turned);
    control.addEventListener("keydown", key);
    for (const mark of marks(control))
      mark.addEventListener("click", () => {
        control.value = mark.dataset.at;
        turned();
      });
  }
  show();
  return (told) => {
    controls.forEach((control, i) => {
      if (control.type === "range") control.value = told[i];
      else control.selectedIndex = told[i];
    });
    show();
  };
});

/* The speaker view shows the deck in frames of its own: what is turned in one of them, or on the screen, is turned
   everywhere. A frame finds the screen as the opener of the window around it. */
const frames = new Set();
const projector = window.parent === window ? null : window.parent.opener;

function tell(turned, from = null) {
  projector?.postMessage({ labkit: turned }, "*");
  for (const frame of frames) if (frame !== from) frame.postMessage({ labkit: turned }, "*");
}

window.addEventListener("message", ({ data, source }) => {
  if (!data?.labkit) return;
  if (data.labkit === "here") frames.add(source);
  else {
    panels[data.labkit.panel](data.labkit.places);
    if (!projector) tell(data.labkit, source);
  }
});
projector?.postMessage({ labkit: "here" }, "*");

/* Slides that lie under another one are a matter of the overview: → shows every slide, one after the other. */
Reveal.initialize({
  navigationMode: "linear", width: 1280, height: 720, margin: 0, minScale: 0.1, maxScale: 10, center: false, display: "flex", transition: "none",
  backgroundTransition: "none", hash: true, slideNumber: "c/t", controls: false, viewDistance: 3, plugins: [RevealNotes],
}).then(() => document.fonts.ready).then(() => { document.documentElement.dataset.deck = "ready"; });
