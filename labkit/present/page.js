"use strict";
/* Predictions: what lies behind one is covered until the reader commits to an option, or asks to be shown. */
const decided = new Set();

function uncover() {
  for (const cell of document.querySelectorAll("[data-until]"))
    cell.classList.toggle("covered", cell.dataset.until.split(" ").some((name) => !decided.has(name)));
}

for (const form of document.querySelectorAll("form.ask")) {
  const said = form.querySelector("[role=status]");
  const answer = form.querySelector("details");
  answer.hidden = true;

  const decide = (word, kind) => {
    decided.add(form.dataset.name);
    form.querySelector("fieldset").disabled = true;
    for (const option of form.querySelectorAll("input")) option.parentElement.classList.toggle("right", option.value === form.dataset.right);
    said.textContent = word;
    said.className = kind;
    answer.hidden = false;
    answer.open = true;
    uncover();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const picked = form.querySelector("input:checked")?.value;
    if (!picked) said.textContent = "Choose one of the options first.";
    else if (picked === form.dataset.right) decide(`✓ Right: you said ${picked}.`, "right");
    else decide(`✗ Not so: you said ${picked}, the answer is ${form.dataset.right}.`, "wrong");
  });
  form.querySelector(".show").addEventListener("click", () => decide("Shown without a prediction.", ""));
}
uncover();

const unfold = document.querySelector(".unfold");
unfold.addEventListener("click", () => {
  const open = unfold.ariaPressed !== "true";
  unfold.ariaPressed = String(open);
  for (const code of document.querySelectorAll("details.source")) code.open = open;
});
document.documentElement.dataset.page = "ready";
