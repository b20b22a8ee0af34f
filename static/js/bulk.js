// The grid of a bulk edit: fill down without asking the server, arrows and Enter walk a column, cells are pasted from a spreadsheet.
(() => {
  "use strict";
  const grid = document.querySelector("[data-fill-grid]");
  if (!grid) return;
  const lines = () => [...grid.querySelectorAll("tbody tr")];
  const cells = (line) => [...line.querySelectorAll("input:not([type=hidden]), select")];

  grid.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill]");
    if (!button) return;
    event.preventDefault();
    const value = grid.querySelector(`[name="all-${CSS.escape(button.dataset.fill)}"]`).value;
    for (const cell of grid.querySelectorAll("tbody input:not([type=hidden]), tbody select"))
      if (cell.name.replace(/^c-\d+-/, "") === button.dataset.fill) cell.value = value;
  });

  grid.addEventListener("keydown", (event) => {
    const line = event.target.closest("tbody tr");
    if (!line || !event.target.matches("input") || event.altKey || event.ctrlKey || event.metaKey) return;
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = lines();
    const next = all[all.indexOf(line) + step];
    const cell = next && cells(next)[cells(line).indexOf(event.target)];
    if (cell) {
      cell.focus();
      cell.select?.();
    }
  });

  grid.addEventListener("paste", (event) => {
    const line = event.target.closest("tbody tr");
    const text = event.clipboardData?.getData("text/plain") || "";
    if (!line || !/[\t\n]/.test(text.trim())) return; // one value goes into its field as usual
    event.preventDefault();
    const all = lines();
    const [top, left] = [all.indexOf(line), cells(line).indexOf(event.target)];
    text.replace(/\r?\n$/, "").split(/\r?\n/).forEach((row, down) => {
      row.split("\t").forEach((value, right) => {
        const cell = all[top + down] && cells(all[top + down])[left + right];
        if (cell) cell.value = value.trim();
      });
    });
  });
})();
