"use strict";
/* The keys that a slider does not need (space, page up and down, escape) still belong to the slides. */
const panels = [...document.querySelectorAll("figure.panel")];

const key = (event) => {
  const turns = { PageDown: () => Reveal.next(), PageUp: () => Reveal.prev(), Escape: () => event.target.blur() };
  if (event.target.type === "range") turns[" "] = turns.PageDown;
  if (turns[event.key]) {
    event.preventDefault();
    turns[event.key]();
  }
  event.stopPropagation();
};

for (const figure of panels) {
  figure.addEventListener("turned", ({ detail }) => tell({ panel: panels.indexOf(figure), places: detail }));
  for (const control of figure.querySelectorAll("[data-control]")) control.addEventListener("keydown", key);
}

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
    panels[data.labkit.panel].turn(data.labkit.places);
    if (!projector) tell(data.labkit, source);
  }
});
projector?.postMessage({ labkit: "here" }, "*");

/* Slides that lie under another one are a matter of the overview: → shows every slide, one after the other. */
Reveal.initialize({
  navigationMode: "linear", width: 1280, height: 720, margin: 0, minScale: 0.1, maxScale: 10, center: false,
  display: "flex", transition: "none", backgroundTransition: "none",
  hash: true, slideNumber: "c/t", controls: false, viewDistance: 3, plugins: [RevealNotes],
}).then(() => document.fonts.ready).then(() => { document.documentElement.dataset.deck = "ready"; });
