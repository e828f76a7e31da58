/** What is looked at: it stands in the address, so that it can be kept and sent on. */

export const RANGES = { "7d": "7 days", "30d": "30 days", "90d": "90 days" };

const DEFAULTS = { scope: "", user_id: "", range: "30d", since: "", until: "", metric: "engagements" };

// As it stood in the address when it was last shown.
let current = location.search;

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

/** Put `changes` into the address, as a step that Back takes back. */
export function choose(changes) {
  const address = addressOf(changes);
  if (address !== addressOf({})) history.pushState(null, "", address);
  current = location.search;
}

/** Put what nobody chose into the address, without a step, and return the whole choice. */
export function settle(changes) {
  history.replaceState(null, "", addressOf(changes));
  current = location.search;
  return choice();
}

/** Call `act` when Back or Forward led to another choice. */
export function onWalk(act) {
  addEventListener("popstate", () => {
    // The skip link is a step too, and changes nothing.
    if (location.search === current) return;
    current = location.search;
    act();
  });
}

/** Return the query that the API is asked for the choice. */
export function queryOf({ scope, user_id: userId, metric, ...days }) {
  return { scope: scope || "own", ...(userId && { user_id: userId }), ...daysOf(days), metric };
}

/** Return the part of it that says which days. */
export function daysOf({ range, since, until }) {
  return since || until ? { ...(since && { since }), ...(until && { until }) } : { range };
}
