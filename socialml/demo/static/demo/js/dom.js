/** Building elements. Text is always text: nothing here reads markup. */

/**
 * Return a new element. `props` are attributes, except `on` (listeners by event), `vars` (CSS
 * custom properties) and `data` (data-* attributes). False and null leave an attribute out.
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  const { on = {}, vars = {}, data = {}, ...attributes } = props;
  for (const [name, value] of Object.entries(attributes)) attribute(element, name, value);
  for (const [name, value] of Object.entries(data)) element.dataset[name] = value;
  // Set through the object model: the page's policy refuses style attributes.
  for (const [name, value] of Object.entries(vars)) element.style.setProperty(`--${name}`, value);
  for (const [name, listener] of Object.entries(on)) element.addEventListener(name, listener);
  element.append(...filled(children));
  return element;
}

/** Set, or with false or null remove, one attribute; of aria-* false is a value like any other. */
export function attribute(element, name, value) {
  if (typeof value === "boolean" && name.startsWith("aria-")) element.setAttribute(name, String(value));
  else if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** Put `children` in the place of what `element` holds. */
export function fill(element, ...children) {
  element.replaceChildren(...filled(children));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** Return a function that runs `act` once calls have paused for `ms`. */
export function debounced(act, ms) {
  let timer = 0;
  const later = (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...values), ms);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

function filled(children) {
  return children.flat().filter((child) => child !== null && child !== undefined && child !== false);
}
