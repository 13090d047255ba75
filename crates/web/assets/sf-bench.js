// <sf-bench> around what has a data-key="j" or the like: the key follows the link, opens what is folded and goes to its
// [data-first] or else its first field that can be seen, or puts the focus there; Esc leaves a field.
// <html data-keys="off"> turns them off. The list begins where its line is;
// [data-left] tells what is left of data-sum while amounts are typed.
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
    const digits = form.dataset.sum.split(".")[1]?.length ?? 0;
    let rest = +form.dataset.sum;
    form.querySelectorAll("[name$='/amount']").forEach(field => { rest -= +field.value.replaceAll(",", "") || 0; });
    rest = +rest.toFixed(digits) || 0;
    left.textContent = rest.toLocaleString(document.documentElement.lang, { minimumFractionDigits: digits });
    left.classList.toggle("late", rest < 0);
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.documentElement.dataset.keys === "off") return;
    // A name that is typed at a closed picker is no shortcut either.
    const typing = event.target.closest("input:not([type=checkbox]), select, textarea, dialog, .picker");
    if (typing && event.key === "Escape") event.target.blur();
    const place = typing ? null : this.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!place) return;
    event.preventDefault();
    if (place.matches("a, [popovertarget]")) return place.click();
    const box = place.matches("summary") ? place.parentElement : null;
    if (box) box.open = true;
    const fields = box?.querySelectorAll("form :is(summary, input:not([type=hidden]), select, textarea)") ?? [];
    const first = box?.querySelector("[data-first]") ?? [...fields].find(field => field.checkVisibility()) ?? place;
    // A picker opens, and goes to its own search.
    if (first.matches("summary")) first.parentElement.open = true;
    first.focus();
  }
}
