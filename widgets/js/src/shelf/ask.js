// Asking a take's student whether the class may see it.
import { html, nothing } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { open } from "./dialog.js";

/** Seconds as a person types them ("1:05.5", "65.5"); null for what is none. Pure. */
export function secondsOf(text) {
  const found = /^\s*(?:(\d{1,3}):)?(\d{1,5}(?:\.\d{1,3})?)\s*$/.exec(text);
  return found ? Number(found[1] ?? 0) * 60 + Number(found[2]) : null;
}

/** What is missing before a question may be sent; "" when nothing is. Pure. */
export function missing(form) {
  if (!form.part) return "";
  const [start, end] = [secondsOf(form.start), secondsOf(form.end)];
  if (start === null || end === null) return "Write the part as minutes and seconds, for example 0:12 to 0:30.";
  return end > start ? "" : "The part ends before it begins.";
}

/** Ask a take's student whether the class may see it. */
export function askToShow(tools, { name, number, comments, clock }) {
  const first = name.split(" ")[0];
  const at = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  const form = { words: "", part: false, start: at(clock.time), end: at(clock.duration || 0), reply: "", marks: false, problem: "", busy: false };
  const type = (what, ui) => (event) => {
    form[what] = event.target.type === "checkbox" ? event.target.checked : event.target.value;
    form.problem = "";
    ui.redraw();
  };
  const send = async (ui) => {
    form.problem = missing(form);
    if (form.problem || form.busy) return ui.redraw();
    form.busy = true;
    const part = form.part ? { start: secondsOf(form.start), end: secondsOf(form.end) } : { start: null, end: null };
    try {
      await tools.ask("ask_exemplar", { words: form.words, ...part, reply: form.reply, marks: form.marks });
      ui.close();
      tools.say(`${first} is asked. Nobody sees it before a yes.`);
    } catch (error) {
      form.problem = error.sentence ?? "That did not work.";
    }
    form.busy = false;
    return ui.redraw();
  };
  open(`Ask ${first} about take ${number}`, (ui) => html`<div><form class="stack" id="pk-ask" @submit=${(event) => (event.preventDefault(), send(ui))}>
    <p class="muted">${first} alone says yes or no, chooses whether the name stands there, and can take it back at any time. Until a yes nobody else sees anything.</p>
    <div class="field"><label for="pk-ask-words">What can others learn from it? (optional)</label><textarea class="in" id="pk-ask-words" rows="2" maxlength="400" .value=${form.words} @input=${type("words", ui)}></textarea></div>
    <label class="check"><input type="checkbox" .checked=${form.part} @change=${type("part", ui)}><span>Only a part of it</span></label>
    ${form.part ? html`<div class="row wrap"><div class="field"><label for="pk-ask-from">From</label><input class="in" id="pk-ask-from" inputmode="decimal" style="inline-size:7rem" .value=${form.start} @input=${type("start", ui)}></div><div class="field"><label for="pk-ask-to">To</label><input class="in" id="pk-ask-to" inputmode="decimal" style="inline-size:7rem" .value=${form.end} @input=${type("end", ui)}></div></div><p class="meta">The part is cut; nobody gets at the rest.</p>` : nothing}
    ${comments.length ? html`<div class="field"><label for="pk-ask-reply">A comment of yours to go with it</label><select class="in" id="pk-ask-reply" @change=${type("reply", ui)}><option value="">None</option>${comments.map((one) => html`<option value=${one.id}>${(one.plain || one.text).slice(0, 80)}</option>`)}</select></div>` : nothing}
    <label class="check"><input type="checkbox" .checked=${form.marks} @change=${type("marks", ui)}><span>Show the marks with it</span></label>
    ${form.problem ? html`<p class="row" role="alert" style="color:var(--pk-bad)">${icon("triangle-alert")}${form.problem}</p>` : nothing}
    </form></div><footer><button class="btn" type="button" @click=${ui.close}>Not now</button><button class="btn primary" form="pk-ask" ?disabled=${form.busy}>${icon("send")}Ask ${first}</button></footer>`, tools.el.parentElement);
}
