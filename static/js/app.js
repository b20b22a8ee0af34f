// What every page does: shortcuts, theme, forms sent once, tidy URLs, focus on what was refused, toasts that go.
(() => {
  "use strict";
  // Whoever signs out takes along the pages that count_worker.js kept.
  if (!document.querySelector(".shell-main")) globalThis.caches?.delete("counting").catch(() => undefined);
  const typing = (element) => element?.matches?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const scope = document.querySelector("dialog[open]") || document.getElementById("content") || document;
      const form = event.target.closest?.("form");
      const button = scope.querySelector("[data-key='ctrl+enter']") || form?.querySelector("[data-submit]") || scope.querySelector("[data-submit]");
      if (button) {
        event.preventDefault();
        button.click();
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const dialog = document.querySelector("dialog[open]"); // what is behind it waits
    if (dialog && event.key !== "p") return;
    if (event.key === "/") {
      event.preventDefault();
      const search = ["scan", "search", "list-q"].map((id) => document.getElementById(id)).find((input) => input?.checkVisibility());
      search?.focus();
      search?.select();
    } else if (event.key === "?") {
      document.getElementById("help")?.showModal();
    } else if (["n", "e", "p"].includes(event.key)) {
      const button = (dialog || document).querySelector(`[data-key="${event.key}"]`);
      if (button) {
        event.preventDefault();
        // A scanner's next key would come within milliseconds: then this was no shortcut.
        const wait = setTimeout(() => button.click(), 80);
        document.addEventListener("keydown", () => clearTimeout(wait), { once: true, capture: true });
      }
    }
  });

  // Theme: at once, then kept by the server.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-theme-form]") || !event.submitter) return;
    event.preventDefault();
    const theme = event.submitter.value;
    const root = document.documentElement;
    root.dataset.theme = theme;
    root.dataset.bsTheme = theme === "auto" ? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light") : theme;
    for (const button of event.target.querySelectorAll("[aria-current]")) button.removeAttribute("aria-current");
    event.submitter.setAttribute("aria-current", "true");
    const body = new FormData(event.target);
    body.set("theme", theme);
    fetch(event.target.action, { method: "POST", body, headers: { "HX-Request": "true" } });
    event.target.closest("details").open = false;
  });

  // A POST goes out once: the button stays pressed until the next page, or until HTMX has its answer.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.matches("[data-theme-form]")) return;
    if (form.dataset.sent === "yes") return event.preventDefault();
    if (form.hasAttribute("hx-post")) return; // htmx itself drops or queues a second one
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    for (const button of document.querySelectorAll(".btn[aria-busy]")) button.removeAttribute("aria-busy");
  });

  // GET forms: empty fields stay out of the URL, ticked boxes of one name are joined by commas.
  const tidy = (form, parameters) => {
    for (const name of [...parameters.keys()]) {
      const joined = form.dataset.join === name;
      const values = parameters.getAll(name).filter((value) => value !== "");
      parameters.delete(name);
      if (joined && values.length) parameters.append(name, values.join(","));
      else for (const value of values) parameters.append(name, value);
    }
  };
  document.addEventListener("htmx:configRequest", (event) => {
    const form = event.detail.elt;
    if (event.detail.verb === "get" && form.matches("form")) tidy(form, event.detail.formData);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("form[data-drop-empty], form[data-join]") || form.hasAttribute("hx-get")) return;
    event.preventDefault();
    const parameters = new URLSearchParams(new FormData(form));
    tidy(form, parameters);
    location.href = `${form.action.split("?")[0]}?${parameters}`;
  });

  // Tabs that do not fit scroll; the current one is seen.
  document.addEventListener("DOMContentLoaded", () => {
    for (const tab of document.querySelectorAll(".area-tabs [aria-current], .tabs [aria-current]")) {
      const row = tab.parentElement;
      row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
    }
  });

  // A chart wider than the screen shows its end: the last months, not the first.
  const showEnds = () => {
    for (const chart of document.querySelectorAll(".chart-scroll:not([data-seen])")) {
      chart.dataset.seen = "yes";
      chart.scrollLeft = chart.scrollWidth;
    }
  };
  document.addEventListener("DOMContentLoaded", showEnds);
  document.addEventListener("htmx:afterSettle", showEnds);

  // After a refusal the focus goes to what has to be corrected.
  const showRefusal = (root) => {
    const field = root.querySelector("[aria-invalid=true]") || root.querySelector("[data-errors]");
    if (field) field.focus();
  };
  document.addEventListener("DOMContentLoaded", () => showRefusal(document.getElementById("content") || document));
  document.addEventListener("htmx:afterSettle", (event) => {
    if ([409, 422].includes(event.detail.xhr?.status)) showRefusal(event.detail.elt);
  });

  // Good news goes away by itself; what went wrong stays until it is dismissed.
  const age = () => {
    for (const toast of document.querySelectorAll("#flash .toast-success:not([data-ages]), #flash .toast-info:not([data-ages])")) {
      toast.dataset.ages = "yes";
      setTimeout(() => toast.matches(":hover, :focus-within") ? delete toast.dataset.ages : toast.remove(), 8000);
    }
  };
  document.addEventListener("DOMContentLoaded", age);
  document.addEventListener("htmx:afterSettle", age);
  const say = (text) => {
    const flash = document.getElementById("flash");
    if (!flash) return;
    const line = document.createElement("div");
    line.className = "toast-line toast-danger";
    line.textContent = text;
    flash.replaceChildren(line);
  };
  document.addEventListener("htmx:sendError", () => say(document.body.dataset.offline || "The server did not answer. Nothing was saved; try again."));

  // Somebody logged in again in another tab: the forms of this page get the new session's token, and keep what was typed.
  document.addEventListener("stale-form", async () => {
    const answer = await fetch("/csrf-token", { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) return;
    const { token } = await answer.json();
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
    for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = token;
  });

  // Folded sections stay as the person left them, for this tab's life.
  document.addEventListener("click", (event) => {
    // Not "toggle": that is also said of sections the server sends open, which nobody opened.
    const section = event.target.closest?.("details[data-section][id] > summary")?.parentElement;
    if (section) sessionStorage.setItem(`section:${location.pathname.split("/")[1]}:${section.id}`, section.open ? "0" : "1");
  });
  document.addEventListener("DOMContentLoaded", () => {
    for (const section of document.querySelectorAll("details[data-section][id]")) {
      const kept = sessionStorage.getItem(`section:${location.pathname.split("/")[1]}:${section.id}`);
      if (kept !== null) section.open = kept === "1";
      if (section.querySelector("[aria-invalid=true]") || location.hash === `#${section.id}`) section.open = true;
    }
  });
})();
