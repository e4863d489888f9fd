// What the search box shows. Texts come in pieces, each with whether it is marked; lit-html
// writes them as text, so nothing in them is ever markup.
import { html, nothing } from "../lib/dom.js";
import { count, day } from "../lib/format.js";
import { avatar } from "../lib/avatar.js";
import { icon } from "../lib/icons.js";

const KINDS = {
  person: ["People", "users", "person", "people"],
  exercise: ["Exercises", "music", "exercise", "exercises"],
  take: ["Takes", "video", "take", "takes"],
  reply: ["Replies", "message-square", "reply", "replies"],
  tag: ["Tags", "tag", "tag", "tags"],
  collection: ["Collections", "rows-2", "collection", "collections"],
};

/** "12 takes", or "more than 100 takes". */
export const amount = ({ kind, total, more }) => {
  const [, , one, many] = KINDS[kind];
  return more ? `more than ${total} ${many}` : count(total, one, many);
};

const pieces = (text) => text.map(([piece, hit]) => (hit ? html`<mark>${piece}</mark>` : piece));

/** Every choice of the list in order: links to things, and "all 12 takes" behind a group. */
export function choices(state) {
  const groups = state.answer?.groups ?? [];
  return groups.flatMap((group) => [
    ...group.items.map((item) => ({ id: `pk-hit-${item.id}`, link: item.link })),
    ...(rest(group) ? [{ id: `pk-all-${group.kind}`, kind: group.kind }] : []),
  ]);
}

const rest = (group) => Math.max(0, group.total - group.items.length);

/** What a screen reader is told of an answer. */
export function spoken({ question, answer, problem, busy }) {
  if (problem) return problem;
  if (busy || !answer || !question.trim()) return "";
  if (!answer.groups.length) return `Nothing found for ${question.trim()}`;
  return `Found ${answer.groups.map(amount).join(", ")}`;
}

export function list(state, active, { choose, all, ask, base }) {
  if (state.problem) return html`<p class="pk-find-note" role="alert">${state.problem}</p>`;
  if (!state.question.trim()) return teaching;
  if (!state.answer) return html`<p class="pk-find-note muted">Searching…</p>`;
  const { groups } = state.answer;
  return html`${said(state, { ask, all })}
    <div role="listbox" id="pk-find-list" aria-label="Found">${groups.map((group) => shownGroup(group, active, { choose, all, base }))}</div>`;
}

const teaching = html`<div class="pk-find-note"><p>Type a word, or the beginning of one. Several words find what has all of them.</p>
  <p class="muted">“left hand” in quotation marks finds the words in a row. Accents do not matter, and a slip of the finger is forgiven.</p></div>`;

function said(state, { ask, all }) {
  const { answer, kind, question } = state;
  const quoted = `“${question.trim()}”`;
  return html`${kind ? html`<p class="pk-find-note"><button type="button" class="chip" aria-label="Only ${KINDS[kind][0].toLowerCase()}: show everything" @click=${() => all("")}>${KINDS[kind][0]} only${icon("x")}</button></p>` : nothing}
    ${answer.cut ? html`<p class="pk-find-note muted">Only the first words were looked for.</p>` : nothing}
    ${answer.meant.length ? html`<p class="pk-find-note"><span>Nothing reads ${quoted}. This reads <strong>${answer.meant.join(" ")}</strong>, or nearly so:</span></p>` : nothing}
    ${answer.groups.length ? nothing : html`<div class="pk-find-note"><p>Nothing you can see has ${quoted} in it.</p>
      ${answer.instead.length ? html`<p class="muted">Alone, these find something:</p><p class="row wrap">${answer.instead.map((one) => html`<button type="button" class="chip" @click=${() => ask(one.words)}>${one.words}<span class="meta">${one.total}</span></button>`)}</p>` : html`<p class="muted">Try fewer letters, or another word.</p>`}</div>`}`;
}

function shownGroup(group, active, { choose, all, base }) {
  const [name, sign] = KINDS[group.kind];
  return html`<div role="group" aria-labelledby="pk-group-${group.kind}"><div class="pk-find-kind" id="pk-group-${group.kind}">${name}</div>
    ${group.items.map((item) => hit(item, sign, active, { choose, base }))}
    ${rest(group) ? html`<div role="option" class="pk-find-all" id="pk-all-${group.kind}" aria-selected=${active === `pk-all-${group.kind}`} @click=${() => all(group.kind)}>${group.more ? `More than ${rest(group)} more` : `${rest(group)} more`}</div>` : nothing}</div>`;
}

function hit(item, sign, active, { choose, base }) {
  const known = `pk-hit-${item.id}`;
  const lines = html`${item.picture ? avatar(item, "sm") : icon(sign)}<span class="pk-find-title">${pieces(item.title)}${item.draft ? html` <span class="badge">Draft</span>` : nothing}</span>
    <span class="pk-find-when meta">${day(item.at)}</span>
    ${item.text.length ? html`<span class="pk-find-text">${pieces(item.text)}</span>` : nothing}
    ${item.where.length ? html`<span class="pk-find-where meta">${pieces(item.where)}</span>` : nothing}`;
  return item.link
    ? html`<a role="option" class="pk-find-hit" tabindex="-1" id=${known} href=${base + item.link} aria-selected=${active === known} @click=${choose}>${lines}</a>`
    : html`<div role="option" class="pk-find-hit" id=${known} aria-disabled="true" aria-selected=${active === known}>${lines}</div>`;
}
