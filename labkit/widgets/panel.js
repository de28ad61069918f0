// What every panel has in the page beside its controls and its picture.
//
// A button that shows, and copies, the call that brings back this setting. And what ipywidgets leaves out: every handle
// has the name of its quantity and says the number in its box, not the logarithm; boxes are named; the live picture has
// the panel's sentence as its text; arrow keys on a handle move the handle and nothing else; what is typed beside a slider
// of whole numbers and is none changes nothing.

const set = (element, attribute, text) => {
    if (text && element.getAttribute(attribute) !== text) element.setAttribute(attribute, text);
};

function label(panel) {
    for (const bar of panel.querySelectorAll(".widget-slider")) {
        const handle = bar.querySelector("[role=slider]"), row = bar.closest(".lk-slider");
        if (!handle) continue;
        const quantity = bar.querySelector(".widget-label")?.textContent ?? "";
        const box = row?.querySelector("input"), unit = row?.querySelector(":scope > .widget-label")?.textContent ?? "";
        set(handle, "aria-label", quantity);
        set(handle, "aria-valuetext", `${box ? box.placeholder : bar.querySelector(".widget-readout")?.textContent} ${unit}`.trim());
        if (box) set(box, "aria-label", `${quantity}, as a number`);
    }
    const sentence = panel.querySelector(".lk-sentence")?.textContent.trim();
    for (const picture of panel.querySelectorAll("img")) set(picture, "alt", sentence);
}

// ipywidgets would take the digits at the beginning: 1e400 for 1, and 2.9 for 2
function whole(event) {
    const box = event.target, done = event.type === "blur" || event.key === "Enter";
    if (!done || !box.matches?.(".widget-readout[contenteditable=true]") || /^\s*[-+]?\d+\s*$/.test(box.textContent)) return;
    const handle = box.closest(".widget-slider").querySelector("[role=slider]");
    box.textContent = Math.round(handle.getAttribute("aria-valuenow"));
}

function shareButton(model) {
    const button = document.createElement("button"), shown = document.createElement("code");
    button.textContent = "share";
    button.title = "show and copy the call that brings back this setting";
    button.className = "jupyter-button lk-share";
    shown.setAttribute("aria-live", "polite");
    button.addEventListener("click", () => model.send({ask: "call"}));
    model.on("msg:custom", async ({call}) => {
        shown.textContent = call;
        const copied = await navigator.clipboard?.writeText(call).then(() => true, () => false);
        shown.title = copied ? "copied" : "select and copy";
        button.textContent = copied ? "✓ copied" : "share";
    });
    return [button, shown];
}

export default {
    render({model, el}) {
        el.classList.add("lk-tools");
        el.append(...shareButton(model));
        const watch = new MutationObserver(() => label(panel));
        const ours = event => {
            if (event.target.matches?.("[role=slider]") && event.key.startsWith("Arrow")) event.stopPropagation();
        };
        let panel = null;
        const begin = requestAnimationFrame(() => {
            panel = el.closest(".lk-panel");
            if (!panel) return;
            label(panel);
            watch.observe(panel, {subtree: true, childList: true, attributes: true,
                                  attributeFilter: ["aria-valuetext", "aria-valuenow", "src", "placeholder"]});
            panel.addEventListener("keydown", ours);
            for (const end of ["keydown", "blur"]) panel.addEventListener(end, whole, true);
        });
        return () => {
            cancelAnimationFrame(begin);
            watch.disconnect();
            panel?.removeEventListener("keydown", ours);
            for (const end of ["keydown", "blur"]) panel?.removeEventListener(end, whole, true);
        };
    },
};
