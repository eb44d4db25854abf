/* Passkeys need a script. This shows what needs one, and says in the page when one did not work. */
(() => {
  "use strict";

  const able = "PublicKeyCredential" in window;
  for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = !able;
  for (const part of document.querySelectorAll("[data-no-passkey]")) part.hidden = able;

  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const message = document.querySelector("[data-passkey-problem]");
    if (!message) return;
    const name = event.detail.exception && event.detail.exception.name;
    const known = message.querySelector(`[data-problem="${name}"]`);
    for (const part of message.children) {
      part.hidden = part !== (known || message.querySelector('[data-problem="other"]'));
    }
    message.hidden = false;
    message.focus();
  });
})();
