// Which file of a video is played, and whether its captions are shown; both kept per browser.
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
