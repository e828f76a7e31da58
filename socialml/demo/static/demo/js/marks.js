/** Likes, saves, follows: shown at once, sent after, and taken back if the server refuses. */

import { toastError } from "./toasts.js";

/** Follows change on every card of an author: listen here for {id, following}. */
export const follows = new EventTarget();

export function followChanged(id, following) {
  follows.dispatchEvent(new CustomEvent("change", { detail: { id, following } }));
}

/**
 * A mark that is on or off. `send` tells the server of one state, `paint` shows one; where
 * somebody changes their mind while a request is under way, only the last wish is sent after it.
 */
export class Mark {
  constructor({ on, send, paint, onAnswer = () => {} }) {
    this.wanted = this.acknowledged = on;
    this.isBusy = false;
    Object.assign(this, { send, paint, onAnswer });
    paint(on);
  }

  toggle() {
    return this.set(!this.wanted);
  }

  async set(on) {
    if (on === this.wanted) return;
    this.wanted = on;
    this.paint(on);
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      while (this.wanted !== this.acknowledged) {
        const asked = this.wanted;
        const { data } = await this.send(asked);
        this.acknowledged = asked;
        if (this.wanted === asked) this.onAnswer(data, asked);
      }
    } catch (error) {
      this.wanted = this.acknowledged;
      this.paint(this.acknowledged);
      toastError(error);
    } finally {
      this.isBusy = false;
    }
  }

  /** Take over what is known from elsewhere. */
  learn(on) {
    if (this.isBusy) return;
    this.wanted = this.acknowledged = on;
    this.paint(on);
  }
}
