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

/** Return what spells one of `days`: with its year unless all are of this one. */
export function speller(days) {
  const thisYear = new Date().toISOString().slice(0, 4);
  return days[0].startsWith(thisYear) && days.at(-1).startsWith(thisYear) ? day : date;
}

/** Return how wide the bar of a share is: one that is small is still seen, one that is nothing is not. */
export const barWidth = (share) => (share ? `${Math.max(share * 100, 0.5)}%` : "0%");

/** Return a length of time in the unit that fits: "40 min", "3.5 h". */
export function span(ms) {
  if (isNone(ms)) return NONE;
  const minutes = Math.round(ms / 60_000);
  return minutes < 60 ? `${minutes} min` : `${short(minutes / 60)} h`;
}

/** Return how long ago a moment was: "2 min", "3 h", "5 days". */
export function age(moment) {
  const minutes = Math.floor((Date.now() - Date.parse(moment)) / 60_000);
  if (minutes < 1) return "under 1 min";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${whole(Math.floor(hours / 24))} days`;
}

/** Return by how much a figure changed, in words and with its direction: up, down or same. */
export const change = (share) => changed(share, (size) => percent(size, 0));

/** Return the same of a rate, in percentage points: a share of a share would say little. */
export const changeInPoints = (rate, before) =>
  changed(isNone(before) ? null : Math.round((rate - before) * 1_000) / 10, (size) => `${size.toFixed(1)} points`);

function changed(by, spell) {
  if (isNone(by)) return { words: "none before", direction: "same" };
  if (!by) return { words: "unchanged", direction: "same" };
  const direction = by > 0 ? "up" : "down";
  return { words: `${direction} ${spell(Math.abs(by))}`, direction };
}

const isNone = (value) => value === null || value === undefined;
