/** What is looked at: it stands in the address, so that it can be kept and sent on. */

export const RANGES = { "7d": "7 days", "30d": "30 days", "90d": "90 days" };

const DEFAULTS = { scope: "", user_id: "", range: "30d", since: "", until: "", metric: "engagements" };

/** Return the choice that the address holds. */
export function choice() {
  const given = new URLSearchParams(location.search);
  return Object.fromEntries(Object.entries(DEFAULTS).map(([name, usual]) => [name, given.get(name) ?? usual]));
}

/** Return the address of what is chosen, with `changes`. */
export function addressOf(changes) {
  const next = { ...choice(), ...changes };
  const told = Object.entries(next).filter(([name, value]) => value && value !== DEFAULTS[name]);
  const search = new URLSearchParams(told).toString();
  return search ? `?${search}` : location.pathname;
}

/** Put `changes` into the address and return the whole choice. */
export function choose(changes) {
  history.replaceState(null, "", addressOf(changes));
  return choice();
}

/** Return the query that the API is asked for the choice. */
export function queryOf({ scope, user_id: userId, metric, ...days }) {
  return { scope: scope || "own", ...(userId && { user_id: userId }), ...daysOf(days), metric };
}

/** Return the part of it that says which days. */
export function daysOf({ range, since, until }) {
  return since || until ? { ...(since && { since }), ...(until && { until }) } : { range };
}
