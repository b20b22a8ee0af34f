// The item journal's grid: a line is saved when it is left, its item fills in the rest, what is typed meanwhile stays.
(() => {
  "use strict";
  const journal = (element) => element?.closest?.("[data-journal]");
  const lineOf = (element) => (journal(element) ? element.closest(".grid-line") : null);
  const formOf = (line) => line?.querySelector("form.line-form");
  const field = (line, name) => line.querySelector(`[name="${name}"]`);
  const isNew = (line) => line.classList.contains("grid-new");
  const empty = (line) => isNew(line) && !field(line, "item")?.value.trim();
  // While an answer takes its place, a line loses its focus and says "change" once more: it must not be sent then.
  const leaving = (line) => !line.isConnected || line.closest("[data-leaving]");
  const sent = new Map(); // id of a line whose answer is awaited -> the request, its texts as they were sent
  const save = (line) => {
    const form = formOf(line);
    if (!form || empty(line) || leaving(line)) return;
    if (isNew(line) && sent.has(line.id)) {
      // The item's answer is still on its way (a scanner is faster): the line is added when it is there.
      line.dataset.addThen = "yes";
      return;
    }
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
    if (!line || leaving(line) || !deciding.has(event.target.name)) return;
    // The picker tells what was chosen, the browser tells it again when the field is left: asked once is enough.
    if (event.target.dataset.told === event.target.value) return;
    event.target.dataset.told = event.target.value;
    line.dataset.dirty = "yes";
    if (empty(line)) return;
    if (!isNew(line)) return save(line);
    const stale = ["unit_amount", "amount"];
    if (event.target.name === "item") stale.push("description", "variant", "item_reference_no", "unit_of_measure", "bin", "scanned");
    for (const name of stale) if (field(line, name)) field(line, name).value = "";
    line.querySelector("[data-line-propose]")?.click();
  });

  // While a line is being added, what is typed belongs to the next one: it waits, and is typed there.
  let ahead = null;
  const add = (line) => {
    line.closest("[data-grid]").dataset.moveOn = line.id;
    ahead ??= "";
    save(line);
  };
  document.addEventListener("keydown", (event) => {
    if (ahead === null || event.ctrlKey || event.metaKey || event.altKey || !lineOf(event.target)) return;
    const key = event.key === "Enter" ? "\n" : event.key;
    if (key.length === 1) ahead += key;
    else if (key === "Backspace") ahead = ahead.slice(0, -1);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  const typeAhead = () => {
    const line = lineOf(document.activeElement);
    if (ahead === null || sent.size || line?.dataset.addThen) return;
    const [item, quantity, ...rest] = ahead.split("\n");
    ahead = null;
    if (!item || !line || !isNew(line) || line.querySelector("[aria-invalid]")) return;
    field(line, "item").value = item;
    field(line, "item").dispatchEvent(new Event("input", { bubbles: true }));
    if (quantity === undefined) return;
    field(line, "item").dispatchEvent(new Event("change", { bubbles: true }));
    field(line, "quantity").focus();
    field(line, "quantity").value = quantity;
    if (!rest.length || !quantity) return;
    ahead = rest.join("\n");
    add(line);
  };
  document.addEventListener("htmx:afterSettle", () => setTimeout(typeAhead));
  document.addEventListener("htmx:sendError", () => { ahead = null; });

  // Fast hands on the new line: item, Enter, quantity, Enter. Tab goes through every field.
  document.addEventListener("keydown", (event) => {
    const line = lineOf(event.target);
    if (event.key !== "Enter" || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !line || !isNew(line)) return;
    if (event.target.name === "item") {
      event.preventDefault();
      if (event.target.value.trim()) field(line, "quantity").focus();
    } else if (event.target.name === "quantity" && event.target.value.trim()) {
      event.preventDefault();
      add(line);
    }
  }, true);

  document.addEventListener("picked", (event) => {
    const line = lineOf(event.target);
    if (line && isNew(line) && event.target.name === "item") field(line, "quantity").focus();
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

  // Check, preview and post wait until what was typed is saved: they act on what is seen.
  // So do the buttons of a document's heading; what lies under "More" goes elsewhere.
  const ACTS = ".worksheet-foot button, #page-actions > a[hx-get], #page-actions > form > button";
  let pressed = null;
  const unsaved = () => [...document.querySelectorAll("[data-journal] .grid-line[data-dirty]")].filter((line) => formOf(line) && !empty(line));
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(ACTS);
    if (!button) return;
    const lines = unsaved();
    if (!lines.length && !sent.size) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    pressed = { button, action: button.form?.action };
    for (const line of lines) save(line);
  }, true);
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful) pressed = null;
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!pressed || sent.size || unsaved().length) return;
    const { button, action } = pressed;
    pressed = null;
    // The foot comes anew with the answer: its button is found by where it leads.
    const form = [...document.querySelectorAll(".worksheet-foot form")].find((one) => one.action === action);
    (button.isConnected ? button : form?.querySelector("button"))?.click();
  });

  // The answer replaces the line: what was typed after the question was sent is put back, and saved when left.
  const texts = (line) => new Map([...line.querySelectorAll("input:not([type=hidden]), select")].map((input) => [input.id, input.value]));
  document.addEventListener("htmx:beforeRequest", (event) => {
    const line = event.target.matches?.("form.line-form") && lineOf(event.target);
    if (line) {
      delete line.dataset.dirty;
      sent.set(line.id, { xhr: event.detail.xhr, before: texts(line) });
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    // Also when no answer came. The line may have been sent again meanwhile: that one is still awaited.
    const id = (event.detail.requestConfig?.elt?.id || "").replace(/^f-/, "");
    if (sent.get(id)?.xhr === event.detail.xhr) sent.delete(id);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const gone = event.detail.shouldSwap && event.detail.target;
    if (gone?.matches?.(".grid-line, #worksheet")) gone.dataset.leaving = "yes";
    const line = event.detail.requestConfig?.elt && lineOf(event.detail.requestConfig.elt);
    if (!line || !sent.has(line.id)) return;
    const { before } = sent.get(line.id);
    sent.delete(line.id);
    const typed = [...texts(line)].filter(([id, value]) => id && before.get(id) !== value);
    const addThen = line.dataset.addThen === "yes" && event.detail.xhr.status < 400;
    if (!typed.length && !addThen) return;
    document.addEventListener("htmx:afterSettle", () => {
      for (const [id, value] of typed) {
        const input = document.getElementById(id);
        if (!input) continue;
        input.value = value;
        const fresh = lineOf(input);
        if (!fresh) continue;
        fresh.dataset.dirty = "yes";
        if (!addThen && !fresh.contains(document.activeElement)) save(fresh);
      }
      const fresh = document.getElementById(line.id);
      if (addThen && fresh) {
        fresh.closest("[data-grid]").dataset.moveOn = fresh.id;
        save(fresh);
      }
    }, { once: true });
  });
})();
