// <sf-bench> around what has a data-key="j" or the like: the key follows the link, opens what is folded and goes to its
// [data-first] or else its first field, which may be a picker that is closed, or puts the focus there; Esc leaves a field.
// <html data-keys="off"> turns them off. The list begins where its line is;
// [data-left] tells what is left of data-sum while amounts are typed.
const root = document.documentElement;
export default class extends HTMLElement {
  connectedCallback() {
    document.addEventListener("keydown", event => this.press(event));
    this.addEventListener("input", event => this.rest(event.target.form));
    const row = this.querySelector(".queue [aria-current]"), list = row?.closest(".queue");
    if (row) list.scrollTop = row.offsetTop - list.clientHeight / 3;
  }

  rest(form) {
    const left = form?.querySelector("[data-left]");
    if (!left) return;
    let { sum } = form.dataset;
    const digits = sum.split(".")[1]?.length ?? 0;
    for (const field of form.querySelectorAll("[name$='/amount']")) sum -= field.value.replaceAll(",", "") || 0;
    left.textContent = (+(+sum).toFixed(digits) || 0).toLocaleString(root.lang, { minimumFractionDigits: digits });
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || root.dataset.keys === "off") return;
    // A name that is typed at a closed picker is no shortcut either.
    if (event.target.closest("input:not([type=checkbox]), select, textarea, dialog, .picker")) return event.key === "Escape" && event.target.blur();
    const place = this.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!place) return;
    event.preventDefault();
    if (place.matches("a, [popovertarget]")) return place.click();
    const box = place.closest("summary")?.parentElement, field = "form :is(summary, input:not([type=hidden]), select, textarea)";
    const first = box?.querySelector("[data-first]") ?? box?.querySelector(field) ?? place;
    // What is folded opens, and so does a picker.
    for (const one of [place, first]) if (one.matches("summary")) one.parentElement.open = true;
    first.focus();
  }
}
