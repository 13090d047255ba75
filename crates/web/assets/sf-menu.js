// <sf-menu> around <details>: Escape closes it, and so does a press elsewhere.
export default class extends HTMLElement {
  connectedCallback() {
    const box = this.firstElementChild;
    addEventListener("click", event => { if (!this.contains(event.target)) box.open = false; });
    this.addEventListener("keydown", event => {
      if (event.key !== "Escape" || !box.open) return;
      box.open = false;
      box.firstElementChild.focus();
    });
  }
}
