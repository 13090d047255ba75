// <sf-once data-lost="…" data-sending="…"> around a form: sends it once; when the line is down it keeps the page, with
// everything typed, and says so. The form's hidden key protects what slips through.
export default class extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form");
    const say = text => {
      this.note ??= form.appendChild(Object.assign(document.createElement("p"), { className: "form-note" }));
      this.note.setAttribute("role", "status");
      this.note.textContent = text;
    };
    const busy = on => {
      this.sent = on;
      form.toggleAttribute("data-busy", on);
      form.querySelectorAll("button").forEach(b => b.setAttribute("aria-disabled", on));
    };
    form.addEventListener("submit", async event => {
      if (event.defaultPrevented) return;
      if (this.through) {
        this.through = false;
        return;
      }
      event.preventDefault();
      if (this.sent) return;
      busy(true);
      try {
        await fetch(import.meta.url, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(8000) });
      } catch {
        busy(false);
        return say(this.dataset.lost);
      }
      say(this.dataset.sending);
      this.through = true;
      form.requestSubmit(event.submitter ?? undefined);
    });
    addEventListener("pageshow", event => {
      if (!event.persisted) return;
      busy(false);
      if (this.note) this.note.textContent = "";
    });
  }
}
