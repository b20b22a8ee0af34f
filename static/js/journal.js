// The item journal's grid: a line is saved when it is left, its item fills in the rest, what is typed meanwhile stays.
(() => {
  "use strict";
  const journal = (element) => element?.closest?.("[data-journal]");
  const lineOf = (element) => (journal(element) ? element.closest(".grid-line") : null);
  const formOf = (line) => line?.querySelector("form.line-form");
  const field = (line, name) => line.querySelector(`[name="${name}"]`);
  const isNew = (line) => line.classList.contains("grid-new");
  const empty = (line) => isNew(line) && !field(line, "item")?.value.trim();
  const save = (line) => {
    const form = formOf(line);
    if (!form || empty(line)) return;
    delete line.dataset.dirty;
    form.requestSubmit();
  };

  document.addEventListener("input", (event) => {
    const line = lineOf(event.target);
    if (!line) return;
    line.dataset.dirty = "yes";
    // On a new line the last of the two amounts that is typed counts; the other one follows it.
    const other = { amount: "unit_amount", unit_amount: "amount" }[event.target.name];
    if (other && isNew(line) && field(line, other)) field(line, other).value = "";
  });

  // What depends on the item is asked for anew: on a new line without saving, on a stored one by saving.
  const deciding = new Set(["item", "entry_type", "unit_of_measure"]);
  document.addEventListener("change", (event) => {
    const line = lineOf(event.target);
    if (!line || !deciding.has(event.target.name)) return;
    line.dataset.dirty = "yes";
    if (empty(line)) return;
    if (!isNew(line)) return save(line);
    const stale = ["unit_amount", "amount"];
    if (event.target.name === "item") stale.push("description", "variant", "unit_of_measure", "bin");
    for (const name of stale) if (field(line, name)) field(line, name).value = "";
    line.querySelector("[data-line-propose]")?.click();
  });

  document.addEventListener("focusout", (event) => {
    const line = lineOf(event.target);
    if (!line || !line.dataset.dirty) return;
    setTimeout(() => {
      const now = document.activeElement;
      if (!line.isConnected || !line.dataset.dirty || line.contains(now) || now?.closest("dialog")) return;
      if (now === document.body && !document.hasFocus()) return;
      save(line);
    });
  });

  // The answer replaces the line: what was typed after the question was sent is put back, and saved when left.
  let sent = new Map();
  const texts = (line) => new Map([...line.querySelectorAll("input:not([type=hidden]), select")].map((input) => [input.id, input.value]));
  document.addEventListener("htmx:beforeRequest", (event) => {
    const line = event.target.matches?.("form.line-form") && lineOf(event.target);
    if (line) {
      delete line.dataset.dirty;
      sent.set(line.id, texts(line));
    }
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const line = event.detail.requestConfig?.elt && lineOf(event.detail.requestConfig.elt);
    if (!line || !sent.has(line.id)) return;
    const before = sent.get(line.id);
    sent.delete(line.id);
    const typed = [...texts(line)].filter(([id, value]) => id && before.get(id) !== value);
    if (!typed.length) return;
    document.addEventListener("htmx:afterSettle", () => {
      for (const [id, value] of typed) {
        const input = document.getElementById(id);
        if (!input) continue;
        input.value = value;
        const fresh = lineOf(input);
        if (!fresh) continue;
        fresh.dataset.dirty = "yes";
        if (!fresh.contains(document.activeElement)) save(fresh);
      }
    }, { once: true });
  });
})();
