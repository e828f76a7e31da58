/** Numbers, shares and days as people read them. */

const COUNT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const WHOLE = new Intl.NumberFormat("en");
const DAY = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", timeZone: "UTC" });
const DATE = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

export const NONE = "–";

export const short = (value) => (isNone(value) ? NONE : COUNT.format(value));
export const whole = (value) => (isNone(value) ? NONE : WHOLE.format(value));
export const percent = (share, digits = 1) => (isNone(share) ? NONE : `${(share * 100).toFixed(digits)} %`);
export const decimal = (value, digits = 3) => (isNone(value) ? NONE : value.toFixed(digits));
export const signed = (value, digits = 3) =>
  isNone(value) ? NONE : `${value > 0 ? "+" : value < 0 ? "−" : "±"}${Math.abs(value).toFixed(digits)}`;
export const day = (iso) => DAY.format(new Date(`${iso}T00:00:00Z`));
export const date = (moment) => DATE.format(new Date(moment));

/** Return a length of time in the unit that fits: "40 min", "3.5 h". */
export function span(ms) {
  if (isNone(ms)) return NONE;
  const minutes = Math.round(ms / 60_000);
  return minutes < 60 ? `${minutes} min` : `${short(minutes / 60)} h`;
}

/** Return by how much a figure changed, in words and with its direction: up, down or same. */
export function change(share) {
  if (isNone(share)) return { words: "none before", direction: "same" };
  const direction = share > 0 ? "up" : share < 0 ? "down" : "same";
  const words = { up: "up", down: "down", same: "unchanged" }[direction];
  return { words: share ? `${words} ${percent(Math.abs(share), 0)}` : words, direction };
}

const isNone = (value) => value === null || value === undefined;
