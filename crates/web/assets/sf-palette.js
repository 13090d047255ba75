// <sf-palette src="/search"> around a <dialog>: Ctrl K or a press on a[data-palette] opens it; what is typed is searched
// on the server, whose answer has <a role="option">; arrows choose, Enter follows once it is for these words, Escape closes.
export default class extends HTMLElement {
  connectedCallback() {
    [this.dialog, this.input, this.list] = ["dialog", "input", "[role=listbox]"].map(part => this.querySelector(part));
    const open = event => {
      event.preventDefault();
      if (!this.dialog.open) this.dialog.showModal();
      this.input.select();
      this.input.dispatchEvent(new Event("input"));
    };
    document.addEventListener("keydown", event => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") open(event);
    });
    document.querySelectorAll("a[data-palette]").forEach(a => a.addEventListener("click", open));
    this.dialog.addEventListener("mousedown", event => { if (event.target === this.dialog) this.dialog.close(); });
    this.input.addEventListener("input", () => {
      this.goes = null;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), 120);
    });
    this.input.addEventListener("keydown", event => this.press(event));
  }

  async ask() {
    const words = this.input.value;
    const asked = `${this.getAttribute("src")}?q=${encodeURIComponent(words)}`;
    const answer = await fetch(asked, { headers: { "Sf-Fragment": "1" } }).catch(() => null);
    if (!answer?.ok || words !== this.input.value) return;
    this.list.innerHTML = await answer.text();
    this.told = words;
    this.choose(0);
    if (this.goes === words) this.go();
  }

  go() {
    this.goes = this.input.value;
    if (this.told === this.goes) this.list.querySelector("[aria-selected=true]")?.click();
  }

  choose(index) {
    const options = [...this.list.querySelectorAll("[role=option]")];
    this.at = Math.max(0, Math.min(index, options.length - 1));
    options.forEach((option, i) => {
      option.id = `palette-${i}`;
      option.setAttribute("aria-selected", i === this.at);
    });
    options[this.at]?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", options.length ? `palette-${this.at}` : "");
  }

  press(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.choose((this.at ?? -1) + step);
    else if (event.key === "Enter") this.go();
    else if (event.key === "Escape") this.dialog.close();
    else return;
    event.preventDefault();
  }
}
