// <sf-lines preview="/orders/preview"> in a form: adds and removes rows of [data-rows] from its <template>, where "{n}" is
// the row's number, and shows in [data-preview] what the server computes; what it says of row n in <i data-of="n"> goes to
// [data-amount="n"]. Without script the same buttons submit the form.
export default class extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.rows = this.querySelector("[data-rows]");
    this.count = this.rows.children.length;
    this.addEventListener("click", event => {
      const button = event.target.closest("[data-add], [data-remove]");
      if (!button) return;
      event.preventDefault();
      if (button.hasAttribute("data-add")) this.add();
      else this.remove_row(button.closest("[data-rows] > *"));
      this.later();
    });
    this.form.addEventListener("input", () => this.later());
  }

  add() {
    const row = this.querySelector("template").innerHTML.replaceAll("{n}", this.count++);
    this.rows.insertAdjacentHTML("beforeend", row);
    this.rows.lastElementChild.querySelector("input, select")?.focus();
  }

  remove_row(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    (next?.querySelector("input, select") ?? this.querySelector("[data-add]")).focus();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.preview(), 300);
  }

  async preview() {
    this.asked?.abort();
    this.asked = new AbortController();
    const place = this.querySelector("[data-preview]");
    place.setAttribute("aria-busy", "true");
    try {
      const body = new URLSearchParams(new FormData(this.form));
      const answer = await fetch(this.getAttribute("preview"), { method: "POST", body, signal: this.asked.signal });
      if (answer.ok) place.innerHTML = await answer.text();
      const of = n => place.querySelector(`[data-of="${n}"]`)?.innerHTML ?? "";
      this.querySelectorAll("[data-amount]").forEach(cell => { cell.innerHTML = of(cell.dataset.amount); });
    } catch (error) {
      // Totals of a moment ago stay; the server computes again when the form is sent.
      if (error.name === "AbortError") return;
    }
    place.removeAttribute("aria-busy");
  }
}
