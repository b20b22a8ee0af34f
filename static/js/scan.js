// A scanner is a fast keyboard that ends with Enter. A field marked data-scan takes its code itself; outside fields it goes
// to the page's data-scan-here, where goods are counted, else to the scan resolver.
(() => {
  "use strict";
  const FAST = 40; // milliseconds between two keys; nobody types a whole number like that
  let code = "";
  let last = 0;

  document.addEventListener("keydown", (event) => {
    const now = performance.now();
    if (event.target.matches?.("input, textarea, select") || document.querySelector("dialog[open]") || event.ctrlKey || event.metaKey || event.altKey) {
      code = "";
      return;
    }
    if (event.key === "Enter") {
      if (code.length >= 4 && now - last < FAST * 2) {
        event.preventDefault();
        event.stopImmediatePropagation();
        const field = document.querySelector("[data-scan-here]");
        if (field) {
          field.value = code;
          field.form.requestSubmit();
        } else location.href = `/scan?code=${encodeURIComponent(code)}`;
      }
      code = "";
      return;
    }
    if (event.key.length !== 1) return;
    code = now - last < FAST ? code + event.key : event.key;
    last = now;
    if (code.length >= 3) event.stopImmediatePropagation(); // a scan shall not press shortcuts on its way
  }, true);
})();
