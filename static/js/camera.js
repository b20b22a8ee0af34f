// The camera as a scanner: what it reads goes where a hand scanner's code would go - the field one was in last, the page's
// scan field, else the scan resolver. The reader (zxing) is fetched when the camera is first opened. A code counts once
// until it has been out of several pictures, however slowly they are read.
(() => {
  "use strict";
  const WAIT = 120; // milliseconds between two pictures looked at
  const GONE = 5; // after so many pictures without it the same code counts again
  const LARGEST = 1280; // pixels of a picture's longer side
  const FIELDS = "[data-scan-here], .handle-scan-row [data-scan], .scan-field [data-scan]";
  const FORMATS = ["EANUPC", "Code128", "Code39", "ITF", "DataBar", "DataMatrix", "QRCode"];
  let stream = null;
  let reader = null;
  let count = 0;
  let last = { text: "", missed: 0 };
  let lastField = "";

  const panel = () => document.getElementById("camera");
  const say = (text, state = "") => {
    panel().querySelector("[data-camera-says]").textContent = text;
    panel().dataset.state = state;
  };
  const shown = (field) => field && field.type !== "hidden" && field.offsetParent !== null && !field.readOnly && !field.disabled;

  // Forms replace themselves: the field is found anew each time.
  const target = () => {
    const mine = lastField && document.getElementById(lastField);
    if (shown(mine)) return mine;
    return [...document.querySelectorAll(FIELDS)].find(shown) || null;
  };

  const load = (button) => {
    reader ||= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = button.dataset.reader;
      script.onload = () => {
        ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => new URL(button.dataset.wasm, location.href).href } });
        resolve(ZXingWASM);
      };
      script.onerror = () => {
        reader = null;
        reject(new Error("reader"));
      };
      document.head.append(script);
    });
    return reader;
  };

  const close = () => {
    for (const track of stream?.getTracks() || []) track.stop();
    stream = null;
    if (panel().open) panel().close();
  };

  const take = (text) => {
    count += 1;
    navigator.vibrate?.(60);
    const field = target();
    say(`${count} · ${text}`, "read");
    if (!field) {
      close();
      location.href = `/scan?code=${encodeURIComponent(text)}`;
      return;
    }
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    if (field.form && field.matches(FIELDS)) field.form.requestSubmit();
    else {
      field.dispatchEvent(new Event("change", { bubbles: true }));
      close();
      field.focus();
    }
  };

  const look = async (zxing, canvas) => {
    const video = panel().querySelector("video");
    if (!stream) return;
    if (video.videoWidth) {
      const scale = Math.min(1, LARGEST / Math.max(video.videoWidth, video.videoHeight));
      canvas.width = Math.round(video.videoWidth * scale);
      canvas.height = Math.round(video.videoHeight * scale);
      const drawn = canvas.getContext("2d", { willReadFrequently: true });
      drawn.drawImage(video, 0, 0, canvas.width, canvas.height);
      const found = await zxing.readBarcodes(drawn.getImageData(0, 0, canvas.width, canvas.height), {
        formats: FORMATS, maxNumberOfSymbols: 1, textMode: "HRI",
      });
      const text = found.find((one) => one.isValid)?.text;
      if (!text) last.missed += 1;
      else if (stream) {
        const again = text === last.text && last.missed < GONE;
        last = { text, missed: 0 };
        if (!again) take(text);
      }
    }
    if (stream) setTimeout(() => look(zxing, canvas).catch(() => failed(panel().dataset.broken)), WAIT);
  };

  const failed = (sentence) => {
    for (const track of stream?.getTracks() || []) track.stop();
    stream = null;
    say(sentence, "wrong");
  };

  const open = async (button) => {
    if (panel().open) {
      close();
      return;
    }
    count = 0;
    last = { text: "", missed: 0 };
    panel().show();
    say(panel().dataset.starting);
    try {
      const size = { ideal: LARGEST };
      const got = await navigator.mediaDevices.getUserMedia({ video: { facingMode: { ideal: "environment" }, width: size }, audio: false });
      stream = got;
      if (!panel().open) {
        close();
        return;
      }
    } catch (error) {
      failed(error.name === "NotAllowedError" ? panel().dataset.refused : panel().dataset.none);
      return;
    }
    try {
      const video = panel().querySelector("video");
      video.srcObject = stream;
      await video.play();
      const zxing = await load(button);
      say(panel().dataset.ready);
      await look(zxing, document.createElement("canvas"));
    } catch {
      if (stream) failed(panel().dataset.broken);
    }
  };

  document.addEventListener("focusin", (event) => {
    if (event.target.closest("#camera, .topbar")) return;
    lastField = event.target.matches("input[data-scan]") ? event.target.id : "";
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-camera]");
    if (button) open(button);
    if (event.target.closest("[data-camera-close]")) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel()?.open) close();
  });
  // What became of a code: pages that count say it themselves, with a tone of their own.
  document.addEventListener("scan-told", (event) => {
    if (panel()?.open && stream) panel().dataset.state = event.detail.wrong ? "wrong" : "right";
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!panel()?.open || !stream || !count) return;
    const wrong = document.querySelector("#content .handle-wrong, #content .handle-scan .field-error");
    panel().dataset.state = wrong ? "wrong" : "right";
    if (wrong) say(wrong.textContent.trim(), "wrong");
  });
  // Offered only where there is one: browsers hide cameras from pages that came over plain http.
  document.addEventListener("DOMContentLoaded", async () => {
    const devices = (await navigator.mediaDevices?.enumerateDevices?.().catch(() => [])) || [];
    if (!devices.some((one) => one.kind === "videoinput")) return;
    for (const button of document.querySelectorAll("[data-camera]")) button.hidden = false;
  });
  window.addEventListener("pagehide", () => stream && close());
})();
