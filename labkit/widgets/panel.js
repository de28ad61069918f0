// What every panel has in the page beside its controls and its picture.
//
// A button that shows, and copies, the call that brings back this setting. And what ipywidgets leaves out: every handle
// has the name of its quantity and says the number in its box, not the logarithm; boxes are named; the live picture has
// the panel's sentence as its text; arrow keys on a handle move the handle and nothing else; what is typed beside a slider
// of whole numbers and is none changes nothing. And a panel whose kernel is gone, or does not answer, says so and says what
// to do: it looks alive and is not.

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
    model.on("msg:custom", async ({ask, call}) => {
        if (ask !== "call") return;
        shown.textContent = call;
        const copied = await navigator.clipboard?.writeText(call).then(() => true, () => false);
        shown.title = copied ? "copied" : "select and copy";
        button.textContent = copied ? "✓ copied" : "share";
    });
    return [button, shown];
}

const GONE = "The kernel was restarted, and this panel went with it. Run its cell again: Shift + Enter.";
const SILENT = "No answer from the kernel yet. If another cell is running, wait for it; else run this cell again.";
const PATIENCE = 5000;   // milliseconds

// Says what is wrong with the kernel, above the controls; of a kernel that is gone they can no longer be used.
function kernelWatch(model, panel) {
    const note = document.createElement("div");
    note.setAttribute("role", "alert");
    note.className = "lk-kernel";
    note.style.cssText = "order: -1; flex: 0 0 auto; padding: 4px 0; font-weight: bold;"
        + `font-size: var(--jp-content-font-size1, 14px); color: ${model.get("wrong")}`;
    let asked = 0;
    const say = text => {
        note.textContent = text;
        if (text) panel.append(note); else note.remove();
    };
    const connection = () => {
        const gone = panel.classList.contains("jupyter-widgets-disconnected");
        for (const part of panel.children) {
            if (part === note) continue;
            part.inert = gone;
            part.style.opacity = gone ? 0.45 : "";
        }
        say(gone ? GONE : "");
    };
    const heard = () => {
        clearTimeout(asked);
        asked = 0;
        if (note.textContent === SILENT) say("");
    };
    const ask = () => {
        if (asked || note.textContent) return;
        asked = setTimeout(say, PATIENCE, SILENT);
        model.send({ask: "are you there?"});
    };
    model.on("comm_live_update", () => setTimeout(connection));   // the panel's own view hears it as well
    model.on("msg:custom", heard);
    panel.addEventListener("click", ask);
    connection();
    return () => {
        heard();
        panel.removeEventListener("click", ask);
    };
}

export default {
    render({model, el}) {
        el.classList.add("lk-tools");
        el.append(...shareButton(model));
        const watch = new MutationObserver(() => label(panel));
        const isOurs = event => event.target.matches?.("[role=slider]") && panel.contains(event.target)
            && /^(Arrow|Home|End|Page)/.test(event.key);
        const ours = event => { if (isOurs(event)) event.stopPropagation(); };
        // Notebook 7 looks for its shortcuts before the handle hears of the key, and passes over what is taken already.
        const taken = event => { if (isOurs(event)) event.preventDefault(); };
        let panel = null, unwatch = () => {};
        const begin = requestAnimationFrame(() => {
            panel = el.closest(".lk-panel");
            if (!panel) return;
            label(panel);
            watch.observe(panel, {subtree: true, childList: true, attributes: true,
                                  attributeFilter: ["aria-valuetext", "aria-valuenow", "src", "placeholder"]});
            panel.addEventListener("keydown", ours);
            window.addEventListener("keydown", taken, true);
            for (const end of ["keydown", "blur"]) panel.addEventListener(end, whole, true);
            unwatch = kernelWatch(model, panel);
        });
        return () => {
            cancelAnimationFrame(begin);
            watch.disconnect();
            unwatch();
            panel?.removeEventListener("keydown", ours);
            window.removeEventListener("keydown", taken, true);
            for (const end of ["keydown", "blur"]) panel?.removeEventListener(end, whole, true);
        };
    },
};
