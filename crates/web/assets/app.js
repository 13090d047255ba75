// Loads the behaviours that this page has a place for. Without any of them the page still works.
const parts = {
  "sf-bench": () => import("./sf-bench.js"),
  "sf-bridge": () => import("./sf-bridge.js"),
  "sf-copy": () => import("./sf-copy.js"),
  "sf-dialog": () => import("./sf-dialog.js"),
  "sf-drop": () => import("./sf-drop.js"),
  "sf-lines": () => import("./sf-lines.js"),
  "sf-list": () => import("./sf-list.js"),
  "sf-live": () => import("./sf-live.js"),
  "sf-menu": () => import("./sf-menu.js"),
  "sf-once": () => import("./sf-once.js"),
  "sf-pick": () => import("./sf-pick.js"),
  "sf-palette": () => import("./sf-palette.js"),
};
for (const [name, load] of Object.entries(parts)) {
  if (document.querySelector(name)) load().then(part => customElements.define(name, part.default));
}
