import { html, nothing } from "./dom.js";

/** A button that moves something `way` in its list, "up" or "down". */
export const mover = (way, label, disabled, press) => html`<button class="btn icon quiet ${way}" type="button" aria-label=${label} title=${way === "up" ? "Up" : "Down"} ?disabled=${disabled} @click=${press}><i class="i i-chevron-down" aria-hidden="true" style=${way === "up" ? "scale:1 -1" : nothing}></i></button>`;
