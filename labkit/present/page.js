"use strict";
/* Predictions: what lies behind one is covered until the reader commits to an option, or asks to be shown. */
const decided = new Set();

/* What was said is kept by the browser, if it keeps anything for a page from a file: name → letter, "" for "show me". */
const KEPT = "labkit predictions";
const remembered = () => {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
};
const remember = (said) => {
  try {
    localStorage.setItem(KEPT, JSON.stringify(said));
  } catch { /* a browser that keeps nothing */ }
};

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

  const commit = (picked) => {
    const right = picked === form.dataset.right;
    if (!picked) decide("Shown without a prediction.", "");
    else if (right) decide(`✓ Right: you said ${picked}.`, "right");
    else decide(`✗ Not so: you said ${picked}, the answer is ${form.dataset.right}.`, "wrong");
  };
  const say = (picked) => {
    remember({ ...remembered(), [form.dataset.name]: picked });
    commit(picked);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const picked = form.querySelector("input:checked")?.value;
    if (picked) say(picked);
    else said.textContent = "Choose one of the options first.";
  });
  form.querySelector(".show").addEventListener("click", () => say(""));

  const before = remembered()[form.dataset.name];
  if (before !== undefined) {
    for (const option of form.querySelectorAll("input")) option.checked = option.value === before;
    commit(before);
  }
}
uncover();

/* The predictions of this page can be made anew. */
document.querySelector(".forget").addEventListener("click", () => {
  const kept = Object.entries(remembered()).filter(([name]) => !document.querySelector(`form[data-name="${name}"]`));
  remember(Object.fromEntries(kept));
  location.reload();
});

/* A picture fills the screen at a click or Enter; Esc, Enter or a click put it back. */
const large = document.querySelector("dialog.large");
const shown = document.createElement("img");
large.append(shown);
const enlarge = (image) => {
  shown.src = image.src;
  shown.alt = image.alt;
  large.showModal();
};
large.addEventListener("click", () => large.close());
for (const image of document.querySelectorAll("figure img")) {
  image.tabIndex = 0;
  image.title = "Click or Enter: larger";
  image.addEventListener("click", () => enlarge(image));
  image.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // or it would press the button that closes
    enlarge(image);
  });
}

/* A formula that is wider than the screen can be scrolled with the keyboard, too. */
const scrolling = () => {
  for (const formula of document.querySelectorAll("math[display=block]"))
    if (formula.scrollWidth > formula.clientWidth) formula.setAttribute("tabindex", "0");
    else formula.removeAttribute("tabindex");
};
window.addEventListener("resize", scrolling);
scrolling();

const unfold = document.querySelector(".unfold");
unfold.addEventListener("click", () => {
  const open = unfold.ariaPressed !== "true";
  unfold.ariaPressed = String(open);
  for (const code of document.querySelectorAll("details.source")) code.open = open;
});
document.documentElement.dataset.page = "ready";
