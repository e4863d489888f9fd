// Which file of a video is played, and whether its captions are shown; both kept per browser.
import { html, nothing } from "../lib/dom.js";
import { remember, remembered } from "./address.js";

/** The files of a VideoView this browser can play; empty when there is nothing to choose. */
export function qualitiesOf(video, canPlay = canPlayHere) {
  const able = (video?.qualities ?? []).filter((one) => one.key === "web" || canPlay(one.type));
  return able.length > 1 ? able : [];
}

let asked = null;

function canPlayHere(type) {
  asked ??= document.createElement("video");
  return asked.canPlayType(type) !== "";
}

/** The chosen quality's key; "web" until somebody wants the original. */
export const quality = () => remembered("quality", "web");

export const setQuality = (key) => remember("quality", key);

/** The VideoView with the address of the chosen file. */
export function asChosen(video, key = quality()) {
  const found = qualitiesOf(video).find((one) => one.key === key);
  return found && video.ready ? { ...video, src: found.src } : video;
}

export const captionsOn = () => remembered("captions", "off") === "on";

export const setCaptions = (on) => remember("captions", on ? "on" : "off");

/** Show or hide what a video's track says. */
export function showCaptions(element, on) {
  for (const track of element?.textTracks ?? []) track.mode = on ? "showing" : "disabled";
}

/** The choice among a video's files as a list; of one whose original is gone, that it is. */
export function qualityList(video, chosen, choose, name) {
  const able = qualitiesOf(video);
  if (!able.length) return video?.removed ? html`<span class="meta" style="padding-inline:var(--pk-2)" title=${video.removed}>Web copy<span class="vh">. ${video.removed}</span></span>` : nothing;
  return html`<label class="vh" for=${name}>Quality</label><select class="in" id=${name} style="inline-size:auto" title="Quality"
    @change=${(event) => choose(event.target.value)}>${able.map((one) => html`<option value=${one.key} .selected=${one.key === chosen}>${one.label}</option>`)}</select>`;
}
