// Consent as who looks after a course sees it: how many, and what is held on paper.
import { widget } from "./lib/base.js";
import { html, live, nothing } from "./lib/dom.js";
import { count, when } from "./lib/format.js";
import { icon } from "./lib/icons.js";

export default widget("consent", (tools) => {
  const state = { form: empty(), busy: false, out: [] };
  const set = (name, value) => {
    state.form = { ...state.form, [name]: value, ...(name === "purpose" ? { media: "" } : {}) };
    tools.redraw();
  };
  const send = async (verb, view) => {
    if (state.busy) return;
    state.busy = true;
    const { student, purpose, media, until, note } = state.form;
    const done = await tools.attempt(verb === "record" ? tools.ask("record", { student, purpose, media, until, note }) : tools.ask("withdraw", { student, purpose, note }));
    state.busy = false;
    if (done) {
      const name = view.students.find((one) => one.id === student)?.name ?? "";
      tools.say(verb === "record" ? `The consent of ${name} is recorded.` : `The consent of ${name} is ended.`);
      state.form = empty();
      state.out = Array.isArray(done) ? done : [];
    }
    tools.redraw();
  };
  return (view) => html`<div class="head"><div><h1 tabindex="-1">Consent</h1><p>Who agrees to what is each person's own affair; you see how many. Few people are not told as a number.</p></div></div>
    <div class="co" style="margin-block-start:0"><div class="stack loose ${view.students.length ? "c7" : "c12"}">${counts(view)}${view.exports.length ? given(view.exports) : nothing}</div>
      ${view.students.length ? html`<div class="stack loose c5">${paper(view, state, set, send)}</div>` : nothing}</div>`;
}, { back: "?" });

const empty = () => ({ student: "", purpose: "", media: "", until: "", note: "" });

const counts = (view) => html`<section class="card flush" aria-labelledby="cs-n"><header><h2 id="cs-n" style="font-size:var(--pk-text-l)">How many consent now</h2><span class="meta">Wording ${view.wording}</span></header>
  <div class="scroll" tabindex="0" role="region" aria-label="Consents by purpose"><table class="table"><thead><tr><th scope="col">Purpose</th><th scope="col">Students</th></tr></thead>
  <tbody>${view.purposes.map((one) => html`<tr><th scope="row" style="font-weight:var(--pk-medium);white-space:normal">${one.title}<br><span class="meta" style="font-weight:400">${one.sentence}</span></th><td>${one.shown}</td></tr>`)}</tbody></table></div></section>`;

const given = (rows) => html`<section class="card flush" aria-labelledby="cs-e"><header><h2 id="cs-e" style="font-size:var(--pk-text-l)">Data sets given out</h2></header>
  <div class="scroll" tabindex="0" role="region" aria-label="Data sets given out"><table class="table"><thead><tr><th scope="col">Study</th><th scope="col" class="n">People</th><th scope="col">To do</th></tr></thead>
  <tbody>${rows.map((one) => html`<tr><th scope="row" style="font-weight:var(--pk-medium)">${one.study}<br><span class="meta" title=${one.manifest}>${when(one.at)}, manifest ${one.manifest.slice(0, 12)}</span></th><td class="n">${one.people}</td>
    <td>${one.recalled ? html`<span class="badge is-bad">${icon("triangle-alert")}Ask its holders to delete ${count(one.recalled, "person", "people")}</span>` : "nothing"}</td></tr>`)}</tbody></table></div></section>`;

function paper(view, { form, busy, out }, set, send) {
  const purpose = view.purposes.find((one) => one.key === form.purpose);
  const ready = form.student && purpose && form.note.trim();
  return html`<section class="card" aria-labelledby="cs-p"><header><h2 id="cs-p" style="font-size:var(--pk-text-l)">Held on paper</h2></header>
    <form class="stack" @submit=${(event) => {
      event.preventDefault();
      send("record", view);
    }}>
    ${out.length ? html`<div class="note">${icon("info")}<div>These data sets were given out before and hold the student. Have their holders asked to delete what is theirs: ${out.map((one) => `${one.study} (${when(one.at)})`).join(", ")}.</div></div>` : nothing}
    <p class="muted">For instance the consent of a guardian, for somebody under age. Students read here what you write.</p>
    <div class="field"><label for="cs-student">Student</label><select class="in" id="cs-student" required @change=${(event) => set("student", event.target.value)}>${options([{ id: "", name: "Choose…" }, ...view.students].map((one) => [one.id, one.name]), form.student)}</select>${view.more ? html`<p class="hint">${count(view.more, "student")} more than fit here; their papers come in by <code>practika consent record</code>.</p>` : nothing}</div>
    <div class="field"><label for="cs-purpose">Purpose</label><select class="in" id="cs-purpose" required @change=${(event) => set("purpose", event.target.value)}>${options([["", "Choose…"], ...view.purposes.map((one) => [one.key, one.title])], form.purpose)}</select></div>
    ${purpose ? html`<div class="field"><label for="cs-media">How much of the videos</label><select class="in" id="cs-media" @change=${(event) => set("media", event.target.value)}>${options([["", "Choose…"], ...purpose.levels.map((one) => [one.key, one.words])], form.media)}</select></div>
    <div class="field"><label for="cs-until">Until, with that day (optional)</label><input class="in" id="cs-until" type="date" .value=${live(form.until)} @change=${(event) => set("until", event.target.value)}></div>` : nothing}
    <div class="field"><label for="cs-note">What is held</label><textarea class="in" id="cs-note" rows="2" maxlength="400" required placeholder="Signed by her mother, 3 March 2027, folder 12" .value=${live(form.note)} @input=${(event) => set("note", event.target.value)}></textarea></div>
    <p class="row wrap"><button class="btn primary" ?disabled=${busy || !ready || !form.media}>${icon("check")}Record the consent</button>
      <button class="btn" type="button" ?disabled=${busy || !ready} @click=${() => send("withdraw", view)}>It was withdrawn</button></p></form></section>`;
}

const options = (rows, chosen) => rows.map(([value, words]) => html`<option value=${value} ?selected=${value === chosen}>${words}</option>`);
