/** The ids with one of them taken to another place, counted without it. */
export function placed(ids, id, to) {
  const rest = ids.filter((one) => one !== id);
  return [...rest.slice(0, to), id, ...rest.slice(to)];
}
