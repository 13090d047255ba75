// <sf-live src="/…/events" role="status">: server-sent events into one live region.
// Event "text" or "html" replaces what [data-live] says, "location" leads to another page of ours, "end" closes.
export default class extends HTMLElement {
  connectedCallback() {
    const place = this.querySelector("[data-live]") ?? this;
    this.source = new EventSource(this.getAttribute("src"));
    this.source.addEventListener("text", event => { place.textContent = event.data; });
    this.source.addEventListener("html", event => { place.innerHTML = event.data; });
    this.source.addEventListener("end", () => this.source.close());
    this.source.addEventListener("location", event => {
      const target = new URL(event.data, location.href);
      if (target.origin !== location.origin) return;
      this.source.close();
      location.assign(target);
    });
    // A page kept for going back must not hold a connection, and one whose form is on its way must not be led elsewhere.
    this.over = new AbortController();
    const { signal } = this.over, leave = () => this.source.close();
    addEventListener("pagehide", leave, { signal });
    addEventListener("submit", leave, { signal });
    addEventListener("pageshow", event => { if (event.persisted) location.reload(); }, { signal });
  }

  disconnectedCallback() {
    this.source.close();
    this.over.abort();
  }
}
