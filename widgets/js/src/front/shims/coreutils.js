// What ipywidgets uses of Lumino's core.
export { JSONExt } from "@lumino/coreutils/src/json.ts";
export { PromiseDelegate } from "@lumino/coreutils/src/promise.ts";
export { Token } from "@lumino/coreutils/src/token.ts";
import { uuid4 } from "./uuid.js";

export const UUID = { uuid4 };
