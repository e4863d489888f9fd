// Where a comment is: an icon and a word. Python decides, this only says it.
import { html, nothing } from "../lib/dom.js";
import { day } from "../lib/format.js";
import { icon } from "../lib/icons.js";

export const LIVES = {
  given: ["message-square", "not seen yet", ""],
  seen: ["eye", "seen", ""],
  tried: ["rotate-ccw", "tried again", ""],
  fixed: ["circle-check", "fixed", "good"],
  better: ["trending-up", "better", "good"],
  same: ["equal", "the same", "wait"],
  returned: ["undo-2", "came back", "wait"],
};

/** The chip beside a comment; nothing for a draft. `own` calls a new one "new". */
export function life(state, own = false) {
  if (own && state === "given") return html`<span class="life wait">new</span>`;
  const [picture, word, look] = LIVES[state] ?? [];
  return word ? html`<span class="life ${look}">${icon(picture)}${word}</span>` : nothing;
}

/** "fixed in take 3, you, 21 Nov": who said what became of it, and when. */
export function decision(decided) {
  if (!decided) return "";
  const [, word] = LIVES[decided.verdict];
  const who = decided.by === "You" ? "you" : decided.by;
  const says = who === "you" ? "you say" : `${who} says`;
  return `${word} in take ${decided.take}, ${says}, ${day(decided.at)}`;
}

export const VERDICTS = [
  ["fixed", "Fixed", "circle-check"],
  ["better", "Better", "trending-up"],
  ["same", "Same", "equal"],
  ["returned", "Came back", "undo-2"],
];
