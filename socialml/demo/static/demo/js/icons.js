/** The icons: strokes in a square of 24, coloured as the text around them. */

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  heart: "M12 20.5S3.5 15.6 3.5 9.4A4.7 4.7 0 0 1 12 6.7a4.7 4.7 0 0 1 8.5 2.7c0 6.2-8.5 11.1-8.5 11.1Z",
  comment: "M20.5 11.5a8 8 0 0 1-8.5 7.9 9.6 9.6 0 0 1-3.2-.6L4 20.3l1.4-4a7.5 7.5 0 0 1-1.9-4.8 8 8 0 0 1 8.5-7.9 8 8 0 0 1 8.5 7.9Z",
  save: "M6.5 3.8h11a1 1 0 0 1 1 1v15.4L12 15.6l-6.5 4.6V4.8a1 1 0 0 1 1-1Z",
  share: "M13.5 5.5 20.5 12l-7 6.5v-4C8 14.5 5 16.4 3.5 19.5c.2-5.4 3.2-9.6 10-10Z",
  less: "M3.5 3.5l17 17M10 5.6c.6-.1 1.3-.1 2-.1 4.6 0 7.8 3.2 9.5 6.5a14 14 0 0 1-2.8 3.7M6.3 7.3A13.5 13.5 0 0 0 2.5 12c1.7 3.3 4.9 6.5 9.5 6.5 1.9 0 3.5-.5 4.9-1.3M9.9 10a3 3 0 0 0 4.2 4.2",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  home: "M3.5 11 12 3.8l8.5 7.2M5.5 9.5v10.2h4.7v-5.5h3.6v5.5h4.7V9.5",
  search: "M10.8 17.6a6.8 6.8 0 1 0 0-13.6 6.8 6.8 0 0 0 0 13.6ZM16 16l4.5 4.5",
  plus: "M12 5v14M5 12h14",
  person: "M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 20.5c.8-4 4-6 8-6s7.2 2 8 6",
  people: "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 19.5c.6-3.3 3.2-5 6.5-5s5.9 1.7 6.5 5M16 5a3.5 3.5 0 0 1 0 6.5M18 14.8c1.9.7 3.1 2.2 3.5 4.7",
  clock: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 7.5V12l3 2",
  sparkle: "M12 3.5l1.9 5.1a3 3 0 0 0 1.5 1.5l5.1 1.9-5.1 1.9a3 3 0 0 0-1.5 1.5L12 20.5l-1.9-5.1a3 3 0 0 0-1.5-1.5L3.5 12l5.1-1.9a3 3 0 0 0 1.5-1.5Z",
  sound: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5ZM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
  muted: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5ZM16 9.5l5 5M21 9.5l-5 5",
  play: "M7.5 4.5v15l12-7.5Z",
  close: "M6 6l12 12M18 6 6 18",
  back: "M14.5 5 7.5 12l7 7",
  up: "M6 14.5 12 8.5l6 6",
  down: "M6 9.5l6 6 6-6",
  send: "M4 12 20.5 4 15 20.5l-3.2-7Z",
  check: "M5 12.5l4.5 4.5L19 7.5",
  film: "M4.5 4.5h15v15h-15ZM8.5 4.5v15M15.5 4.5v15M4.5 9.5h4M4.5 14.5h4M15.5 9.5h4M15.5 14.5h4",
  warning: "M12 4 2.8 19.8h18.4ZM12 10v4.5M12 17.2h.01",
  cloud: "M7.5 18.5a4.5 4.5 0 0 1-.5-9 5.5 5.5 0 0 1 10.5 1 4 4 0 0 1 0 8ZM9.5 12l5 4M14.5 12l-5 4",
  flag: "M5.5 21V4M5.5 4.5c4-2.5 7.5 2 13 0v9.5c-5.5 2-9-2.5-13 0",
  mute: "M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 20.5c.8-4 4-6 8-6M16 16l5 5M21 16l-5 5",
  block: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM6 6l12 12",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1",
  trash: "M4.5 6.5h15M9.5 6V4h5v2M6.5 6.5l.8 13.5h9.4l.8-13.5M10.3 10.5v6M13.7 10.5v6",
  out: "M14 4.5H5.5v15H14M10 12h10.5M17 8.5l3.5 3.5-3.5 3.5",
  keyboard: "M3.5 6.5h17v11h-17ZM7 10h.01M10.3 10h.01M13.7 10h.01M17 10h.01M8 14h8",
  tune: "M4 7h10M18 7h2M4 17h2M10 17h10M16 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM8 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  chart: "M4 4v16h16M8 16v-4M12 16V8M16 16v-6M20 16V5",
  docs: "M6 3.5h8l4.5 4.5v12.5H6ZM13.5 3.5v5h5M9 13h6M9 16.5h6",
};

/** Return the icon called `name`; what it means is said by the element that holds it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon", `icon-${name}`);
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
