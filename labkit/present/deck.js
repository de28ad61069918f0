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

/* A film stands at its beginning; on paper it stands at its end. */
const printing = /print-pdf/.test(window.location.search);
if (!printing)
  for (const figure of panels.filter((figure) => figure.pause)) figure.turn(figure.turned().map(() => 0));

/* The room takes part: on a prediction the keys 1, 2, 3, … or a click count one more hand for an option, 0 counts anew.
   The last slide says how often most of the room was right. Nothing leaves the page. */
const polls = [...document.querySelectorAll(".predict")].map((asked, number) => {
  const options = [...asked.querySelectorAll("li")];
  const truth = options.findIndex((option) => option.matches(".right"));
  let hands = options.map(() => 0);
  for (const option of options) option.append(Object.assign(document.createElement("b"), { className: "hands" }));

  const show = (counted) => {
    hands = counted;
    const all = hands.reduce((sum, count) => sum + count, 0);
    options.forEach((option, i) => {
      option.style.setProperty("--share", all ? hands[i] / all : 0);
      option.querySelector(".hands").textContent = all ? hands[i] : "";
    });
    conclude();
  };

  const counted = (fresh) => {
    show(fresh);
    tell({ poll: number, hands: fresh });
  };
  const raise = (which) => counted(hands.map((count, i) => count + (i === which)));
  options.forEach((option, i) => option.addEventListener("click", () => raise(i)));

  return {
    asked, show,
    key: (digit) => (digit === 0 ? counted(options.map(() => 0)) : digit <= options.length && raise(digit - 1)),
    voted: () => hands.some(Boolean),
    right: () => hands.every((count, i) => i === truth || count < hands[truth]),
  };
});

document.addEventListener("keydown", (event) => {
  const poll = polls.find(({ asked }) => asked.closest("section.present"));
  if (!poll || !/^[0-9]$/.test(event.key) || event.target.closest("input, select") || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  poll.key(Number(event.key));
});

function conclude() {
  const last = [...document.querySelectorAll(".slides section:not(.stack)")].at(-1);
  const voted = polls.filter((poll) => poll.voted());
  const line = last.querySelector(".room") ?? last.appendChild(Object.assign(document.createElement("p"), { className: "room" }));
  const right = voted.filter((poll) => poll.right()).length;
  line.textContent = voted.length ? `The room was right in ${right} of ${voted.length} predictions.` : "";
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
    if ("poll" in data.labkit) polls[data.labkit.poll].show(data.labkit.hands);
    else panels[data.labkit.panel].turn(data.labkit.places);
    if (!projector) tell(data.labkit, source);
  }
});
projector?.postMessage({ labkit: "here" }, "*");

/* Slides that lie under another one are a matter of the overview: → shows every slide, one after the other. Opened with
   ?print-pdf the slides are left to print.css, as with Ctrl + P. */
const settings = {
  navigationMode: "linear", width: 1280, height: 720, margin: 0, minScale: 0.1, maxScale: 10, center: false,
  display: "flex", transition: "none", backgroundTransition: "none", hash: true, slideNumber: "c/t", controls: false,
  viewDistance: 3, plugins: [RevealNotes],
};
document.documentElement.classList.add("print-pdf"); // reveal's own sheet for paper, without it, turns slides into plain text
(printing ? Promise.resolve() : Reveal.initialize(settings)).then(() => document.fonts.ready).then(() => {
  document.documentElement.dataset.deck = "ready";
});
