// The practice loop beside the comments: where it stands, and how it climbs.
import { html, nothing } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { remember, remembered } from "../player/address.js";
import { Practice } from "../player/practice.js";
import { stretch } from "../player/words.js";

/** A comment at a moment is practised with what leads to it and what follows. */
const [BEFORE, AFTER] = [2, 4];
/** Half a second again and again is no music: a shorter range is widened to this, on both sides. */
const SHORTEST = 2;

/** The seconds of the take that are practised for a comment. Pure. */
export function stretchOf({ start, end }) {
  const [from, to] = end === null ? [start - BEFORE, start + AFTER] : [start, end];
  const more = Math.max(0, SHORTEST - (to - from)) / 2;
  return [Math.max(0, from - more), to + more];
}

/** The practice loop of a desk; its settings are this browser's. */
export function practiceOf(desk, tools) {
  const practice = new Practice(desk.clock, {
    changed: tools.redraw,
    settings: kept(),
    tell: ({ id, ...rest }) => {
      if (!desk.view.take_id) return;
      const { seconds, repetitions, rate } = rest;
      tools.ask("practised", { reply: id, seconds, repetitions, rate }).catch(() => {});
    },
  });
  return practice;
}

function kept() {
  try {
    return JSON.parse(remembered("practice", "{}"));
  } catch {
    return {};
  }
}

/** One press on a comment: its range becomes the loop. */
export function practise(desk, tools, reply) {
  const [from, to] = stretchOf(reply).map((at) => desk.onClock(at));
  desk.practice.begin(reply.id, from, Math.min(to, desk.clock.duration));
  tools.say(`Practice loop, ${desk.practice.level} percent`);
}

/** The button on a comment. */
export function practiseButton(desk, tools, reply) {
  if (reply.start === null || reply.kind === "keep") return nothing;
  const on = desk.practice.id === reply.id;
  return html`<button class="btn sm ${!on && reply.id === desk.current ? "primary" : ""}" type="button" aria-pressed=${on}
    @click=${() => (on ? desk.practice.end() : practise(desk, tools, reply))}>${icon("repeat")}${on ? "End practice" : "Practise this"}</button>`;
}

export function practiceCard(desk, names) {
  const { practice } = desk;
  if (!practice.on) return nothing;
  const { settings, done, level, next, total } = practice;
  const turn = practice.finished ? settings.times : Math.min(settings.times, done + 1);
  return html`<section class="card" aria-label="Practice loop" data-practice><header style="margin-block-end:var(--pk-2)"><h2 style="font-size:var(--pk-text-l)">Practice loop</h2>
      <span class="at" style="margin-inline-start:0">${stretch(practice.loop.start, practice.loop.end)}</span></header>
    <div class="stack tight"><p class="fig" style="padding:0"><span class="v">${turn} of ${settings.times} <small>at ${level} %</small></span></p>
      <div class="bar" role="progressbar" aria-label="Repetitions at this speed" aria-valuenow=${done} aria-valuemin="0" aria-valuemax=${settings.times}><i style="inline-size:${Math.min(100, (done / settings.times) * 100)}%"></i></div>
      <p class="meta">${line(practice, next, total)}</p>
      <div style="display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:var(--pk-2)">${field(practice, names, "from", "From %", 5)}${field(practice, names, "to", "To %", 5)}${field(practice, names, "step", "Step %", 5)}${field(practice, names, "times", "Times", 1)}</div>
      <div><button class="btn" type="button" @click=${() => practice.end()}>End practice</button></div></div></section>`;
}

function line(practice, next, total) {
  const { from, to, step } = practice.settings;
  const played = total ? ` Played ${total === 1 ? "once" : `${total} times`}.` : "";
  if (practice.finished) return `Done, up to ${to} %.${played}`;
  return `Climbs from ${from} % to ${to} % in steps of ${step} %.${next === null ? "" : ` Next: ${next} %.`}${played}`;
}

const field = (practice, names, name, label, step) => html`<div class="knob"><label class="label" for="${names}-pr-${name}">${label}</label>
  <input class="in" id="${names}-pr-${name}" type="number" inputmode="numeric" step=${step} .value=${String(practice.settings[name])}
    @change=${(event) => {
      practice.set({ [name]: event.target.value });
      event.target.value = String(practice.settings[name]);
      remember("practice", JSON.stringify(practice.settings));
    }}></div>`;
