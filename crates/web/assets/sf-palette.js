// <sf-palette src="/search"> around a <dialog>: Ctrl K or a press on a[data-palette] opens it; what is typed is searched
// on the server, whose answer has <a role="option">; arrows choose, Enter follows, Escape closes whatever is typed.
export default class extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.input = this.querySelector("input");
    this.list = this.querySelector("[role=listbox]");
    const open = event => {
      event.preventDefault();
      if (!this.dialog.open) this.dialog.showModal();
      this.input.select();
      this.ask();
    };
    document.addEventListener("keydown", event => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") open(event);
    });
    document.querySelectorAll("a[data-palette]").forEach(a => a.addEventListener("click", open));
    this.dialog.addEventListener("mousedown", event => { if (event.target === this.dialog) this.dialog.close(); });
    this.input.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), 120);
    });
    this.input.addEventListener("keydown", event => this.press(event));
  }

  async ask() {
    const words = this.input.value;
    const address = `${this.getAttribute("src")}?q=${encodeURIComponent(words)}`;
    const answer = await fetch(address, { headers: { "Sf-Fragment": "1" } }).catch(() => null);
    if (!answer?.ok || words !== this.input.value) return;
    this.list.innerHTML = await answer.text();
    this.choose(0);
  }

  choose(index) {
    const options = [...this.list.querySelectorAll("[role=option]")];
    this.at = Math.max(0, Math.min(index, options.length - 1));
    options.forEach((option, i) => {
      option.id = `palette-${i}`;
      option.setAttribute("aria-selected", i === this.at);
    });
    options[this.at]?.scrollIntoView({ block: "nearest" });
    if (options.length) this.input.setAttribute("aria-activedescendant", `palette-${this.at}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  press(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const option = this.list.querySelector("[aria-selected=true]");
    if (step) this.choose((this.at ?? -1) + step);
    else if (event.key === "Enter" && option) option.click();
    else if (event.key === "Escape") this.dialog.close();
    else return;
    event.preventDefault();
  }
}
