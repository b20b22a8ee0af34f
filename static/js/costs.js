// A wide drawing opens with the entry it is about in the middle.
(() => {
  "use strict";
  for (const box of document.querySelectorAll("[data-center]")) {
    const here = box.querySelector(".is-here");
    if (!here) continue;
    const rect = here.getBoundingClientRect();
    box.scrollLeft += rect.left + rect.width / 2 - box.getBoundingClientRect().left - box.clientWidth / 2;
  }
})();
