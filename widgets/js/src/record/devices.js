// Where picture and sound come from, and why they sometimes do not.

/** What can be recorded; `picture` says that a take may be made of it. */
export const SOURCES = [
  { id: "camera", name: "Camera", icon: "video", picture: true },
  { id: "screen", name: "Screen", icon: "monitor", picture: true },
  { id: "voice", name: "Voice only", icon: "mic", picture: false },
];

const BITS = { camera: 4_000_000, screen: 3_000_000, voice: 0 };
const SOUND_BITS = 128_000;

/** Bits a second a source makes. */
export const bitsOf = (source) => BITS[source] + SOUND_BITS;

const KINDS = {
  picture: ["video/webm;codecs=vp9,opus", "video/webm;codecs=vp8,opus", "video/webm", "video/mp4"],
  sound: ["audio/webm;codecs=opus", "audio/mp4", "audio/webm", "audio/ogg;codecs=opus"],
};

/** The first kind of file this browser can write. */
export const bestKind = (source, Recorder = globalThis.MediaRecorder) =>
  KINDS[source === "voice" ? "sound" : "picture"].find((kind) => Recorder.isTypeSupported(kind)) ?? "";

/** "video/webm;codecs=vp9" -> ["video/webm", "webm"] */
export function plain(kind) {
  const type = kind.split(";")[0] || "video/webm";
  const ending = type.split("/")[1];
  return [type, type === "audio/mp4" ? "m4a" : ending];
}

/** Whether this browser can record here, else the sentence that says why not. */
export function cannotRecord(where = globalThis) {
  if (where.isSecureContext === false)
    return "The browser lets a page use the camera only over https. Record with the camera app and choose the file.";
  if (!where.navigator?.mediaDevices?.getUserMedia || !where.MediaRecorder)
    return "This browser cannot record. Record with the camera app and choose the file.";
  return "";
}

const THING = { camera: "the camera and the microphone", screen: "the screen", voice: "the microphone" };
const FEW = { camera: "No camera or no microphone was found.", screen: "There is no screen to record.", voice: "No microphone was found." };

/** The sentence for an error of getUserMedia or getDisplayMedia. */
export function whyNot(error, source) {
  if (error?.name === "NotAllowedError" && source === "screen")
    return "No screen was shared. Press Try again and choose a window or a screen.";
  if (error?.name === "NotAllowedError")
    return `The browser may not use ${THING[source]}. Press the sign left of the address, allow it for this page, then try again.`;
  if (error?.name === "NotFoundError") return `${FEW[source]} Plug one in, or choose a file.`;
  if (error?.name === "NotReadableError") return `Another program holds ${THING[source]}. Close it there, then try again.`;
  return "The recording did not start. Try again, or choose a file.";
}

/** What this browser can record from, of what is wanted: a phone cannot record its screen. */
export const sourcesHere = (wanted, devices = globalThis.navigator?.mediaDevices) =>
  SOURCES.filter((one) => wanted.includes(one.id) && (one.id !== "screen" || devices?.getDisplayMedia));

// Speech clean-up eats held notes and quiet playing, so it stays off.
const soundOf = (id) => ({
  echoCancellation: false, noiseSuppression: false, autoGainControl: false, ...(id ? { deviceId: { exact: id } } : {}),
});

const pictureOf = ({ camera, facing }) => ({
  width: { ideal: 1280 }, height: { ideal: 720 }, ...(camera ? { deviceId: { exact: camera } } : { facingMode: facing }),
});

/** Opens a source; `choice` is {source, camera, microphone, facing}. Rejects with the browser's error. */
export async function openSource(choice) {
  const devices = navigator.mediaDevices;
  const audio = soundOf(choice.microphone);
  if (choice.source === "voice") return alone(await devices.getUserMedia({ audio }));
  if (choice.source === "camera") return alone(await devices.getUserMedia({ audio, video: pictureOf(choice) }));
  const screen = await devices.getDisplayMedia({ video: { frameRate: { ideal: 30 } }, audio: true });
  try {
    return together(screen, await devices.getUserMedia({ audio }));
  } catch (error) {
    screen.getTracks().forEach((track) => track.stop());
    throw Object.assign(new Error(error.message), { name: error.name, source: "voice" });
  }
}

const alone = (stream) => ({ stream, close: () => stream.getTracks().forEach((track) => track.stop()) });

/** The screen's picture with its sound and the microphone's in one track. */
function together(screen, voice) {
  const context = new AudioContext();
  const mixed = context.createMediaStreamDestination();
  for (const one of [screen, voice]) {
    if (one.getAudioTracks().length) context.createMediaStreamSource(one).connect(mixed);
  }
  const stream = new MediaStream([...screen.getVideoTracks(), ...mixed.stream.getAudioTracks()]);
  const close = () => {
    [screen, voice].forEach((one) => one.getTracks().forEach((track) => track.stop()));
    context.close();
  };
  return { stream, close };
}

/** Cameras and microphones by name; names are known once one was opened. */
export async function devicesHere() {
  const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  const of = (kind) => all.filter((one) => one.kind === kind && one.deviceId && one.label && !["default", "communications"].includes(one.deviceId));
  return { cameras: of("videoinput"), microphones: of("audioinput") };
}

/** Phones have a front and a back; there the other side is what people look for. */
export const canFlip = () => matchMedia("(pointer: coarse)").matches && Boolean(navigator.mediaDevices.getSupportedConstraints().facingMode);
