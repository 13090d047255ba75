// <sf-dialog for="id"><a href="/the/page">: opens the <dialog> of that id instead of going to the page.
export default class extends HTMLElement {
  connectedCallback() {
    const dialog = document.getElementById(this.getAttribute("for"));
    if (!dialog) return;
    this.addEventListener("click", event => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      dialog.showModal();
    });
    // A press on the backdrop lands on the dialog itself; its content lies in children.
    dialog.addEventListener("mousedown", event => { if (event.target === dialog) dialog.close(); });
    dialog.querySelectorAll("[data-close]").forEach(b => b.addEventListener("click", event => {
      event.preventDefault();
      dialog.close();
    }));
  }
}
