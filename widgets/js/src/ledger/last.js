// "Last time, here": what was said about earlier takes, where it lies now, what became of it.
import { html, nothing } from "../lib/dom.js";
import { onOurPage } from "../lib/base.js";
import { clock as clockText } from "../lib/format.js";
import { icon, mark, markName } from "../lib/icons.js";
import { said } from "../lib/said.js";
import { tagged } from "../reply/told.js";
import { bothAt, carriedAt } from "./carry.js";
import { drawnThen } from "./drawn.js";
import { decision, life, LIVES, VERDICTS } from "./life.js";

/**
 * The list. `takeId` is this take, `time` where its clock stands, `here(item)` goes to a
 * comment's moment here, `there(item)` to that in the earlier take.
 */
export function lastItems({ tools, ledger, takeId, time, here, there }) {
  const { last, line } = ledger;
  const current = carriedAt(last, time);
  return html`${line ? html`<p class="meta row lastline">${icon(ledger.waiting ? "clock" : "info")}<span>${line}</span></p>` : nothing}
    <ul>${last.map((item) => row({ tools, takeId, here, there, item, current }))}</ul>`;
}

function row({ tools, takeId, here, there, item, current }) {
  return html`<li class="last" data-last-item=${item.id} aria-current=${item.id === current ? "true" : nothing}>
    <p class="by row meta">${mark(item.kind)}<span class="vh">${markName(item.kind)}</span>${tagged(item)}${times(item, takeId, here, there)}
      ${item.judged && item.verdict ? nothing : life(item.kind === "keep" && item.life === "tried" ? "seen" : item.life)}</p>
    ${item.text ? said(item, (start) => there({ ...item, start })) : nothing}${drawnThen(item, () => there(item))}
    ${item.judged ? verdicts(tools, item) : nothing}
    ${item.decided ? html`<p class="meta">${sentence(decision(item.decided))}</p>` : nothing}</li>`;
}

const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}`;

/** The time then, an arrow, the time now; or why there is only the one. */
function times(item, takeId, here, there) {
  const from = html`<span>Take ${item.take.number}</span>`;
  if (item.start === null) return html`${from}<span>· whole take</span>${both(item, takeId)}`;
  const then = html`<button class="at" type="button" aria-label="Go to ${clockText(item.start)} in take ${item.take.number}" @click=${() => there(item)}>${clockText(item.start)}</button>`;
  if (item.why === "gone") return html`${from}${then}<span>· left out in this take</span>`;
  if (item.why) return html`${from}${then}${both(item, takeId)}`;
  return html`${from}${then}${icon("arrow-right")}<button class="at" type="button" aria-label="Go to ${clockText(item.at)}, this moment here" @click=${() => here(item)}>${clockText(item.at)}</button>${both(item, takeId)}`;
}

const both = (item, takeId) =>
  onOurPage() && !item.take.bare
    ? html`<a class="btn quiet icon sm" data-go href=${bothAt(takeId, item)} aria-label="Both takes at this moment" title="Both takes at this moment">${icon("columns-2")}</a>`
    : nothing;

/** Only what was mended before can come back. */
const offered = (item) =>
  VERDICTS.filter(([verdict]) => verdict !== "returned" || item.mended || item.verdict === "returned");

const KEYS = { fixed: "X", better: "B", same: "E", returned: "Z" };

/** One press each; pressed again it is taken back. What was proposed is marked, not decided. */
function verdicts(tools, item) {
  return html`<div class="verdict" role="group" aria-label="What became of it">${offered(item).map(([verdict, word, picture]) => {
    const proposed = item.proposed === verdict;
    return html`<button class="btn sm ${proposed ? "proposed" : ""}" type="button" aria-pressed=${String(item.verdict === verdict)}
      title="${word} (${KEYS[verdict]})" @click=${() => judge(tools, item, verdict)}>${icon(picture)}${word}${proposed ? "?" : ""}</button>`;
  })}${item.proposed ? html`<span class="meta">${item.because}</span>` : nothing}</div>`;
}

/** Say what became of a comment; the same again takes it back. */
export async function judge(tools, item, verdict) {
  const wanted = item.verdict === verdict ? "" : verdict;
  const done = await tools.attempt(tools.ask("judge", { reply: item.id, verdict: wanted }));
  if (done) tools.say(wanted ? `Marked as ${LIVES[wanted][1]}` : "Taken back");
}

/** Keys X, B, E and Z: a verdict on the comment the clock stands on. */
export function verdictKeys(tools, current) {
  const press = (verdict) => () => {
    const item = current();
    if (item?.judged && offered(item).some(([one]) => one === verdict)) judge(tools, item, verdict);
  };
  return Object.fromEntries(VERDICTS.map(([verdict]) => [verdict, press(verdict)]));
}

/** The judged comment on which `time` stands, else the only one there is. */
export function judgedAt(ledger, time) {
  const judged = (ledger?.last ?? []).filter((item) => item.judged);
  const id = carriedAt(judged, time);
  return judged.find((item) => item.id === id) ?? (judged.length === 1 ? judged[0] : null);
}
