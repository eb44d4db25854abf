/* A part of a list has an address of its own, as if a link had led there: Back loads what was shown
   before. What is no list (an error page, a broken line) is opened as a page. */
(() => {
  "use strict";

  const addressOf = (ctx) =>
    ctx && ctx.request && ctx.request.method === "GET" ? ctx.request.action : null;

  document.addEventListener("htmx:before:response", (event) => {
    const { ctx } = event.detail;
    const address = addressOf(ctx);
    const { status, headers } = ctx.response;
    const ours = headers.has("Waymark-Page");
    if (!address || (ours && status === 204)) return;
    if (ours && status === 200) {
      history.replaceState({ list: true }, "");
      history.pushState({ list: true }, "", address);
    } else {
      event.preventDefault();
      location.assign(address);
    }
  });

  document.addEventListener("htmx:error", (event) => {
    const address = addressOf(event.detail.ctx);
    if (address) location.assign(address);
  });

  window.addEventListener("popstate", (event) => {
    if (event.state && event.state.list) location.reload();
  });
})();
