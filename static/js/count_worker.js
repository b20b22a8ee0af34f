// Keeps the pages of a count that were opened on this device, so that they load again while the network is away.
// What was counted meanwhile is kept by counting.js; nothing else of the program is answered from here.
"use strict";
const STORE = "counting";
const isPage = (url) => /\/counts\/.+\/recordings\/\d+$/.test(url.pathname);

const keep = async (page, files) => {
  const answer = await fetch(page, { credentials: "same-origin" });
  const store = await caches.open(STORE);
  if (!answer.ok || answer.redirected) {
    await caches.delete(STORE); // signed out, or the count is gone
    return false;
  }
  await store.put(page, answer);
  const missing = [];
  for (const file of files) if (!(await store.match(file, { ignoreVary: true }))) missing.push(file);
  await Promise.all(missing.map((file) => store.add(file)));
  return true;
};

const answer = async (request) => {
  try {
    return await fetch(request);
  } catch (error) {
    const store = await caches.open(STORE);
    const kept = (await store.match(request, { ignoreVary: true })) || (request.mode === "navigate" && (await store.match(request, { ignoreSearch: true, ignoreVary: true })));
    if (kept) return kept;
    throw error;
  }
};

addEventListener("install", () => self.skipWaiting());
addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
addEventListener("message", (event) => {
  const { page, files, asked } = event.data;
  const tell = (kept) => event.source.postMessage({ kept, asked });
  event.waitUntil(keep(page, files).then(tell, () => undefined)); // no network: the copy from before stays
});
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  const file = request.mode !== "navigate" && url.pathname.includes("/static/");
  if (file || (request.mode === "navigate" && isPage(url))) event.respondWith(answer(request));
});
