// The page "Progress": the same honest figures, and a line for each exercise.
import { html, nothing } from "../lib/dom.js";
import { day } from "../lib/format.js";
import { noTakes, badge } from "./stacks.js";

const sent = (stack) => stack.takes.filter((take) => take.state === "submitted");

export function progressPage(view, figures, mine) {
  mine.want();
  const own = view.stacks.filter((stack) => stack.takes.length);
  return html`<div class="head"><div><h1 tabindex="-1">Progress</h1><p>What you did and what came back. Nobody is ranked here.</p></div></div>
    <div class="stack loose">${figures.draw(view.doing)}${mine.draw()}
      <section class="sec" aria-labelledby="pr-h"><header><h2 id="pr-h">By exercise</h2></header>
        ${own.length ? table(own) : noTakes}</section></div>`;
}

const table = (stacks) => html`<div class="card flush"><div class="scroll" tabindex="0" role="region" aria-label="Progress by exercise"><table class="table">
  <thead><tr><th scope="col">Exercise</th><th scope="col" class="n">Takes</th><th scope="col" class="n">Answered</th><th scope="col">First</th><th scope="col">Newest</th><th scope="col">State</th></tr></thead>
  <tbody>${stacks.map(row)}</tbody></table></div></div>`;

function row(stack) {
  const takes = sent(stack);
  const answered = takes.filter((take) => take.answered).length;
  return html`<tr><th scope="row"><a href="?take=${stack.newest}" data-go>${stack.exercise.title}</a></th><td class="n">${takes.length}</td>
    <td class="n">${takes.length ? `${answered} of ${takes.length}` : "–"}</td><td>${takes.length ? day(takes[0].at) : nothing}</td><td>${takes.length ? day(takes.at(-1).at) : nothing}</td><td>${badge(stack.status, stack.badge)}</td></tr>`;
}
