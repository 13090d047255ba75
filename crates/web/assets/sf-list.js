// <sf-list data-selected="{n} selected"> around a table: j k move, Enter opens, x selects, / searches; [data-all] selects
// all, [data-count] says how many are. <html data-keys="off"> turns the single keys off.
export default class extends HTMLElement {
  connectedCallback() {
    this.boxes = () => [...this.querySelectorAll("tbody input[type=checkbox]")];
    this.addEventListener("change", event => {
      if (event.target.matches("[data-all]")) this.boxes().forEach(b => { b.checked = event.target.checked; });
      this.count();
    });
    this.key = event => this.press(event);
    document.addEventListener("keydown", this.key);
    this.count();
    // The way back restores the boxes, after this.
    addEventListener("pageshow", () => this.count());
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.key);
  }

  count() {
    const boxes = this.boxes();
    const n = boxes.filter(b => b.checked).length;
    const all = this.querySelector("[data-all]");
    if (all) {
      all.checked = n > 0 && n === boxes.length;
      all.indeterminate = n > 0 && n < boxes.length;
    }
    const note = this.querySelector("[data-count]");
    if (note) note.textContent = this.dataset.selected.replace("{n}", n);
  }

  press(event) {
    const typing = event.target.closest("input:not([type=checkbox]), select, textarea, dialog, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || document.documentElement.dataset.keys === "off") return;
    const rows = [...this.querySelectorAll("tbody tr")];
    const row = event.target.closest("tbody tr");
    const step = { j: 1, k: -1 }[event.key];
    if (step) {
      const next = rows[Math.min(rows.length - 1, Math.max(0, rows.indexOf(row) + step))];
      next.tabIndex = -1;
      next.focus();
    } else if (event.key === "x" && row) {
      row.querySelector("input[type=checkbox]")?.click();
    } else if (event.key === "Enter" && event.target === row) {
      row.querySelector("a[href]")?.click();
    } else if (event.key === "/") {
      document.querySelector("main input[type=search], a[data-palette]")?.focus();
    } else return;
    event.preventDefault();
  }
}
