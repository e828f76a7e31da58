/**
 * The one module that knows how a reel is played: as HLS where the browser does that by itself,
 * else, and where that fails, as the one MP4 at `media.video`.
 */

import { attribute, fill, h } from "./dom.js";
import { icon } from "./icons.js";

const SOUND = "socialml.sound";
const QUARTERS = 4;
const HLS = "application/vnd.apple.mpegurl";

const sound = new EventTarget();
sound.isOn = sessionStorage.getItem(SOUND) === "on";

/** Turn the sound of all players on or off; it stays so until the tab is closed. */
export function soundToggle() {
  sound.isOn = !sound.isOn;
  sessionStorage.setItem(SOUND, sound.isOn ? "on" : "off");
  sound.dispatchEvent(new Event("change"));
}

export class Player {
  constructor(media, { label }) {
    this.media = media;
    this.watched = 0;
    this.playingSince = null;
    this.isWanted = false;
    this.follow(() => {});
    this.isStreamed = Boolean(media.hls) && document.createElement("video").canPlayType(HLS) !== "";
    const ratio = media.width && media.height ? media.width / media.height : 9 / 16;
    this.video = h("video", {
      class: "video",
      "aria-label": label,
      playsinline: true,
      loop: true,
      preload: "metadata",
      poster: media.thumbnail || false,
      data: { fit: ratio < 0.7 ? "cover" : "contain" },
    });
    this.seek = h("input", {
      class: "seek",
      type: "range",
      min: "0",
      max: "1000",
      value: "0",
      "aria-label": "Position in the video",
      on: { input: () => this.#seekTo(this.seek.value / 1000) },
    });
    this.button = h(
      "button",
      { type: "button", class: "play", "aria-label": "Play", on: { click: () => this.toggle() } },
      icon("play"),
    );
    this.soundButton = h("button", { type: "button", class: "round sound", on: { click: soundToggle } });
    this.notice = h("p", { class: "video-notice", role: "status" });
    this.element = h(
      "div",
      { class: "player", data: { state: "idle" } },
      this.video,
      this.button,
      media.has_audio && this.soundButton,
      this.notice,
      this.seek,
    );
    this.#listen();
    this.#paintSound();
    sound.addEventListener("change", () => this.#paintSound());
  }

  /** Get the video ready, without playing it. */
  load() {
    if (this.video.src) return;
    this.video.src = this.isStreamed ? this.media.hls : this.media.video;
  }

  /** Let go of what was loaded. */
  unload() {
    this.pause();
    if (!this.video.src) return;
    this.video.removeAttribute("src");
    this.video.load();
  }

  async play() {
    this.load();
    this.isWanted = true;
    try {
      await this.video.play();
    } catch (error) {
      // A browser that wants a touch first: the button stands there. Muted, most play at once.
      if (error.name === "NotAllowedError" && !this.video.muted) {
        this.video.muted = true;
        await this.video.play().catch(() => {});
      }
    }
  }

  pause() {
    this.isWanted = false;
    this.video.pause();
  }

  toggle() {
    if (this.video.paused) this.play();
    else this.pause();
  }

  /** Return how long it has played since the last call, in milliseconds. */
  takeWatchedMs() {
    this.#stopClock();
    const watched = this.watched;
    this.watched = 0;
    if (!this.video.paused) this.#startClock();
    return Math.round(watched);
  }

  /** Tell how it is played from now on: `tell(kind, ms)` of a start, each quarter, an end and a loop. */
  follow(tell) {
    this.told = { tell, quarter: 0, share: 0, hasStarted: false, hasEnded: false };
  }

  #listen() {
    const { video } = this;
    const state = (name) => () => (this.element.dataset.state = name);
    video.addEventListener("playing", () => {
      this.#startClock();
      this.#tellStart();
      state("playing")();
      this.#paintButton();
    });
    video.addEventListener("pause", () => {
      this.#stopClock();
      state(this.isWanted ? "waiting" : "paused")();
      this.#paintButton();
    });
    video.addEventListener("waiting", () => {
      this.#stopClock();
      state("waiting")();
    });
    video.addEventListener("timeupdate", () => this.#paintPosition());
    video.addEventListener("error", () => {
      if (!video.getAttribute("src")) return;
      this.#stopClock();
      if (this.isStreamed) {
        this.#fallBack();
        return;
      }
      state("broken")();
      this.notice.textContent = "This video cannot be played here.";
    });
  }

  #fallBack() {
    this.isStreamed = false;
    this.video.src = this.media.video;
    if (this.isWanted) this.play();
  }

  #startClock() {
    this.playingSince ??= performance.now();
  }

  #stopClock() {
    if (this.playingSince === null) return;
    this.watched += performance.now() - this.playingSince;
    this.playingSince = null;
  }

  #tellStart() {
    if (this.told.hasStarted) return;
    this.told.hasStarted = true;
    this.told.tell("start");
  }

  /** The video begins anew by itself, so an end is seen by its position falling back. */
  #tellPosition(share) {
    const { told } = this;
    const hasLooped = share < told.share - 0.5;
    told.share = share;
    if (hasLooped) {
      if (!told.hasEnded) told.tell("complete");
      told.hasEnded = true;
      told.tell("loop");
    }
    const quarter = Math.floor(share * QUARTERS);
    if (told.hasEnded || quarter <= told.quarter || quarter === QUARTERS) return;
    told.quarter = quarter;
    told.tell("progress", Math.round(this.video.currentTime * 1000));
  }

  #seekTo(share) {
    this.told.share = share;
    if (Number.isFinite(this.video.duration)) this.video.currentTime = share * this.video.duration;
  }

  #paintPosition() {
    const { currentTime, duration } = this.video;
    const share = duration ? currentTime / duration : 0;
    if (!this.video.paused) this.#tellPosition(share);
    this.seek.value = String(Math.round(share * 1000));
    this.seek.style.setProperty("--share", share.toFixed(4));
    attribute(this.seek, "aria-valuetext", `${Math.round(currentTime)} of ${Math.round(duration || 0)} seconds`);
  }

  #paintButton() {
    attribute(this.button, "aria-label", this.video.paused ? "Play" : "Pause");
  }

  #paintSound() {
    this.video.muted = !sound.isOn;
    fill(this.soundButton, icon(sound.isOn ? "sound" : "muted"));
    attribute(this.soundButton, "aria-label", sound.isOn ? "Mute" : "Unmute");
  }
}
