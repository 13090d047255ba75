// <sf-bridge data-bridge data-call data-ask><button hidden><p>: hands a payment to the app around the page, and then looks how it
// stands. The paragraph is for whoever has no such app.
export default class extends HTMLElement {
  connectedCallback() {
    const { bridge, call, ask } = this.dataset;
    const [button, elsewhere] = this.children;
    const ready = () => { button.hidden = !(elsewhere.hidden = true); };
    button.onclick = () => window[bridge].invoke(call, JSON.parse(ask), () => location.reload());
    if (window[bridge]) ready(); else document.addEventListener(bridge + "Ready", ready);
  }
}
