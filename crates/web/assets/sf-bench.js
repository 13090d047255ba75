// <sf-bench> around links with data-key="j" and the like: the key follows the link. <html data-keys="off"> turns them off.
export default class extends HTMLElement {
  connectedCallback() {
    this.key = event => {
      const typing = event.target.closest("input:not([type=checkbox]), select, textarea, dialog, [contenteditable]");
      if (typing || event.ctrlKey || event.metaKey || event.altKey || document.documentElement.dataset.keys === "off") return;
      this.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
    };
    document.addEventListener("keydown", this.key);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.key);
  }
}
