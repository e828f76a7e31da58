/** Choosing a video, sending it with its progress, and waiting until it is ready. */

import { reelRead, uploadFinish, uploadRead, uploadStart } from "./api.js";
import { fill, h } from "./dom.js";
import { ApiError, understood, unreachable } from "./http.js";
import { icon } from "./icons.js";
import { accessToken } from "./session.js";

const ASK_EVERY_MS = 1_000;
// Of a part, before the upload is given up for now.
const ATTEMPTS = 5;
const MEGABYTE = 1024 * 1024;
const TYPES = "video/mp4,video/webm,video/quicktime,video/x-matroska,video/x-msvideo,.mkv,.avi,.mov";

/** The part of a form that holds a video. `file` is null until one is chosen that may be sent. */
export class VideoChoice {
  constructor({ onChange }) {
    this.onChange = onChange;
    this.file = null;
    this.input = h("input", { type: "file", accept: TYPES, name: "video", class: "unseen", id: "video-input" });
    this.input.addEventListener("change", () => this.#take(this.input.files[0]));
    this.drop = h("label", { class: "drop", for: "video-input" });
    this.error = h("p", { class: "error" });
    this.bar = h("progress", { max: "1", value: "0", hidden: true, "aria-label": "Upload" });
    this.state = h("p", { class: "quiet", role: "status" });
    this.element = h(
      "div",
      { class: "video-choice", data: { field: "video" } },
      this.input,
      this.drop,
      this.error,
      this.bar,
      this.state,
    );
    this.#dropping();
    this.#invite();
  }

  /** Show how far an upload is: {sent: 0..1}, {processing: true}, or null for not under way. */
  progress(progress) {
    this.bar.hidden = !progress;
    this.input.disabled = Boolean(progress);
    if (!progress) {
      this.state.textContent = "";
    } else if (progress.processing) {
      this.bar.removeAttribute("value");
      this.state.textContent = "Uploaded. The video is being checked and gets its thumbnail …";
    } else {
      this.bar.value = progress.sent;
      this.state.textContent = `Uploading: ${Math.round(progress.sent * 100)} %`;
    }
  }

  release() {
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = null;
  }

  #take(file) {
    this.release();
    const { largestVideoBytes, longestVideoSeconds } = document.body.dataset;
    const isTooLarge = file && file.size > Number(largestVideoBytes);
    this.file = file && !isTooLarge ? file : null;
    this.error.textContent = isTooLarge
      ? `The video has ${megabytes(file.size)}; at most ${megabytes(Number(largestVideoBytes))} are taken.`
      : "";
    if (this.file) this.#preview(Number(longestVideoSeconds));
    else this.#invite();
    this.onChange();
  }

  #preview(longest) {
    this.address = URL.createObjectURL(this.file);
    const video = h("video", { src: this.address, muted: true, playsinline: true, loop: true, controls: true });
    video.muted = true;
    video.addEventListener("loadedmetadata", () => {
      if (video.duration <= longest) return;
      this.error.textContent = `The video lasts ${Math.round(video.duration)} seconds; at most ${longest} are taken.`;
      this.file = null;
      this.onChange();
    });
    fill(this.drop, video, h("span", { class: "quiet small" }, `${this.file.name}, ${megabytes(this.file.size)}. Choose another`));
  }

  #invite() {
    fill(this.drop, icon("film"), h("strong", {}, "Choose a video"), h("span", { class: "quiet small" }, "or drop one here: MP4, MOV, WebM, MKV or AVI"));
  }

  #dropping() {
    this.drop.addEventListener("dragover", (event) => {
      event.preventDefault();
      this.drop.dataset.over = "yes";
    });
    this.drop.addEventListener("dragleave", () => (this.drop.dataset.over = "no"));
    this.drop.addEventListener("drop", (event) => {
      event.preventDefault();
      this.drop.dataset.over = "no";
      this.#take(event.dataTransfer.files[0]);
    });
  }
}

/**
 * Upload a reel and resolve to its state once it is ready.
 *
 * The video goes in parts: one that fails is sent again, and what came before a reload stays. Throws
 * the ApiError of a refused upload, and one with the server's reason where the video itself was.
 */
export async function uploadReel({ video, ...words }, { key, onProgress, isGivenUp }) {
  onProgress({ sent: 0 });
  const upload = await begin(video, key);
  await sendParts(upload, video, { onProgress, isGivenUp });
  onProgress({ processing: true });
  const { data } = await uploadFinish(upload.id, words);
  localStorage.removeItem(mark(video));
  for (;;) {
    await pause(ASK_EVERY_MS);
    if (isGivenUp()) throw givenUp();
    const { data: reel } = await reelRead(data.id);
    if (reel.state === "ready") return reel;
    if (reel.error) throw new ApiError(reel.error.message, { status: 422, code: reel.error.code, fields: { video: [reel.error.message] } });
  }
}

/** Go on with the upload of this file, or start one. */
async function begin(file, key) {
  const known = localStorage.getItem(mark(file));
  try {
    const { data } = known ? await uploadRead(known) : {};
    if (["receiving", "checking"].includes(data?.state)) return data;
  } catch (error) {
    if (error.status !== 404) throw error;
  }
  const { data } = await uploadStart({ size_bytes: file.size, content_type: typeOf(file) }, key);
  localStorage.setItem(mark(file), data.id);
  return data;
}

async function sendParts(upload, file, { onProgress, isGivenUp }) {
  const addresses = new Map((upload.part_urls ?? []).map(({ number, url }) => [number, url]));
  for (let number = 1; number <= upload.part_count; number += 1) {
    if (upload.parts.includes(number)) continue;
    const start = (number - 1) * upload.part_size_bytes;
    const bytes = file.slice(start, start + upload.part_size_bytes);
    const onSent = (sent) => onProgress({ sent: (start + sent) / file.size });
    for (let attempt = 1; ; attempt += 1) {
      if (isGivenUp()) throw givenUp();
      try {
        await sendPart(`/reels/uploads/${upload.id}/parts/${number}`, bytes, { url: addresses.get(number), onSent });
        break;
      } catch (error) {
        const mayHeal = error.isOffline || error.status === 429 || error.status >= 500;
        if (!mayHeal || attempt === ATTEMPTS) throw error;
        await pause(1_000 * Math.max(error.retryAfter, 2 ** (attempt - 1)));
      }
    }
  }
}

/** A request object of the older kind, because fetch does not tell how much it has sent. */
async function sendPart(path, bytes, { url, onSent }) {
  const token = url ? null : await accessToken();
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url ?? `/api${path}`);
    if (token) {
      request.setRequestHeader("Authorization", `Bearer ${token}`);
      request.setRequestHeader("Content-Type", "application/octet-stream");
    }
    request.upload.addEventListener("progress", ({ loaded }) => onSent(loaded));
    request.addEventListener("error", () => reject(unreachable()));
    request.addEventListener("load", () => {
      if (request.status < 300) return resolve();
      try {
        understood(request.status, request.responseText, request.getResponseHeader("Retry-After"));
      } catch (error) {
        reject(error);
      }
    });
    request.send(bytes);
  });
}

const ENDINGS = { mkv: "video/x-matroska", avi: "video/x-msvideo", webm: "video/webm" };
const typeOf = (file) => ENDINGS[file.name.split(".").pop().toLowerCase()] ?? "video/mp4";
const mark = (file) => `upload ${file.name} ${file.size} ${file.lastModified}`;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const givenUp = () => new DOMException("The composer was closed.", "AbortError");
const megabytes = (bytes) => `${(bytes / MEGABYTE).toFixed(1)} MB`;
