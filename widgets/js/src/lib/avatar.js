// The round badge of a person: their picture, and their initials where there is none.
import { html, nothing } from "./dom.js";
import { url } from "./base.js";

/** Drop a picture that does not come: the initials stand below it. */
const drop = (event) => event.target.remove();

/** `one` has initials and picture; the name stands beside it, so it says nothing itself. */
export const avatar = (one, size = "") => html`<span class="avatar ${size}" aria-hidden="true">${one.initials}${
  one.picture ? html`<img src=${url(one.picture)} alt="" loading="lazy" decoding="async" @error=${drop}>` : nothing}</span>`;
