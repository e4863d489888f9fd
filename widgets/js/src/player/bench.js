// Video elements that outlive a redraw: swapping A and B moves them, nothing loads twice.
import { url } from "../lib/base.js";

export class Bench {
  /** `known()` is called when a video's length and shape are known, or it cannot be played. */
  constructor(known = () => {}) {
    this.made = new Map();
    this.known = known;
  }

  /** The element for a VideoView, made when first asked for; null while there is nothing to play. */
  of(video, label) {
    if (!video?.ready || !video.src) return null;
    let element = this.made.get(video.src);
    if (!element) {
      element = fresh(video);
      for (const news of ["loadedmetadata", "durationchange", "error"]) {
        element.addEventListener(news, this.known);
      }
      this.made.set(video.src, element);
    }
    element.setAttribute("aria-label", label);
    return element;
  }

  /** Let go of every video but these VideoViews', so that none keeps loading unseen. */
  keep(videos) {
    const wanted = new Set(videos.filter(Boolean).map((video) => video.src));
    for (const [src, element] of this.made) {
      if (wanted.has(src)) continue;
      unload(element);
      this.made.delete(src);
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
  return element;
}

function unload(element) {
  element.pause();
  element.removeAttribute("src");
  element.load();
}
