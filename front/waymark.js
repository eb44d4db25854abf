/* What a page with a form adds to plain HTML: it says so when an answer could not be saved, and it
   takes a code that a link brought along. The form stays as it is, and the button in the message
   sends it again. */
(() => {
  "use strict";

  const formOf = (ctx) => ctx && ctx.sourceElement && ctx.sourceElement.closest("form");

  const showNotSaved = (form) => {
    const message = form && form.querySelector("[data-not-saved]");
    if (!message) return;
    message.hidden = false;
    message.focus();
  };

  const setBusy = (form, busy) => {
    for (const button of form.querySelectorAll("button")) {
      if (busy) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
  };

  document.addEventListener("htmx:before:request", (event) => {
    const form = formOf(event.detail.ctx);
    if (!form) return;
    const message = form.querySelector("[data-not-saved]");
    if (message) message.hidden = true;
    setBusy(form, true);
  });

  // Only a page of ours may take the form's place: not a sign-in page that a hotel's network put
  // in between, and not an error page without what was chosen.
  document.addEventListener("htmx:before:response", (event) => {
    const { ctx } = event.detail;
    const response = ctx.response;
    if (response.status < 500 && response.headers.has("Waymark-Page")) {
      // The page that takes its place has an address of its own; a reload shows it again.
      const address = response.headers.get("Content-Location");
      if (address) history.replaceState(null, "", address);
      return;
    }
    event.preventDefault();
    showNotSaved(formOf(ctx));
  });

  document.addEventListener("htmx:error", (event) => showNotSaved(formOf(event.detail.ctx)));

  document.addEventListener("htmx:finally:request", (event) => {
    const form = formOf(event.detail.ctx);
    if (form) setBusy(form, false);
  });

  // A link carries its code behind the #, which no browser sends to a server. It goes into the
  // field, and out of the address: whoever sees the screen next, or goes back, finds no code there.
  const takeCode = () => {
    const field = document.querySelector("[data-from-fragment]");
    const code = location.hash.slice(1);
    if (!field || !/^[A-HJKMNP-TV-Z2-9-]{8,40}$/i.test(code)) return;
    field.value = code;
    history.replaceState(history.state, "", location.pathname + location.search);
  };

  takeCode();
  window.addEventListener("hashchange", takeCode);
})();
