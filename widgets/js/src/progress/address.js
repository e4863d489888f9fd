// What is chosen on the page lives in its address, so that a link shows the same.
import { onOurPage } from "../lib/base.js";

export const FILTERS = ["term", "course", "cohort", "exercise", "teacher", "since", "until"];
const SORTS = /^(name|submitted|replied|hours|last|exercises)(-?)$/;
/** What else an address says: the explanation that is open, the rows behind a bar, two groups. */
const OTHERS = ["explain", "rows", "a", "b"];

/** {filters, sort, explain, rows, a, b} out of a query; what it does not name is empty. */
export function read(query) {
  const params = new URLSearchParams(query);
  const sort = SORTS.exec(params.get("sort") ?? "");
  return {
    filters: Object.fromEntries(FILTERS.map((name) => [name, params.get(name) ?? ""])),
    ...Object.fromEntries(OTHERS.map((name) => [name, params.get(name) ?? ""])),
    sort: sort ? { by: sort[1], down: sort[2] === "-" } : { by: "name", down: false },
  };
}

/** The query for a state; "" when nothing is chosen. */
export function write({ filters, sort, ...others }) {
  const params = new URLSearchParams();
  for (const name of FILTERS) if (filters[name]) params.set(name, filters[name]);
  for (const name of OTHERS) if (others[name]) params.set(name, others[name]);
  if (sort.by !== "name" || sort.down) params.set("sort", sortWord(sort));
  const text = params.toString();
  return text ? `?${text}` : "";
}

/** "hours-" for the longest wait first. */
export const sortWord = ({ by, down }) => `${by}${down ? "-" : ""}`;

/** In a notebook's cell the address belongs to somebody else: nothing is read or written. */
export const readAddress = () => read(onOurPage() ? location.search : "");

/** What going back undoes: another choice of filters, rows or groups. */
const stepOf = (query) => {
  const { filters, rows, a, b } = read(query);
  return JSON.stringify([filters, rows, a, b]);
};

/** A new filter is a step one can go back from; sorting and explaining are not. */
export function writeAddress(state) {
  if (!onOurPage()) return;
  const query = write(state);
  if (query === location.search) return;
  const step = stepOf(query) === stepOf(location.search) ? "replaceState" : "pushState";
  history[step](history.state, "", location.pathname + query);
}
