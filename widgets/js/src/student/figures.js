// "How I am doing": only what the record really holds, each figure with its meaning.
import { html, nothing, svg } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { usual } from "./stacks.js";

const MEANING = {
  answered: ["Takes answered", (doing) => `Takes you submitted that have at least one released reply of a teacher: ${doing.answered} of ${doing.takes}. Drafts and withdrawn takes are not counted.`],
  wait: ["Usual wait for a reply", (doing) => `The middle one of your ${count(doing.answered, "wait")} from submitting to the first released reply. Takes that still wait are not in it.`],
  weeks: ["Takes a week", () => "Takes you submitted in each of the last eight weeks, Monday to Sunday; the last bar is this week, which is not over yet."],
};

const dots = (part, whole) => html`<p class="dots" aria-hidden="true">${Array.from({ length: Math.min(whole, 24) }, (_, n) => html`<i class=${n < Math.round((part / whole) * Math.min(whole, 24)) ? "on" : ""}></i>`)}</p>`;

function bars(weeks) {
  const most = Math.max(1, ...weeks);
  const parts = weeks.map((n, at) => `M${20 + at * 34.3} 54v${-(2 + (n / most) * 48)}`).join("");
  return html`<svg viewBox="0 0 280 56" style="block-size:3.5rem;inline-size:100%;margin-block-start:.25rem" preserveAspectRatio="none" role="img"
      aria-label="Takes a week, eight weeks ago to this week: ${weeks.join(", ")}">${svg`<path d=${parts} stroke="var(--pk-accent)" stroke-width="20"></path>`}</svg>
    <p class="row meta" style="justify-content:space-between"><span>7 weeks ago</span><span>this week</span></p>`;
}

export class Figures {
  constructor(tools) {
    Object.assign(this, { tools, open: "" });
    this.uid = `fig${Math.random().toString(36).slice(2, 8)}`;
  }

  question(key) {
    const shown = this.open === key;
    return html`<button class="btn quiet icon sm" aria-label="Explain: ${MEANING[key][0].toLowerCase()}" aria-expanded=${String(shown)} aria-controls=${this.uid}
      @click=${() => ((this.open = shown ? "" : key), this.tools.redraw())}>${icon("circle-help")}</button>`;
  }

  draw(doing) {
    if (!doing.takes)
      return html`<div class="card"><p class="muted">Here you will see how many takes you made and how soon they were answered. It starts with your first submitted take.</p></div>`;
    const week = doing.per_week.at(-1);
    return html`<div class="card flush"><div class="figs">
        <div class="fig"><p class="k">${MEANING.answered[0]}${this.question("answered")}</p><p class="v">${doing.answered} <small>of ${doing.takes}</small></p>${dots(doing.answered, doing.takes)}
          <p class="meta">${doing.comments ? `${count(doing.comments, "comment")}, ${doing.seen} of them seen` : "No comment yet"}</p></div>
        <div class="fig"><p class="k">${MEANING.wait[0]}${this.question("wait")}</p>${doing.usual_wait_hours === null
          ? html`<p class="muted">No reply yet, so there is nothing to count.</p>`
          : html`<p class="v">${usual(doing.usual_wait_hours).replace(/ \w+$/, "")} <small>${usual(doing.usual_wait_hours).split(" ").at(-1)}, median</small></p><p class="meta">n = ${doing.answered}</p>`}</div>
        <div class="fig"><p class="k">${MEANING.weeks[0]}${this.question("weeks")}</p><p class="v">${week} <small>this week</small></p>${bars(doing.per_week)}</div>
      </div>${this.open ? html`<div class="explain" id=${this.uid}><p class="strong">${MEANING[this.open][0]}</p><p>${MEANING[this.open][1](doing)}</p></div>` : nothing}</div>`;
  }
}
