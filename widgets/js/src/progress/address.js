// What is chosen on the page lives in its address, so that a link shows the same.
import { onOurPage } from "../lib/base.js";

export const FILTERS = ["term", "course", "cohort", "exercise"];
const SORTS = /^(name|takes|submitted|replied|hours|last|exercises)(-?)$/;

/** {filters, explain, sort} out of a query; what it does not name is empty. */
export function read(query) {
  const params = new URLSearchParams(query);
  const sort = SORTS.exec(params.get("sort") ?? "");
  return {
    filters: Object.fromEntries(FILTERS.map((name) => [name, params.get(name) ?? ""])),
    explain: params.get("explain") ?? "",
    sort: sort ? { by: sort[1], down: sort[2] === "-" } : { by: "name", down: false },
  };
}

/** The query for a state; "" when nothing is chosen. */
export function write({ filters, explain, sort }) {
  const params = new URLSearchParams();
  for (const name of FILTERS) if (filters[name]) params.set(name, filters[name]);
  if (explain) params.set("explain", explain);
  if (sort.by !== "name" || sort.down) params.set("sort", `${sort.by}${sort.down ? "-" : ""}`);
  const text = params.toString();
  return text ? `?${text}` : "";
}

/** In a notebook's cell the address belongs to somebody else: nothing is read or written. */
export const readAddress = () => read(onOurPage() ? location.search : "");

const filtersOf = (query) => JSON.stringify(read(query).filters);

/** A new filter is a step one can go back from; sorting and explaining are not. */
export function writeAddress(state) {
  if (!onOurPage()) return;
  const query = write(state);
  if (query === location.search) return;
  const step = filtersOf(query) === filtersOf(location.search) ? "replaceState" : "pushState";
  history[step](history.state, "", location.pathname + query);
}
