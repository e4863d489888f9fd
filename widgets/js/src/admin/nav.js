// The ways from one of the admin's views to another, above each of them.
import { html, nothing } from "../lib/dom.js";
import { onOurPage } from "../lib/base.js";

const PLACES = [["", "People"], ["invitations", "Invitations"], ["courses", "Courses"], ["exercises", "Exercises"], ["storage", "Storage"], ["health", "Health"], ["audit", "Audit log"], ["settings", "Settings"]];

const onAdminsPage = () => onOurPage() && /\/admin\/?$/.test(location.pathname);

/** A row of links; the one that is open is marked. Elsewhere, as in a notebook's cell, there is none. */
export const places = (open) => (onAdminsPage()
  ? html`<nav class="row wrap" aria-label="Administration" style="gap:var(--pk-2);margin-block-end:var(--pk-5)">${PLACES.map(([view, words]) => html`<a class="chip" data-go href=${view ? `?view=${view}` : "?"} aria-current=${view === open ? "page" : nothing} style=${view === open ? "background:var(--pk-accent-soft);border-color:var(--pk-accent);color:var(--pk-accent-ink);text-decoration:none" : "text-decoration:none"}>${words}</a>`)}</nav>`
  : nothing);

export const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

/** What stands inside a card without a table: the same distance from its edge as one has. */
export const inside = (more) => html`<div style="padding:0 min(var(--pk-gutter), var(--pk-5)) var(--pk-5)">${more}</div>`;
