// A student's own way: marks take by take, practice by week, what was fixed. Asked for when the
// page "Progress" stands; sentences and numbers are Python's.
import { html, nothing, svg } from "../lib/dom.js";
import { later } from "../lib/base.js";
import { day } from "../lib/format.js";
import { onChange } from "../lib/live.js";

const [WIDE, HIGH, LEFT, RIGHT, TOP, LOW] = [320, 126, 38, 10, 8, 20];
const AGAIN = 2000;
const LINES = [0, 50, 100];
/** Figures under the line; more stand in each other's way. */
const MOST_NUMBERS = 12;

const x = (n, many) => (many > 1 ? LEFT + (n * (WIDE - LEFT - RIGHT)) / (many - 1) : (LEFT + WIDE - RIGHT) / 2);
const y = (percent) => HIGH - LOW - (Math.max(0, Math.min(100, percent)) / 100) * (HIGH - LOW - TOP);
const path = (values) => values.map((percent, n) => `${x(n, values.length).toFixed(1)},${y(percent).toFixed(1)}`).join(" ");

/** Which take numbers are written under the line. Pure. */
export function numbersShown(numbers, most = MOST_NUMBERS) {
  const step = Math.ceil(numbers.length / most);
  return numbers.map((number, n) => (n % step === 0 || n === numbers.length - 1 ? number : ""));
}

/** Marks over takes: a dot each, a line between; dashed what the curve says. */
export function chart(one) {
  const percents = one.points.map((point) => point.percent);
  const words = `${one.title}, marks in per cent: ${one.points.map((point) => `take ${point.number} ${point.text}`).join("; ")}`;
  const numbers = numbersShown(one.points.map((point) => point.number));
  return html`<svg class="way" viewBox="0 0 ${WIDE} ${HIGH}" role="img" aria-label=${words}>
    ${LINES.map((percent) => svg`<path class="grid" d="M${LEFT} ${y(percent)}H${WIDE - RIGHT}"></path><text x=${LEFT - 6} y=${y(percent) + 4} text-anchor="end">${percent} %</text>`)}
    ${one.curve.length ? svg`<polyline class="curve" points=${path(one.curve)}></polyline>` : nothing}
    ${svg`<polyline class="line" points=${path(percents)}></polyline>`}
    ${one.points.map((point, n) => svg`<circle cx=${x(n, percents.length)} cy=${y(point.percent)} r="4.5"><title>Take ${point.number}: ${point.text}</title></circle>`)}
    ${numbers.map((number, n) => svg`<text x=${x(n, numbers.length)} y=${HIGH - 4} text-anchor="middle">${number}</text>`)}</svg>`;
}

const card = (one) => html`<article class="card" aria-label=${one.title}><h3>${one.title}</h3><p class="muted">${one.line}</p>${chart(one)}
  ${one.words ? html`<p>${one.words}</p>` : nothing}
  <p class="row wrap">${one.points.slice(-4).map((point) => html`<a class="chip" href="?take=${point.take}" data-go>Take ${point.number}<span class="meta">${point.text}</span></a>`)}</p></article>`;

function weeks(found) {
  const most = Math.max(1, ...found.weeks.map((week) => week.minutes));
  const words = found.weeks.map((week) => `week of ${day(week.monday)}: ${week.text}`).join("; ");
  return html`<div class="bars" role="img" aria-label="Practice by week. ${words}">${found.weeks.map((week) => html`<span title="Week of ${day(week.monday)}: ${week.text}"><b style="block-size:${week.minutes ? Math.max(3, (week.minutes / most) * 100) : 0}%"></b></span>`)}</div>
    <p class="row meta" style="justify-content:space-between" aria-hidden="true"><span>${day(found.weeks[0].monday)}</span><span>this week</span></p>`;
}

export class Own {
  constructor(tools) {
    Object.assign(this, { tools, found: null, problem: "", asked: false });
    tools.onCleanup(onChange(() => this.outdated(), { delay: AGAIN }));
  }

  /** What is looked at is asked for again, what is not when somebody comes back. */
  outdated() {
    if (this.asked && this.tools.el.querySelector("#ow-p")) this.ask();
    else this.asked = false;
  }

  want() {
    if (this.asked) return;
    this.asked = true;
    later(() => !this.tools.gone && this.ask());
  }

  async ask() {
    try {
      Object.assign(this, { found: await this.tools.ask("doing"), problem: "" });
    } catch (error) {
      this.problem = error.sentence ?? "This could not be read. Reload the page.";
    }
    this.tools.redraw();
  }

  draw() {
    const { found } = this;
    if (!found) return html`<p class="muted" style="min-block-size:12rem">${this.problem || "Reading your takes"}</p>`;
    if (found.empty) return nothing;
    return html`<section class="sec" aria-labelledby="ow-p"><header><h2 id="ow-p">Practice and comments</h2></header><div class="ways">
        <div class="card"><h3>Practice by week</h3><p class="muted">${found.practice}</p>${weeks(found)}
          <p class="meta">What was noted here: gaps between two things you did count up to 10 minutes, after 30 quiet minutes a new session begins.</p></div>
        <div class="card"><h3>Comments fixed</h3><p class="big">${found.fixed.fixed}</p><p class="muted">${found.fixed.line}</p></div></div></section>
      ${found.exercises.length ? html`<section class="sec" aria-labelledby="ow-m"><header><h2 id="ow-m">My marks, take by take</h2></header><div class="ways">${found.exercises.map(card)}</div></section>` : nothing}`;
  }
}
