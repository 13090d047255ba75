// <sf-copy data-done="Copied"><button type="button" data-text="…">: copies a text and says so for two seconds.
export default class extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    const label = button.textContent;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.text);
      button.textContent = this.dataset.done;
      setTimeout(() => { button.textContent = label; }, 2000);
    });
    button.setAttribute("aria-live", "polite");
  }
}
