// Drawings on the side that is the take, each at its time.
import { nothing } from "../lib/dom.js";
import { ink } from "../lib/ink.js";
import { ratioOf } from "../player/stage.js";

export function inkOn(desk, letter) {
  if (letter !== desk.takeSide) return nothing;
  const element = letter === "a" ? desk.videoA : desk.videoB;
  const ratio = ratioOf(desk[letter]?.video, element);
  return (desk.view.replies ?? []).filter((reply) => reply.shown).map((reply) => ink(reply.drawing, ratio, reply.shown));
}
