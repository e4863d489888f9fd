// The page in its final size while the first numbers are on their way.
import { html } from "../lib/dom.js";

const bar = (inline, block) => html`<span class="skel" style="inline-size:${inline};block-size:${block}"></span>`;

const shape = (head) => html`<div aria-busy="true" aria-label="Loading" role="group">${head}
  <div class="filters">${[1, 2, 3, 4].map(() => html`<div class="field">${bar("4rem", "1rem")}${bar("100%", "2.5rem")}</div>`)}</div>
  <div class="card flush"><div class="overview">${[1, 2, 3, 4, 5].map(() => html`<div class="fig stack tight">${bar("60%", "1rem")}${bar("40%", "1.75rem")}${bar("80%", ".875rem")}</div>`)}</div></div>
  <div class="co"><div class="card c7">${bar("100%", "18rem")}</div><div class="card c5">${bar("100%", "18rem")}</div></div></div>`;

export const skeleton = shape(html`<div class="head"><div class="stack tight">${bar("14rem", "2rem")}${bar("24rem", "1.25rem")}</div></div>`);

/** The same with what is known before the numbers: what they will be about. */
export const outline = (view) => shape(html`<div class="head"><div><h1 tabindex="-1">${view.title}</h1><p role="status">${view.line}</p></div></div>`);
