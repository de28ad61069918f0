"use strict";
/* Panels: a slider or a menu chooses one of the pictures that were drawn beforehand; a film plays them. What a reader
   turns is told as an event "turned"; `figure.turn(places)` turns without telling, `figure.turned()` are the places now. */
for (const figure of document.querySelectorAll("figure.panel")) {
  const { sizes, pictures, shown, texts } = JSON.parse(figure.querySelector("script").textContent);
  const controls = [...figure.querySelectorAll("[data-control]")];
  const places = () => controls.map((control) => Number(control.selectedIndex ?? control.value));

  const marks = (control) => {
    const found = [];
    for (let next = control.parentElement.nextElementSibling; next?.dataset.at; next = next.nextElementSibling)
      found.push(next);
    return found;
  };

  const show = () => {
    const at = places().reduce((index, place, i) => index * sizes[i] + place, 0);
    const image = figure.querySelector("img");
    image.src = pictures[shown[at]];
    image.alt = figure.querySelector("[role=status]").textContent = texts[at];
    for (const control of controls.filter((control) => control.type === "range")) {
      const said = JSON.parse(control.dataset.texts)[control.value];
      control.ariaValueText = control.nextElementSibling.value = said;
      for (const mark of marks(control)) mark.ariaPressed = String(mark.dataset.at === control.value);
    }
  };

  const turned = () => {
    show();
    figure.dispatchEvent(new CustomEvent("turned", { bubbles: true, detail: places() }));
  };

  figure.turned = places;
  figure.turn = (told) => {
    controls.forEach((control, i) => {
      if (control.type === "range") control.value = told[i];
      else control.selectedIndex = told[i];
    });
    show();
  };

  for (const control of controls) {
    control.addEventListener("input", turned);
    for (const mark of marks(control))
      mark.addEventListener("click", () => {
        control.value = mark.dataset.at;
        turned();
      });
  }

  const play = figure.querySelector("[data-plays]");
  if (play) {
    const slider = controls.find((control) => control.dataset.control === play.dataset.plays);
    let clock = 0;
    const pause = () => {
      clock = clearInterval(clock);
      play.textContent = "▶ play";
    };
    const next = () => {
      slider.value = Number(slider.value) + 1;
      if (slider.value === slider.max) pause();
      turned();
    };
    play.addEventListener("click", () => {
      if (clock) return pause();
      if (slider.value === slider.max) slider.value = 0;
      play.textContent = "⏸ pause";
      clock = setInterval(next, 350);
      turned();
    });
    figure.pause = pause;
    slider.addEventListener("input", pause);
  }
  show();
}
