// What the lines of time of a notebook's own files show. It comes with the widget, not by address.

/** Filmstrips by side as a video has them; the bytes get an address once, for as long as they are shown. */
export class Strips {
  constructor() {
    this.sides = {};
    this.given = null;
  }

  /** What to add to the video of a side. */
  of(given, letter) {
    if (given !== this.given) this.take(given);
    return this.sides[letter];
  }

  take(given) {
    this.close();
    this.given = given;
    for (const [letter, one] of Object.entries(given ?? {})) {
      this.sides[letter] = { ...one, film: one.film && URL.createObjectURL(pictureOf(one.film)) };
    }
  }

  close() {
    Object.values(this.sides).forEach((one) => one.film && URL.revokeObjectURL(one.film));
    this.sides = {};
  }
}

const pictureOf = (text) => new Blob([Uint8Array.from(atob(text), (one) => one.charCodeAt(0))], { type: "image/jpeg" });
