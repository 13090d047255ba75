// <sf-pick src="/search/customers?"> around <details>: what is typed narrows the choices of [data-choices], which the server
// finds; the choice stands in the summary. A press or Enter closes the list, Escape leaves it.
export default class extends HTMLElement {
  connectedCallback() {
    const box = this.querySelector("details");
    const words = this.querySelector("input[type=search]");
    const list = this.querySelector("[data-choices]");
    const chosen = () => list.querySelector("input:checked");
    const close = () => {
      box.open = false;
      box.querySelector("summary").focus();
    };
    box.addEventListener("toggle", () => { if (box.open) words.focus(); });
    this.addEventListener("keydown", event => {
      if (event.key === "Escape" && box.open) close();
      if (event.key !== "Enter" || !event.target.matches("input")) return;
      event.preventDefault();
      const found = event.target === words && words.value ? list.querySelector("input:not(:checked)") : null;
      (found ?? chosen() ?? list.querySelector("input"))?.click();
    });
    words.addEventListener("input", event => {
      event.stopPropagation();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(words, list, chosen()?.value ?? ""), 150);
    });
    list.addEventListener("change", () => {
      this.querySelector("[data-chosen]").textContent = chosen().closest("label").querySelector("span").textContent;
    });
    // Arrow keys move through the choices as trusted presses without a pointer; they decide nothing yet.
    list.addEventListener("click", event => {
      if (event.target.closest("label") && (event.detail > 0 || !event.isTrusted)) setTimeout(close);
    });
  }

  async ask(words, list, chosen) {
    const asked = words.value;
    const query = new URLSearchParams({ q: asked, chosen });
    const answer = await fetch(this.getAttribute("src") + query).catch(() => null);
    if (answer?.ok && asked === words.value) list.innerHTML = await answer.text();
  }
}
