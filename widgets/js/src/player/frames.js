// The times of a video's real pictures, so that a step is one picture even where the pace changes.
import { url } from "../lib/base.js";

const known = new Map();
const counted = new WeakMap();

export class FrameTimes {
  /** `runs` is `[[microseconds, count], ...]` from the first picture on. */
  constructor(runs) {
    const starts = [0];
    for (const [length, count] of runs) {
      for (let n = 0; n < count; n += 1) starts.push(starts.at(-1) + length);
    }
    this.starts = Float64Array.from(starts, (at) => at / 1e6);
  }

  get count() {
    return this.starts.length - 1;
  }

  /** Which picture is shown at `seconds`, from 0. */
  index(seconds) {
    let [low, high] = [0, this.count];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.starts[middle] <= seconds + 1e-5) low = middle;
      else high = middle;
    }
    return low;
  }

  /** The middle of the picture `steps` on from the one shown at `seconds`. */
  stepped(seconds, steps) {
    const n = Math.max(0, Math.min(this.count - 1, this.index(seconds) + steps));
    return (this.starts[n] + this.starts[n + 1]) / 2;
  }
}

/** The FrameTimes of a VideoView, or null until they are here; `arrived()` is called then. */
export function framesOf(video, arrived) {
  if (video?.runs) return told(video.runs);
  if (!video?.frames) return null;
  if (known.has(video.frames)) return known.get(video.frames);
  known.set(video.frames, null);
  fetch(url(video.frames), { credentials: "same-origin" })
    .then((answer) => (answer.ok ? answer.json() : []))
    .catch(() => [])
    .then((runs) => {
      if (!runs.length) return;
      known.set(video.frames, new FrameTimes(runs));
      arrived();
    });
  return null;
}

/** Times that came with the video itself: a notebook's files have no address of ours. */
function told(runs) {
  if (!counted.has(runs)) counted.set(runs, new FrameTimes(runs));
  return counted.get(runs);
}
