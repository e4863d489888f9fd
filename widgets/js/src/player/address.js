// The view's state in the page's address, so that a link shows what its sender saw.

/** Values of `names` in a query string, those that are there. Pure. */
export function readState(query, names) {
  const params = new URLSearchParams(query);
  return Object.fromEntries(names.filter((name) => params.has(name)).map((name) => [name, params.get(name)]));
}

/** `query` with `changes` put in; null, undefined and "" take a name out. Pure. */
export function withState(query, changes) {
  const params = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === "") params.delete(name);
    else params.set(name, String(value));
  }
  return params.toString().replaceAll("%3A", ":");
}

/** Put changes into this page's address without a new entry in the history. */
export function putState(changes) {
  const query = withState(location.search, changes);
  const next = `${location.pathname}${query ? `?${query}` : ""}${location.hash}`;
  if (next !== location.pathname + location.search + location.hash) {
    history.replaceState(history.state, "", next);
  }
}

/** A finite number between `low` and `high`, else `otherwise`. */
export function number(text, low, high, otherwise) {
  const value = Number.parseFloat(text);
  return Number.isFinite(value) ? Math.max(low, Math.min(high, value)) : otherwise;
}

/** Seconds a loop may begin before its start. */
export const PREROLLS = [0, 1, 2, 4];

/** The lead-in an address asks for; anything odd is none. Pure. */
export const leadInFrom = (text) => PREROLLS.find((seconds) => String(seconds) === text) ?? 0;

/** A choice of this person's browser that outlives the page; nothing breaks without storage. */
export function remembered(name, otherwise) {
  try {
    return localStorage.getItem(`practika.${name}`) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function forget(name) {
  try {
    localStorage.removeItem(`practika.${name}`);
  } catch {
    // nothing is kept, then
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(`practika.${name}`, value);
  } catch {
    // a browser that keeps nothing still plays
  }
}
