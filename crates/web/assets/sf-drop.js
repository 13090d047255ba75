// <sf-drop> around a file input: shows what was dropped or chosen, and that a file hovers.
export default class extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input[type=file]");
    const shown = this.querySelector("[data-files]");
    const size = n => n < 1e6 ? `${Math.ceil(n / 1e3)} KB` : `${(n / 1e6).toFixed(1)} MB`;
    input.addEventListener("change", () => {
      shown.replaceChildren(...[...input.files].map(file => {
        const line = document.createElement("span");
        line.textContent = `${file.name} · ${size(file.size)}`;
        return line;
      }));
    });
    const hover = on => () => this.toggleAttribute("data-over", on);
    this.addEventListener("dragenter", hover(true));
    for (const end of ["dragleave", "drop"]) this.addEventListener(end, hover(false));
  }
}
