// Hits below a field as one types: .pick inputs (numbers and codes) and the search of the top bar. ARIA combobox.
(() => {
  "use strict";
  let timer = 0;
  let asked = 0;

  const parts = (input) => {
    const box = input.closest("[data-pick], [data-search]");
    return box && { box, list: box.querySelector("[role=listbox]"), url: box.dataset.pick || box.dataset.search };
  };
  const options = (list) => [...list.querySelectorAll("[role=option]:not([aria-disabled])")];
  // htmx carries the attributes of what it replaces over to what comes, and the content security policy refuses a style.
  const hide = (list) => {
    list.hidden = true;
    list.removeAttribute("style");
  };
  const close = (input) => {
    hide(parts(input).list);
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (input, option) => {
    const { list } = parts(input);
    for (const other of options(list)) other.setAttribute("aria-selected", String(other === option));
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  // A grid scrolls and would cut the list off: there it floats over the page. Elsewhere it opens upwards near the bottom.
  const place = (input, list) => {
    const field = input.getBoundingClientRect();
    const floats = Boolean(input.closest("[data-grid]"));
    list.classList.toggle("pick-floating", floats);
    list.classList.remove("pick-up");
    const up = list.getBoundingClientRect().height + field.bottom > innerHeight - 8 && field.top > 360;
    if (!floats) return list.classList.toggle("pick-up", up);
    const box = list.getBoundingClientRect();
    list.style.left = `${Math.max(8, Math.min(field.left, innerWidth - box.width - 8))}px`;
    list.style.top = up ? `${Math.max(8, field.top - box.height - 2)}px` : `${field.bottom + 2}px`;
  };
  const dependency = (box) => {
    if (!box.dataset.depends) return "";
    const input = box.querySelector("input");
    const name = input.name.replace(/[^-]*$/, "") + box.dataset.depends;
    const fields = input.form ? [...input.form.elements] : [];
    const other = fields.find((field) => field.name === name) || fields.find((field) => field.name === box.dataset.depends);
    return other ? other.dataset.recordId || other.value : "";
  };
  const ask = async (input) => {
    const { box, list, url } = parts(input);
    const number = ++asked;
    const query = new URLSearchParams({ q: input.value.trim(), within: dependency(box) });
    const response = await fetch(`${url}?${query}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (number !== asked || document.activeElement !== input) return;
    if (!response?.ok) return close(input);
    list.innerHTML = await response.text();
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(input, null);
    place(input, list);
  };
  // "picked": chosen by Enter or a tap, so that a grid may move on. Tab moves by itself.
  const choose = (input, option, says = true) => {
    if (option.tagName === "A") return option.click();
    input.value = option.dataset.code;
    input.dataset.recordId = option.dataset.id;
    const chosen = parts(input).box.querySelector(".pick-chosen");
    if (chosen) chosen.textContent = option.dataset.name;
    close(input);
    input.dispatchEvent(new Event("change", { bubbles: true }));
    if (says) input.dispatchEvent(new Event("picked", { bubbles: true }));
  };
  document.addEventListener("htmx:beforeSwap", () => {
    for (const list of document.querySelectorAll("[data-pick] [role=listbox]")) hide(list);
  });
  addEventListener("scroll", (event) => {
    const input = document.activeElement;
    if (input?.getAttribute("aria-expanded") !== "true" || !input.closest("[data-grid]")) return;
    const { list } = parts(input);
    if (event.target !== list) place(input, list);
  }, { capture: true, passive: true });
  const combobox = (target) => target.closest?.("[data-pick] input, [data-search] input");

  document.addEventListener("input", (event) => {
    const input = combobox(event.target);
    if (!input) return;
    delete input.dataset.recordId;
    const chosen = parts(input).box.querySelector(".pick-chosen");
    if (chosen) chosen.textContent = "";
    clearTimeout(timer);
    if (input.closest("[data-search]") && input.value.trim().length < 2) return close(input);
    timer = setTimeout(() => ask(input), 180);
  });
  document.addEventListener("keydown", (event) => {
    const input = combobox(event.target);
    if (!input) return;
    const { list } = parts(input);
    const found = options(list);
    const current = found.find((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) {
        if (event.key === "ArrowUp" || event.target.closest("[data-grid]") && !event.altKey) return;
        event.preventDefault();
        return void ask(input);
      }
      event.preventDefault();
      event.stopPropagation();
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark(input, found[(found.indexOf(current) + step + found.length + (current ? 0 : step < 0 ? 1 : 0)) % found.length]);
    } else if (event.key === "Enter") {
      clearTimeout(timer);
      asked += 1;
      if (current && !list.hidden) {
        event.preventDefault();
        event.stopPropagation();
        choose(input, current);
      } else close(input);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close(input);
    } else if (event.key === "Tab") {
      if (current && !list.hidden && input.closest("[data-pick]")) choose(input, current, false);
      close(input);
    }
  }, true);
  document.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[data-pick] [role=option]:not([aria-disabled])");
    if (!option) return;
    event.preventDefault(); // the field keeps the focus
    choose(option.closest("[data-pick]").querySelector("input"), option);
  });
  document.addEventListener("focusout", (event) => {
    const input = combobox(event.target);
    if (input && !parts(input).box.contains(event.relatedTarget)) setTimeout(() => document.activeElement !== input && close(input), 120);
  });
})();
