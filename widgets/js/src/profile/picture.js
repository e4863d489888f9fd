// A square of a photo, chosen by dragging or by three sliders, and made small before it is sent.
// The server makes its own picture of whatever comes; this only says which part, and saves time.
import { html, render } from "../lib/dom.js";
import { note } from "../lib/base.js";

export const EDGE = 512; // pixels of a side that are sent
const CLOSEST = 4;
const NO_PICTURE = "This browser cannot show that file as a picture. Choose a JPEG, PNG or WebP photo.";

const within = (low, value, high) => Math.max(low, Math.min(high, value));

/**
 * The square of a photo that is cut out: left, top and side, in its pixels. `zoom` goes from 1, the
 * largest square there is, to `CLOSEST`; `x` and `y` from 0 to 1, from one end to the other. Pure.
 */
export function square({ width, height }, { zoom, x, y }) {
  const side = Math.min(width, height) / within(1, zoom, CLOSEST);
  return { left: within(0, x, 1) * (width - side), top: within(0, y, 1) * (height - side), side };
}

/** Where the square is after it was dragged by so many edges of itself. Pure. */
export function dragged(size, at, across, down) {
  const { side } = square(size, at);
  const move = (share, room, by) => (room > 0 ? within(0, share - (by * side) / room, 1) : share);
  return { ...at, x: move(at.x, size.width - side, across), y: move(at.y, size.height - side, down) };
}

class Crop {
  constructor(form) {
    Object.assign(this, { form, place: form.querySelector("[data-crop]"), field: form.querySelector("input[type=file]") });
    this.photo = null;
    this.field.addEventListener("change", () => this.choose(this.field.files[0]));
    form.addEventListener("submit", (event) => this.submit(event));
  }

  async choose(file) {
    this.photo?.close();
    this.photo = null;
    this.at = { zoom: 1, x: 0.5, y: 0.5 };
    this.problem = "";
    if (file) {
      try {
        this.photo = await createImageBitmap(file, { imageOrientation: "from-image" });
      } catch {
        this.problem = NO_PICTURE;
      }
    }
    this.draw();
  }

  change(more) {
    Object.assign(this.at, more);
    this.draw();
  }

  draw() {
    this.place.hidden = !this.photo && !this.problem;
    render(this.photo ? this.body() : this.problem ? note("bad", this.problem) : "", this.place);
    const canvas = this.place.querySelector("canvas");
    if (canvas && this.photo) this.paint(canvas);
  }

  body() {
    const slider = (name, label, low, high) => html`<div class="field"><label for="pk-crop-${name}">${label}</label>
      <input id="pk-crop-${name}" type="range" min=${low} max=${high} step="0.01" .value=${String(this.at[name])}
        @input=${(event) => this.change({ [name]: Number(event.target.value) })}></div>`;
    return html`<div class="pk-crop"><canvas width=${EDGE} height=${EDGE} role="img" aria-label="What is shown of the picture"
        @pointerdown=${(event) => this.hold(event)} @pointermove=${(event) => this.drag(event)} @pointerup=${() => (this.held = null)} @pointercancel=${() => (this.held = null)}></canvas>
      <div class="stack">${slider("zoom", "Closer", 1, CLOSEST)}${slider("x", "Left or right", 0, 1)}${slider("y", "Up or down", 0, 1)}</div></div>`;
  }

  paint(canvas) {
    const pen = canvas.getContext("2d");
    const { left, top, side } = square(this.photo, this.at);
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, EDGE, EDGE);
    pen.imageSmoothingQuality = "high";
    pen.drawImage(this.photo, left, top, side, side, 0, 0, EDGE, EDGE);
  }

  hold(event) {
    event.target.setPointerCapture(event.pointerId);
    this.held = { x: event.clientX, y: event.clientY };
  }

  drag(event) {
    if (!this.held) return;
    const shown = event.target.clientWidth || EDGE;
    const by = [(event.clientX - this.held.x) / shown, (event.clientY - this.held.y) / shown];
    this.held = { x: event.clientX, y: event.clientY };
    this.change(dragged(this.photo, this.at, ...by));
  }

  /** Send the square instead of the photo; without one, the form goes as it is; what is none stays here. */
  submit(event) {
    if (event.submitter?.value === "remove" || !(this.photo || this.problem)) return;
    event.preventDefault();
    if (this.problem) return;
    this.place.querySelector("canvas").toBlob((blob) => {
      if (!blob) return this.form.submit();
      const files = new DataTransfer();
      files.items.add(new File([blob], "picture.jpg", { type: blob.type }));
      this.field.files = files.files;
      return this.form.submit();
    }, "image/jpeg", 0.92);
  }
}

export const watchPicture = (form) => form && new Crop(form);
