// Counting: every figure is kept in this browser first and sent at once, or when the network is back. Each has a key of
// its own, so that what is sent twice counts once. The page itself is kept by count_worker.js, for loading it again.
(() => {
  "use strict";
  const root = document.getElementById("counting");
  const form = document.getElementById("count-form");
  if (!root || !form) return;
  const url = root.dataset.entries;
  const store = `counts:${url}`;
  const RETRY = 4000;
  const AT_ONCE = 200;
  const token = () => form.querySelector("[name=csrf_token]").value;
  const kept = document.getElementById("count-kept");
  const messages = document.getElementById("count-messages");
  let sending = false;
  let stopped = false;

  const load = () => {
    try {
      return JSON.parse(localStorage.getItem(store)) || [];
    } catch {
      return [];
    }
  };
  const save = (entries) => {
    if (entries.length) localStorage.setItem(store, JSON.stringify(entries));
    else localStorage.removeItem(store);
  };
  const newKey = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  // A copy of this page as it is now, with what it is made of, for when it is loaded again without network; the
  // attribute `data-loads-offline` says that the copy is as new as the page.
  let later = 0;
  let asked = 0;
  const keepPage = () => {
    clearTimeout(later);
    delete root.dataset.loadsOffline;
    asked += 1;
    later = setTimeout(async () => {
      const here = (address) => new URL(address).origin === location.origin;
      const files = performance.getEntriesByType("resource").map((part) => part.name).filter((name) => here(name) && name.includes("/static/"));
      const { active } = await navigator.serviceWorker.ready;
      active?.postMessage({ page: location.href, files, asked });
    }, 500);
  };
  navigator.serviceWorker?.addEventListener("message", ({ data }) => {
    if (data.kept && data.asked === asked) root.dataset.loadsOffline = "";
  });
  // Only over https or on the device itself; elsewhere a count goes on as long as its page stays open.
  if (navigator.serviceWorker) navigator.serviceWorker.register(root.dataset.worker).then(keepPage, () => undefined);
  const lineOf = (number) => document.getElementById(`count-${number}`);
  const inputOf = (line) => line?.querySelector("input.num");

  const tell = () => {
    const entries = load();
    for (const line of root.querySelectorAll(".count-line.is-kept")) line.classList.remove("is-kept");
    for (const entry of entries) lineOf(entry.line)?.classList.add("is-kept");
    const waits = entries.length > 0 && (stopped || !navigator.onLine || entries.some((entry) => entry.tried));
    kept.hidden = !waits;
    kept.textContent = waits ? (stopped ? root.dataset.damaged : root.dataset.kept.replace("{n}", entries.length)) : "";
  };

  const put = (entry) => {
    const entries = load();
    // A figure typed again before the first was sent replaces it.
    const earlier = entries.findIndex((other) => other.line === entry.line && entry.line !== undefined && !other.tried && !other.added);
    const full = { key: newKey(), at: new Date().toISOString(), ...entry };
    if (earlier >= 0 && !sending) entries[earlier] = full;
    else entries.push(full);
    save(entries);
    tell();
    send();
  };

  const show = (number, quantity, done = true) => {
    const line = lineOf(number);
    const input = inputOf(line);
    if (!input) return;
    if (document.activeElement !== input) input.value = quantity;
    line.querySelector("[name^=was-]").value = quantity;
    line.classList.toggle("is-complete", done);
    line.querySelector("[data-done]").hidden = !done;
  };

  const complain = (entry, refused) => {
    const row = document.createElement("li");
    row.append(`${entry.code ? `${entry.code}: ` : ""}${refused.message}`);
    for (const choice of refused.choices || []) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn";
      button.textContent = choice.label;
      button.addEventListener("click", () => {
        row.remove();
        put({ code: entry.code, choice: choice.key, quantity: entry.quantity, added: true, bin: entry.bin });
      });
      row.append(button);
    }
    messages.prepend(row);
    while (messages.children.length > 5) messages.lastChild.remove();
  };

  // What a scan counted where its line is on another page of the recording, or new.
  const note = (line) => {
    const row = document.createElement("li");
    row.className = "is-noted";
    const link = document.createElement("a");
    link.href = `${root.dataset.find}?q=${encodeURIComponent(line.find)}`;
    link.textContent = line.what;
    row.append(link, `: ${line.quantity}`);
    messages.prepend(row);
    while (messages.children.length > 5) messages.lastChild.remove();
  };

  const send = async () => {
    const batch = load().slice(0, AT_ONCE);
    if (sending || stopped || !batch.length || !navigator.onLine) return;
    sending = true;
    let answer = null;
    let status = 0;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token(), Accept: "application/json" },
        body: JSON.stringify({ entries: batch }),
        redirect: "error",
        signal: AbortSignal.timeout(15000),
      });
      status = response.status;
      if (response.headers.get("Content-Type")?.includes("json")) answer = await response.json();
    } catch {
      status = 0; // no network: they stay
    }
    sending = false;
    const entries = load();
    if (status === 200 && answer?.keys) {
      const gone = new Set([...answer.keys, ...Object.keys(answer.refused)]);
      save(entries.filter((entry) => !gone.has(entry.key)));
      for (const entry of batch) if (answer.refused[entry.key]) complain(entry, answer.refused[entry.key]);
      if (batch.some((entry) => entry.code)) {
        const wrong = batch.some((entry) => entry.code && answer.refused[entry.key]);
        document.dispatchEvent(new CustomEvent("scan-told", { detail: { wrong } }));
      }
      for (const [number, line] of Object.entries(answer.lines)) show(number, line.quantity);
      const far = document.getElementById("count-far");
      far.querySelector("progress").max = answer.total || 1;
      far.querySelector("progress").value = answer.counted;
      far.querySelector("[data-counted]").textContent = root.dataset.far.replace("{done}", answer.counted).replace("{total}", answer.total);
      for (const [number, line] of Object.entries(answer.lines)) if (!lineOf(number)) note(line);
      tell();
      if (load().length) send();
      else if (navigator.serviceWorker) keepPage();
      return;
    }
    save(entries.map((entry) => ({ ...entry, tried: true })));
    if (answer?.message) {
      stopped = true;
      complain({}, answer);
    } else if (status >= 400 && status < 500) stopped = true;
    tell();
  };

  // Figures: by typing, by − and +, by scanning.
  root.addEventListener("change", (event) => {
    const line = event.target.closest(".count-line");
    if (!line || !event.target.matches("input.num")) return;
    const value = event.target.value.trim();
    if (value !== "") put({ line: Number(line.dataset.line), quantity: value });
  });
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (!button) return;
    const line = button.closest(".count-line");
    const input = inputOf(line);
    const now = Number(input.value.replace(",", ".")) || 0;
    const next = Math.max(0, now + Number(button.dataset.step));
    input.value = String(Number(next.toFixed(5)));
    put({ line: Number(line.dataset.line), quantity: input.value });
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches(".count-line input.num")) return;
    event.preventDefault();
    const inputs = [...root.querySelectorAll(".count-line input.num")];
    (inputs[inputs.indexOf(event.target) + 1] || document.getElementById("code"))?.focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    const code = document.getElementById("code");
    const text = code?.value.trim();
    if (!text) return;
    code.value = "";
    const bin = Number(root.dataset.bin) || undefined;
    put({ code: text, added: true, bin });
    const line = root.querySelector(`.count-line[data-code="${CSS.escape(text.toUpperCase())}"]`);
    line?.scrollIntoView({ block: "nearest" });
  });
  addEventListener("online", () => send());
  addEventListener("pageshow", () => { tell(); send(); });
  setInterval(() => { if (load().length) send(); }, RETRY);
  for (const entry of load()) if (entry.line && inputOf(lineOf(entry.line))) inputOf(lineOf(entry.line)).value = entry.quantity;
  tell();
})();
