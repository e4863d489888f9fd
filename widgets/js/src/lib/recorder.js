// Camera and microphone into one video file.

const KINDS = [
  "video/webm;codecs=vp9,opus",
  "video/webm;codecs=vp8,opus",
  "video/webm",
  "video/mp4",
];

/** Whether this browser can record here, else the sentence that says why not. */
export function cannotRecord(where = globalThis) {
  if (where.isSecureContext === false)
    return "The browser lets a page use the camera only over https. Record with the camera app and choose the file.";
  if (!where.navigator?.mediaDevices?.getUserMedia || !where.MediaRecorder)
    return "This browser cannot record. Record with the camera app and choose the file.";
  return "";
}

const REFUSED = {
  NotAllowedError: "The browser may not use the camera. Allow it in the address bar, then try again.",
  NotFoundError: "No camera was found. Plug one in, or choose a file.",
  NotReadableError: "Another program holds the camera. Close it there, then try again.",
};

/** Recorders that record now: page.js does not reload a page under one. */
const recordings = () => (window.__practikaRecordings ??= new Set());

/** The sentence for an error of getUserMedia. */
export const cameraSentence = (error) =>
  REFUSED[error?.name] ?? "The camera did not start. Try again, or choose a file.";

/** The first kind of file this browser can write. */
export const bestKind = (Recorder = globalThis.MediaRecorder) =>
  KINDS.find((kind) => Recorder.isTypeSupported(kind)) ?? "";

export class Recorder {
  constructor({ sound = true, picture = true } = {}) {
    this.wanted = { sound, picture };
    this.facing = "user";
    this.stream = null;
    this.state = "off"; // off, ready, recording, recorded
    this.startedAt = 0;
  }

  /** Ask for the camera; rejects with the browser's error. */
  async open() {
    this.close();
    // Speech clean-up eats held notes and quiet playing, so it stays off.
    const sound = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    const picture = { facingMode: this.facing, width: { ideal: 1280 }, height: { ideal: 720 } };
    this.stream = await navigator.mediaDevices.getUserMedia({
      audio: this.wanted.sound && sound,
      video: this.wanted.picture && picture,
    });
    this.state = "ready";
    return this.stream;
  }

  /** The other camera of a phone. */
  turn() {
    this.facing = this.facing === "user" ? "environment" : "user";
    return this.open();
  }

  start() {
    const mimeType = bestKind();
    this.parts = [];
    this.media = new MediaRecorder(this.stream, mimeType ? { mimeType, videoBitsPerSecond: 4_000_000 } : {});
    this.media.ondataavailable = (event) => event.data.size && this.parts.push(event.data);
    this.media.start(1000);
    recordings().add(this);
    this.startedAt = Date.now();
    this.state = "recording";
  }

  /** Ends the recording; resolves to a File with the given name before its ending. */
  stop(name) {
    return new Promise((resolve) => {
      this.media.onstop = () => {
        const type = (this.media.mimeType || "video/webm").split(";")[0];
        const file = new File(this.parts, `${name}.${type.endsWith("mp4") ? "mp4" : "webm"}`, { type });
        this.parts = [];
        this.state = "recorded";
        recordings().delete(this);
        resolve(file);
      };
      this.media.stop();
    });
  }

  /** Seconds recorded so far. */
  get seconds() {
    return this.state === "recording" ? (Date.now() - this.startedAt) / 1000 : 0;
  }

  /** Lets go of camera and microphone. */
  close() {
    if (this.media?.state === "recording") this.media.stop();
    recordings().delete(this);
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.state = "off";
  }
}
