/** Numbers and moments as people read them. */

const COUNT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const DAY = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric" });

const UNITS = [
  ["s", 60],
  ["m", 60],
  ["h", 24],
  ["d", 14],
];

export const count = (number) => COUNT.format(number);

export const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

/** Return how long ago `moment` was, as "5m"; older than two weeks, the day. */
export const ago = (moment) => passed(moment) ?? day(moment);

/** Return the same as a sentence has it: "5m ago", "just now", "Nov 12, 2026". */
export function when(moment) {
  const found = passed(moment);
  if (found === "now") return "just now";
  return found ? `${found} ago` : day(moment);
}

function passed(moment) {
  let left = Math.max(0, Date.now() - Date.parse(moment)) / 1000;
  for (const [unit, size] of UNITS) {
    if (left < size) return left < 1 ? "now" : `${Math.floor(left)}${unit}`;
    left /= size;
  }
  return null;
}

export const day = (moment) => DAY.format(new Date(moment));

/** Return a name of something as a sentence starts: "for_you" is "For you". */
export function title(name) {
  const words = name.replaceAll(/[_-]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Return the text in pieces: strings, and {tag} where a hashtag stands. */
export function pieces(text) {
  const found = [];
  let from = 0;
  for (const match of text.matchAll(/#([\p{L}\p{N}_]+)/gu)) {
    if (match.index > from) found.push(text.slice(from, match.index));
    found.push({ tag: match[1] });
    from = match.index + match[0].length;
  }
  if (from < text.length) found.push(text.slice(from));
  return found;
}
