// A worksheet's grid: Enter moves to the next field (and so to the next line), arrows move between lines,
// cells copied from a spreadsheet are sent to the grid's data-paste.
(() => {
  "use strict";
  const fields = (grid) => [...grid.querySelectorAll("input:not([type=hidden]):not(:disabled), select:not(:disabled), [data-line-save]")];
  const focus = (field) => {
    field.focus();
    if (field.select && field.type !== "date") field.select();
  };

  document.addEventListener("keydown", (event) => {
    const grid = event.target.closest?.("[data-grid]");
    if (!grid || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.getAttribute("aria-expanded") === "true" && event.key !== "Enter") return;
    const line = event.target.closest(".grid-line");
    if (event.key === "Enter" && event.target.matches("input, select")) {
      const own = fields(line);
      const place = own.indexOf(event.target);
      if (place < own.length - 1 && !own[place + 1].matches("[data-line-save]")) {
        event.preventDefault();
        focus(own[place + 1]);
      } else {
        // The last field: the line is saved, and the next line has the focus when the answer is there.
        event.preventDefault();
        grid.dataset.moveOn = line.id;
        event.target.form?.requestSubmit();
      }
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.matches("input:not([type=date]):not([type=number])")) {
      const lines = [...grid.querySelectorAll(".grid-line")];
      const next = lines[lines.indexOf(line) + (event.key === "ArrowDown" ? 1 : -1)];
      const place = fields(line).indexOf(event.target);
      if (next && fields(next)[place]) {
        event.preventDefault();
        focus(fields(next)[place]);
      }
    }
  });

  document.addEventListener("htmx:afterSettle", () => {
    for (const grid of document.querySelectorAll("[data-grid][data-move-on]")) {
      const lines = [...grid.querySelectorAll(".grid-line")];
      const left = lines.findIndex((line) => line.id === grid.dataset.moveOn);
      delete grid.dataset.moveOn;
      const refused = grid.querySelector("[aria-invalid=true]");
      const target = refused || fields(lines[left + 1] || lines[lines.length - 1] || grid)[0];
      if (target) focus(target);
    }
  });

  document.addEventListener("paste", (event) => {
    const grid = event.target.closest?.("[data-grid][data-paste]");
    const text = event.clipboardData?.getData("text/plain") || "";
    if (!grid || !/[\t\n]/.test(text.trim())) return; // one value goes into its field as usual
    event.preventDefault();
    htmx.ajax("POST", grid.dataset.paste, { source: grid, target: grid.dataset.pasteTarget || "#" + grid.id, swap: grid.dataset.pasteSwap || "outerHTML", values: { text } });
  });
})();
