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
  const NOTES = 5;
  const REFUSALS = 100; // each is something that is not counted: it stays to be read
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
  // On a shared device somebody else's figures wait for their own log-in: who counted what must be true.
  const isMine = (entry) => (entry.user ?? root.dataset.user) === root.dataset.user;
  const mine = () => load().filter(isMine);
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
  const seen = (line) => line.querySelector("[name^=was-]").value;
  const lineOf = (number) => document.getElementById(`count-${number}`);
  const inputOf = (line) => line?.querySelector("input.num");

  const tell = () => {
    const entries = load();
    for (const line of root.querySelectorAll(".count-line.is-kept")) line.classList.remove("is-kept");
    for (const entry of entries) lineOf(entry.line)?.classList.add("is-kept");
    const own = entries.filter(isMine);
    const others = entries.length - own.length;
    const waits = own.length > 0 && (stopped || !navigator.onLine || own.some((entry) => entry.tried));
    const words = waits ? [stopped ? root.dataset.damaged : root.dataset.kept.replace("{n}", own.length)] : [];
    if (others) words.push(root.dataset.others.replace("{n}", others));
    kept.hidden = words.length === 0;
    kept.textContent = words.join(". ");
  };

  const put = (entry) => {
    const entries = load();
    const full = { key: newKey(), at: new Date().toISOString(), user: root.dataset.user, ...entry };
    // A figure typed again before the first was sent replaces it, unless something came between.
    const last = entries.at(-1);
    if (last && !sending && !last.tried && isMine(last) && isFigure(last) && isFigure(full) && last.line === full.line) entries.pop();
    entries.push(full);
    save(entries);
    tell();
    send();
  };

  const isFigure = (entry) => entry.line !== undefined && !entry.added;
  const amount = (text) => Number(String(text).replace(",", ".")) || 0;
  const sum = (text, more) => {
    const total = String(Number((amount(text) + amount(more)).toFixed(5)));
    return /,/.test(`${text}${more}`) ? total.replace(".", ",") : total;
  };
  // What stands on a line together with what is kept here for it.
  const withKept = (number, quantity) => {
    const own = mine().filter((entry) => entry.line === Number(number));
    return own.reduce((value, entry) => (entry.added ? sum(value, entry.quantity) : entry.quantity), quantity);
  };

  const show = (number, quantity, { done = true, always = false } = {}) => {
    const line = lineOf(number);
    const input = inputOf(line);
    if (!input) return;
    if (always || document.activeElement !== input) input.value = withKept(number, quantity);
    line.querySelector("[name^=was-]").value = quantity;
    line.classList.toggle("is-complete", done);
    line.querySelector("[data-done]").hidden = !done;
  };

  const complain = (entry, refused) => {
    const same = [...messages.children].find((other) => other.dataset.code === (entry.code || "") && other.dataset.why === refused.message);
    const times = Number(same?.dataset.times || 0) + 1;
    same?.remove();
    const row = document.createElement("li");
    Object.assign(row.dataset, { code: entry.code || "", why: refused.message, times });
    row.append(`${times > 1 ? `${times} × ` : ""}${entry.code ? `${entry.code}: ` : ""}${refused.message}`);
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
    while (messages.children.length > REFUSALS) messages.lastChild.remove();
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
    for (const old of [...messages.querySelectorAll(".is-noted")].slice(NOTES)) old.remove();
  };

  const send = async () => {
    const batch = mine().slice(0, AT_ONCE);
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
        const unknown = batch.some((entry) => entry.code && answer.refused[entry.key]);
        document.dispatchEvent(new CustomEvent("scan-told", { detail: { wrong: unknown } }));
      }
      const wrong = new Set(Object.values(answer.refused).map((refused) => String(refused.line)));
      for (const [number, line] of Object.entries(answer.lines)) show(number, line.quantity, { done: line.counted, always: wrong.has(number) });
      const far = document.getElementById("count-far");
      far.querySelector("progress").max = answer.total || 1;
      far.querySelector("progress").value = answer.counted;
      far.querySelector("[data-counted]").textContent = root.dataset.far.replace("{done}", answer.counted).replace("{total}", answer.total);
      for (const [number, line] of Object.entries(answer.lines)) if (!lineOf(number) && !wrong.has(number)) note(line);
      tell();
      if (mine().length) send();
      else if (navigator.serviceWorker) keepPage();
      return;
    }
    save(entries.map((entry) => (isMine(entry) ? { ...entry, tried: true } : entry)));
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
    if (value !== "") put({ line: Number(line.dataset.line), quantity: value, seen: seen(line) });
  });
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (!button) return;
    const line = button.closest(".count-line");
    const input = inputOf(line);
    const { step } = button.dataset;
    const nothing = Number(step) < 0 && amount(input.value) <= 0; // − where none was counted says: none
    input.value = nothing ? "0" : sum(input.value, step);
    const number = Number(line.dataset.line);
    // One more or less comes on top of what stands there, also of what another device counts meanwhile.
    if (nothing) put({ line: number, quantity: "0", seen: seen(line) });
    else put({ line: number, quantity: step, added: true });
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
  setInterval(() => { if (mine().length) send(); }, RETRY);
  for (const number of new Set(mine().map((entry) => entry.line))) {
    const input = number && inputOf(lineOf(number));
    if (input) input.value = withKept(number, input.value);
  }
  tell();
})();
