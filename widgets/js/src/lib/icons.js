import { html } from "lit-html";

/** An icon of icons.css; decoration only, the words stand beside it. */
export const icon = (name) => html`<i class="i i-${name}" aria-hidden="true"></i>`;

const MARKS = { fix: "To fix", keep: "Keep", ask: "Question", draw: "Drawing" };

/** What a mark is called. */
export const markName = (kind) => MARKS[kind] ?? "Comment";

/** The shape of a comment's kind: triangle, circle, diamond, square. */
export const mark = (kind) => html`<i class="mk ${kind === "keep" ? "" : kind}" aria-hidden="true"></i>`;
