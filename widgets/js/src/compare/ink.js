// Drawings, each at its time: on the take what was drawn on it, on an earlier one beside it what
// was drawn then.
import { nothing } from "../lib/dom.js";
import { ink } from "../lib/ink.js";
import { drawnOver } from "../ledger/drawn.js";
import { ratioOf } from "../player/stage.js";

export function inkOn(desk, letter) {
  const element = letter === "a" ? desk.videoA : desk.videoB;
  const ratio = ratioOf(desk[letter]?.video, element);
  if (letter !== desk.takeSide) return earlier(desk, ratio);
  return (desk.view.replies ?? []).filter((reply) => reply.shown).map((reply) => ink(reply.drawing, ratio, reply.shown));
}

function earlier({ view }, ratio) {
  const [kind, id] = (view.choice ?? "").split(":");
  return kind === "take" ? drawnOver(view.ledger, id, ratio) : nothing;
}

/** Where the picture stands that a drawing lies on. */
export const timeUnder = (desk) => (node) => (node.closest(".pane.b") ? desk.clock.map.toB(desk.clock.time) : desk.clock.time);
