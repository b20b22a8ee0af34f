// A list with the keyboard and the ticks: j, k and arrows move, Enter opens, x ticks; the bar counts what is ticked.
(() => {
  "use strict";
  const rows = () => [...document.querySelectorAll("[data-list] tr[data-row]")];
  const current = () => document.querySelector("tr.is-current");

  const go = (row) => {
    current()?.classList.remove("is-current");
    if (!row) return;
    row.classList.add("is-current");
    row.scrollIntoView({ block: "nearest" });
    row.querySelector("a, input")?.focus({ preventScroll: true });
  };
  const count = () => {
    const bar = document.querySelector("[data-bulk]");
    if (!bar) return;
    const ticked = document.querySelectorAll("[data-list] input[name=ids]:checked").length;
    bar.querySelector("[data-count]").textContent = ticked;
    bar.classList.toggle("is-shown", ticked > 0);
    for (const row of rows()) row.classList.toggle("is-ticked", Boolean(row.querySelector("input[name=ids]:checked")));
    const all = document.querySelector("[data-tick-all]");
    if (all) {
      all.checked = ticked > 0 && ticked === rows().length;
      all.indeterminate = ticked > 0 && ticked < rows().length;
    }
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open], details[data-menu][open]")) return;
    const inRows = event.target.closest?.("[data-list]");
    if (event.target.matches("input:not([type=checkbox]), select, textarea") || (event.target !== document.body && !inRows && event.target.id !== "content")) return;
    const all = rows();
    if (!all.length) return;
    const here = all.indexOf(event.target.closest?.("tr[data-row]") || current());
    if (event.key === "j" || event.key === "ArrowDown") {
      event.preventDefault();
      go(all[Math.min(here + 1, all.length - 1)]);
    } else if (event.key === "k" || event.key === "ArrowUp") {
      event.preventDefault();
      go(all[Math.max(here - 1, 0)]);
    } else if (event.key === "x" && here >= 0) {
      const tick = all[here].querySelector("input[name=ids]");
      if (tick) tick.click();
    } else if (event.key === "Enter" && here >= 0 && event.target.matches("input[type=checkbox], body")) {
      event.preventDefault(); // Enter on a tick would send the form
      if (all[here].dataset.href) location.href = all[here].dataset.href;
    }
  });

  let last = null;
  document.addEventListener("click", (event) => {
    const tick = event.target.closest("[data-list] input[name=ids]");
    if (tick) {
      if (event.shiftKey && last && last.isConnected) {
        const ticks = rows().map((row) => row.querySelector("input[name=ids]"));
        const [from, to] = [ticks.indexOf(last), ticks.indexOf(tick)].sort((a, b) => a - b);
        for (const other of ticks.slice(from, to + 1)) other.checked = tick.checked;
      }
      last = tick;
      return count();
    }
    if (event.target.matches("[data-tick-all]")) {
      for (const row of rows()) row.querySelector("input[name=ids]").checked = event.target.checked;
      return count();
    }
    // A click anywhere on the row opens it; marking text does not.
    const row = event.target.closest("tr[data-href]");
    if (row && !event.target.closest("a, button, input, label, .tick") && !String(getSelection())) {
      if (event.ctrlKey || event.metaKey) open(row.dataset.href);
      else location.href = row.dataset.href;
    }
  });
  // Above the rows instead of beside them, the category tree starts folded, and folds again once one is chosen.
  const fold = () => {
    if (matchMedia("(max-width: 1023px)").matches) for (const box of document.querySelectorAll("[data-tree-box]")) box.open = false;
  };
  fold();
  document.addEventListener("htmx:oobAfterSwap", fold);
  addEventListener("pageshow", count);
  document.addEventListener("htmx:afterSettle", count);
})();
