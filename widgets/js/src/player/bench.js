// Video elements that outlive a redraw: swapping A and B moves them, nothing loads twice.
import { url } from "../lib/base.js";

const TWIN = " twin";

export class Bench {
  /** `known()` is called when a video's length and shape are known, or it cannot be played. */
  constructor(known = () => {}) {
    this.made = new Map();
    this.known = known;
  }

  /** The element for a VideoView, made when first asked for; null while there is nothing to play.
   *  A video beside itself needs a second element: its `twin`. */
  of(video, label, twin = false) {
    if (!video?.ready || !video.src) return null;
    const name = video.src + (twin ? TWIN : "");
    let element = this.made.get(name);
    if (!element) {
      element = fresh(video);
      for (const news of ["loadedmetadata", "durationchange", "error"]) {
        element.addEventListener(news, this.known);
      }
      this.made.set(name, element);
    }
    element.setAttribute("aria-label", label);
    return element;
  }

  /** Let go of every video but these VideoViews', so that none keeps loading unseen. */
  keep(videos) {
    const wanted = new Set();
    for (const video of videos.filter(Boolean)) wanted.add(wanted.has(video.src) ? video.src + TWIN : video.src);
    for (const [name, element] of this.made) {
      if (wanted.has(name)) continue;
      unload(element);
      this.made.delete(name);
    }
  }

  close() {
    this.keep([]);
  }
}

function fresh(video) {
  const element = document.createElement("video");
  element.preload = "auto";
  element.playsInline = true;
  element.disablePictureInPicture = true;
  element.muted = true;
  if (video.poster) element.poster = url(video.poster);
  element.style.cssText = "display:block;inline-size:100%;block-size:100%;object-fit:contain";
  element.src = url(video.src);
  if (video.captions) element.append(trackOf(video));
  return element;
}

function trackOf(video) {
  const track = document.createElement("track");
  Object.assign(track, { kind: "captions", label: "Comments", srclang: "en", src: url(video.captions) });
  return track;
}

function unload(element) {
  element.pause();
  element.removeAttribute("src");
  element.load();
}
