// The category tree: arrows walk it, a row dragged onto another (or Alt with an arrow) asks in the side sheet to move it there.
(() => {
  "use strict";
  const rows = () => [...document.querySelectorAll("[data-tree] tr[data-category]")];
  const level = (row) => Number(row.dataset.level);

  // The move is asked about by the server: it knows what the items lose and gain.
  const ask = (row, parent) => {
    const url = `${row.dataset.move}?below=${encodeURIComponent(parent ? parent.dataset.category : "")}`;
    htmx.ajax("GET", url, { target: "#sheet-body", swap: "innerHTML", source: row });
  };
  const parentOf = (row) => {
    const all = rows();
    for (let at = all.indexOf(row) - 1; at >= 0; at -= 1) if (level(all[at]) < level(row)) return all[at];
    return null;
  };
  // The row above it that stands on the same level: what it would be put below.
  const elderOf = (row) => {
    const all = rows();
    for (let at = all.indexOf(row) - 1; at >= 0; at -= 1) {
      if (level(all[at]) === level(row)) return all[at];
      if (level(all[at]) < level(row)) return null;
    }
    return null;
  };
  const isBelow = (row, other) => {
    for (let walker = row; walker; walker = parentOf(walker)) if (walker === other) return true;
    return false;
  };

  document.addEventListener("keydown", (event) => {
    const row = event.target.closest?.("[data-tree] tr[data-category]");
    if (!row || event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey) return;
    const all = rows();
    const here = all.indexOf(row);
    if (event.altKey && event.key === "ArrowRight") {
      event.preventDefault();
      const elder = elderOf(row);
      if (elder) ask(row, elder);
    } else if (event.altKey && event.key === "ArrowLeft") {
      event.preventDefault();
      const parent = parentOf(row);
      if (parent) ask(row, parentOf(parent));
    } else if (!event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      all[here + (event.key === "ArrowDown" ? 1 : -1)]?.querySelector("a").focus();
    }
  });

  let dragged = null;
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-tree] tr[data-category]");
    if (dragged) event.dataTransfer.effectAllowed = "move";
  });
  document.addEventListener("dragover", (event) => {
    const over = event.target.closest?.("[data-tree] tr[data-category]");
    for (const row of rows()) row.classList.toggle("is-drop", row === over && dragged !== null && !isBelow(over, dragged));
    if (dragged && over && !isBelow(over, dragged)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const over = event.target.closest?.("[data-tree] tr[data-category]");
    for (const row of rows()) row.classList.remove("is-drop");
    if (!dragged || !over || isBelow(over, dragged)) return;
    event.preventDefault();
    ask(dragged, over);
  });
  document.addEventListener("dragend", () => {
    dragged = null;
    for (const row of rows()) row.classList.remove("is-drop");
  });
})();
