// Menus (details[data-menu]) close by themselves; dialogs, the side sheet and questions before something irreversible.
(() => {
  "use strict";
  const open = () => document.querySelectorAll("details[data-menu][open]");

  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
    const opener = event.target.closest("[data-open-dialog]");
    if (opener) {
      for (const menu of open()) menu.open = false;
      document.getElementById(opener.dataset.openDialog)?.showModal();
    }
    const dismiss = event.target.closest("[data-dismiss]");
    if (dismiss) dismiss.closest(".toast-line").remove();
    if (event.target.matches("dialog")) event.target.close(); // a click beside the dialog's content
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of open()) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.closest("details[data-menu][open]")) {
      const menu = event.target.closest("details[data-menu]");
      if (event.target.matches("input, select, textarea")) return;
      const items = [...menu.querySelectorAll(".menu-item, summary")];
      const next = items.indexOf(event.target.closest(".menu-item, summary")) + (event.key === "ArrowDown" ? 1 : -1);
      if (items[next]) {
        event.preventDefault();
        items[next].focus();
      }
    }
  });

  // A menu that would leave the window opens to the other side.
  document.addEventListener("toggle", (event) => {
    if (!event.target.matches?.("details[data-menu][open]")) return;
    for (const other of open()) if (other !== event.target && !other.contains(event.target)) other.open = false;
    const list = event.target.querySelector(".menu-list");
    if (!list) return;
    list.classList.remove("menu-right", "menu-left");
    list.removeAttribute("style"); // htmx would carry an empty one over, which the content security policy refuses
    if (event.target.dataset.right) list.classList.add("menu-right");
    const box = list.getBoundingClientRect();
    if (box.right > innerWidth - 8) list.classList.add("menu-right");
    else if (box.left < 8) list.classList.add("menu-left");
    // One as wide as a phone fits to neither side of a button that stands behind others.
    const beyond = 8 - list.getBoundingClientRect().left;
    if (beyond > 0) list.style.translate = `${beyond}px 0`;
  }, true);

  // The side sheet opens when something was loaded into it.
  document.addEventListener("htmx:afterSwap", (event) => {
    const sheet = document.getElementById("sheet");
    if (event.detail.target.id === "sheet-body" && sheet && !sheet.open) {
      for (const menu of open()) menu.open = false;
      sheet.showModal();
    }
  });
  document.addEventListener("close-sheet", () => document.getElementById("sheet")?.close());

  // A form that a choice sends: a picture that was taken or chosen.
  document.addEventListener("change", (event) => event.target.closest?.("form[data-send-on-change]")?.requestSubmit());
  // A tick that ticks all of a name in its form, and a choice that presses a button of its form.
  document.addEventListener("change", (event) => {
    const all = event.target.closest?.("[data-ticks]");
    if (all) for (const box of all.form.elements) if (box.name === all.dataset.ticks) box.checked = all.checked;
    const name = event.target.closest?.("[data-presses]")?.dataset.presses;
    if (name) event.target.form.elements[name].click();
  });
  // Leaving with work that waits is asked about; a form of the page is no leaving.
  let sending = false;
  document.addEventListener("submit", () => { sending = true; });
  addEventListener("beforeunload", (event) => {
    if (!sending && document.querySelector("[data-pending]")) event.preventDefault();
  });
  // data-confirm on a form or on a submit button: asked once, then the same submission goes on.
  const agreed = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.confirm || form.dataset.confirm;
    if (!question || agreed.has(form)) {
      agreed.delete(form);
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const dialog = document.getElementById("confirm");
    if (!dialog) return;
    dialog.querySelector("[data-confirm-text]").textContent = question;
    const submitter = event.submitter;
    dialog.returnValue = "no";
    dialog.showModal();
    dialog.querySelector("[data-confirm-yes]").focus();
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "yes") {
        if ("sendOnChange" in form.dataset) form.reset(); // else the same picture could not be chosen again
        return submitter?.focus();
      }
      agreed.add(form);
      form.requestSubmit(submitter?.form === form ? submitter : undefined);
    }, { once: true });
  }, true);
})();
