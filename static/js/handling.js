// Receiving, shipping and counting on the tablet: a scan that counts beeps high, one that does not belong here low,
// twice, and shakes. Counting says what became of a scan by the event "scan-told".
(() => {
  "use strict";
  let sound; // made by the first answer: browsers want a key or a touch before
  const tone = (pitch, start, seconds) => {
    const source = sound.createOscillator();
    const volume = sound.createGain();
    source.frequency.value = pitch;
    volume.gain.value = 0.2;
    source.connect(volume).connect(sound.destination);
    source.start(sound.currentTime + start);
    source.stop(sound.currentTime + start + seconds);
  };
  const sing = (wrong) => {
    if (wrong) navigator.vibrate?.([120, 80, 120]);
    try {
      sound = sound || new AudioContext();
      if (wrong) {
        tone(180, 0, 0.22);
        tone(140, 0.28, 0.3);
      } else tone(1250, 0, 0.09);
    } catch {
      // No loudspeaker: the red frame and the sentence are there.
    }
  };
  // No keyboard of the tablet covers the goods while one scans; who taps into the field wants to type.
  const quiet = () => {
    if (!matchMedia("(pointer: coarse)").matches) return;
    for (const field of document.querySelectorAll(".handle-scan-row input[data-scan]")) field.inputMode = "none";
  };
  document.addEventListener("DOMContentLoaded", quiet);
  document.addEventListener("htmx:afterSwap", quiet);
  document.addEventListener("click", (event) => {
    const field = event.target;
    if (field.inputMode !== "none" || !field.matches(".handle-scan-row input")) return;
    field.inputMode = "text";
    field.blur();
    field.focus();
  });
  // What is typed counts as soon as its field is left; who is in the field of another line by then stays there.
  let elsewhere = "";
  document.addEventListener("htmx:beforeSwap", (event) => {
    const field = document.activeElement;
    const asked = event.detail.requestConfig?.elt;
    elsewhere = field?.matches(".handle-figure input") && asked?.matches(".handle-count") && !asked.contains(field) ? field.id : "";
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (elsewhere) document.getElementById(elsewhere)?.select();
    elsewhere = "";
  });
  document.addEventListener("scan-told", (event) => sing(event.detail.wrong));
  document.addEventListener("htmx:afterSettle", (event) => {
    const page = document.getElementById("handling");
    if (!page || !event.detail.requestConfig?.path.includes("/handle")) return;
    const wrong = page.querySelector(".handle-wrong");
    if (!wrong && !page.querySelector(".is-done-now")) return;
    wrong?.scrollIntoView({ block: "nearest" });
    sing(Boolean(wrong));
    page.dataset.told = wrong ? "wrong" : "counted";
  });
})();
