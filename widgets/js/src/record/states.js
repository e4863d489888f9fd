// What a recording goes through, as a table. Pure: the time is given, nothing is touched.
//
//   closed -> asking -> ready -> recording <-> paused -> ending -> looking -> used
//                ^                                                  |
//                +---------------------- retake --------------------+

const MOVES = {
  closed: { ask: "asking" },
  asking: { opened: "ready", refused: "refused", cancel: "closed" },
  refused: { ask: "asking", cancel: "closed" },
  ready: { ask: "asking", start: "recording", lost: "refused", cancel: "closed" },
  recording: { pause: "paused", stop: "ending" },
  paused: { resume: "recording", stop: "ending" },
  ending: { ended: "looking" },
  looking: { retake: "closed", use: "used", cancel: "closed" },
  used: {},
};

export const CLOSED = Object.freeze({ phase: "closed", ms: 0, since: null });

/** The state after an event; an event that has no place in this state changes nothing. */
export function step(state, event, now) {
  const phase = MOVES[state.phase]?.[event];
  if (!phase) return state;
  if (phase === "closed" || phase === "asking") return { ...CLOSED, phase };
  const ms = state.since === null ? state.ms : state.ms + (now - state.since);
  return { phase, ms, since: phase === "recording" ? now : null };
}

/** Seconds recorded by now; pauses do not count. */
export const seconds = ({ ms, since }, now) => (ms + (since === null ? 0 : now - since)) / 1000;

/** Whether the camera or the microphone writes, or will go on to. */
export const running = ({ phase }) => phase === "recording" || phase === "paused" || phase === "ending";

/** Seconds that fit into so many bytes at so many bits a second. */
export const fits = (bytes, bits) => Math.floor((bytes * 8) / bits);
