"use strict";
/* Panels: a slider or a menu chooses one of the pictures that were drawn beforehand. The keys that a slider does not
   need (space, page up and down, escape) still belong to the slides. */
for (const panel of document.querySelectorAll("figure.panel")) {
  const { sizes, pictures, texts } = JSON.parse(panel.querySelector("script").textContent);
  const controls = [...panel.querySelectorAll("[data-control]")];
  const place = (control) => Number(control.tagName === "SELECT" ? control.selectedIndex : control.value);

  const show = () => {
    const at = controls.reduce((index, control, i) => index * sizes[i] + place(control), 0);
    const image = panel.querySelector("img");
    image.src = pictures[at];
    image.alt = panel.querySelector("figcaption").textContent = texts[at];
    for (const control of controls.filter((control) => control.type === "range")) {
      const said = JSON.parse(control.dataset.texts)[place(control)];
      control.ariaValueText = control.nextElementSibling.value = said;
      for (const mark of marks(control)) mark.ariaPressed = mark.dataset.at === control.value;
    }
  };

  const marks = (control) => {
    const found = [];
    for (let next = control.parentElement.nextElementSibling; next?.tagName === "BUTTON"; next = next.nextElementSibling)
      found.push(next);
    return found;
  };

  for (const control of controls) {
    control.addEventListener("input", show);
    control.addEventListener("keydown", (event) => {
      const turn = { " ": () => Reveal.next(), PageDown: () => Reveal.next(), PageUp: () => Reveal.prev(),
                     Escape: () => control.blur() }[event.key];
      if (turn && !(control.tagName === "SELECT" && event.key === " ")) {
        event.preventDefault();
        turn();
      }
      event.stopPropagation();
    });
    for (const mark of marks(control))
      mark.addEventListener("click", () => {
        control.value = mark.dataset.at;
        show();
      });
  }
  show();
}

Reveal.initialize({
  width: 1280, height: 720, margin: 0, minScale: 0.1, maxScale: 10, center: false, display: "flex", transition: "none",
  backgroundTransition: "none", hash: true, slideNumber: "c/t", controls: false, viewDistance: 3, plugins: [RevealNotes],
}).then(() => document.fonts.ready).then(() => { document.documentElement.dataset.deck = "ready"; });
