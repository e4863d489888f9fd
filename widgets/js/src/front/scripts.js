// A widget's script as the kernel names it: a first line that says which of our own files it is.

const REFERENCE = /^\/\/practika:([\w.-]+\.(?:js|css)\?v=[0-9a-f]{8,64})(?:\r?\n|$)/;

/** "student.js?v=0123abcd" for a text that begins with such a line, else null. */
export const reference = (text) => REFERENCE.exec(typeof text === "string" ? text : "")?.[1] ?? null;

/** The whole address of a script or style of ours; any other text stays what it is. */
export function address(text, base, origin) {
  const file = reference(text);
  return file ? new URL(`${base}practika/static/${file}`, origin).href : text;
}

/** Put addresses in the place of the references in a widget's state. */
export function link(state, base, origin) {
  for (const name of ["_esm", "_css"]) if (state[name]) state[name] = address(state[name], base, origin);
  return state;
}
