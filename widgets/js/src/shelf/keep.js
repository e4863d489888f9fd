// On the reply desk: keeping a take in a collection, and whether the class may see it.
import { html, nothing } from "../lib/dom.js";
import { when } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { neverThere } from "../player/stage.js";
import { askToShow } from "./ask.js";
import { shelve } from "./shelve.js";

const LINES = {
  asked: (one, first) => `${one.asked_by} asked ${when(one.asked)}; ${first} has not answered yet.`,
  shown: (one, first) => `${first} said yes: the class sees this take.`,
  refused: (one, first) => `${first} said no. Only ${first} can change that.`,
  "taken back": (one, first) => `${first} took the yes back. Only ${first} can change that.`,
};

export function keepTake({ desk, view, tools }) {
  const { take, exemplar } = view;
  const first = take.student.name.split(" ")[0];
  const comments = view.replies.filter((reply) => reply.mine && reply.state === "released" && reply.text);
  const ask = () => askToShow(tools, { name: take.student.name, number: take.number, comments, clock: desk.clock });
  return html`<section class="card stack tight o5" style="padding:var(--pk-4)" aria-label="Keep this take"><h2 style="font-size:var(--pk-text-l)">Worth keeping?</h2>
    ${exemplar ? html`<p class="meta">${LINES[exemplar.state]?.(exemplar, first)}</p>` : nothing}
    <p class="row wrap"><button class="btn sm" type="button" @click=${() => shelve(tools, "take", take.id, `take ${take.number}`)}>${icon("rows-2")}Add to a collection</button>
      ${exemplar || neverThere(take.video) ? nothing : html`<button class="btn sm" type="button" @click=${ask}>${icon("users")}Ask to show it to the class</button>`}
      ${["asked", "shown"].includes(exemplar?.state) ? html`<button class="btn sm quiet" type="button" @click=${() => tools.attempt(tools.ask("stop_exemplar", { exemplar: exemplar.id }))}>${exemplar.state === "asked" ? "Ask no more" : "Show it no longer"}</button>` : nothing}</p></section>`;
}
