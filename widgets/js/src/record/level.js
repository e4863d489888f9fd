// How loud the microphone hears, and whether it hears anything. The judging part is pure.

const SILENT = 0.002; // a peak of -54 dB: under the noise of any microphone that is on
const AFTER_MS = 4000;

/** Decides from a run of levels whether nothing is heard. */
export class Hearing {
  constructor() {
    this.heardAt = null;
    this.silent = false;
  }

  /** True when the answer changed. */
  push(level, now) {
    this.heardAt ??= now;
    if (level >= SILENT) this.heardAt = now;
    const silent = now - this.heardAt >= AFTER_MS;
    const changed = silent !== this.silent;
    this.silent = silent;
    return changed;
  }
}

/** 0 to 1 on a meter whose left end is -60 dB. */
export const onMeter = (level) => Math.max(0, Math.min(1, 1 + Math.log10(Math.max(level, 1e-6)) / 3));

/** Calls `heard(level)` ten times a second for the sound of a stream; returns how to stop. */
export function listen(stream, heard) {
  const Context = globalThis.AudioContext ?? globalThis.webkitAudioContext;
  if (!Context || !stream.getAudioTracks().length) return () => {};
  const context = new Context();
  const analyser = context.createAnalyser();
  analyser.fftSize = 8192; // 170 ms: nothing falls between two looks
  context.createMediaStreamSource(stream).connect(analyser);
  const wave = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    if (context.state !== "running") return void context.resume().catch(() => {});
    analyser.getFloatTimeDomainData(wave);
    heard(wave.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
  }, 100);
  return () => {
    clearInterval(timer);
    context.close();
  };
}
