// What somebody wants to be told, and how: a small table in a dialog. Each change is stored at once.
import { html, live, nothing, render } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { say } from "../lib/live.js";
import { talk } from "./talk.js";

const PATH = "api/notices/choices";
const HOW = [
  ["now", "At once"],
  ["digest", "Once a day"],
  ["off", "No e-mail"],
];
const hours = Array.from({ length: 24 }, (_, hour) => hour);

export async function choose() {
  const dialog = document.createElement("dialog");
  dialog.className = "dlg pk-choices";
  dialog.setAttribute("aria-labelledby", "pk-choices-h");
  const back = document.activeElement;
  const state = { view: null, problem: "", saved: false };
  const draw = () => render(body(state, act), dialog);
  const put = async (wanted) => {
    try {
      state.view = await talk(PATH, wanted);
      Object.assign(state, { problem: "", saved: true });
      say("Saved");
    } catch (error) {
      Object.assign(state, { problem: error.message, saved: false });
    }
    draw();
  };
  const act = {
    close: () => dialog.close(),
    page: (row, page) => put({ rows: [{ ...row, page }] }),
    mail: (row, mail) => put({ rows: [{ ...row, mail }] }),
    hour: (hour) => put({ hour }),
  };
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (back?.isConnected) back.focus();
  });
  draw();
  document.body.append(dialog);
  dialog.showModal();
  try {
    state.view = await talk(PATH);
  } catch (error) {
    state.problem = error.message;
  }
  draw();
}

const body = (state, act) => html`<header><h2 id="pk-choices-h">What you are told</h2>
    <button class="btn quiet icon" aria-label="Close" @click=${act.close}>${icon("x")}</button></header>
  <div class="stack">${state.problem ? html`<p class="note bad" role="alert">${state.problem}</p>` : nothing}
    ${state.view ? table(state.view, act) : state.problem ? nothing : html`<p class="muted">Looking…</p>`}</div>
  <footer><span class="meta" style="margin-inline-end:auto">${state.saved ? "Saved" : ""}</span><button class="btn" @click=${act.close}>Done</button></footer>`;

const table = (view, act) => html`${view.mail
    ? html`<p class="muted">E-mails go to ${view.address}${view.proven ? "" : " as soon as you have confirmed it in your profile"}. One about something you have read meanwhile is not sent.</p>`
    : html`<p class="note">${icon("info")}<span>E-mails are not set up here: you are told in the page only. What you choose holds as soon as they are.</span></p>`}
  <table><thead><tr><th scope="col"><span class="vh">What</span></th><th scope="col">In the page</th><th scope="col">E-mail</th></tr></thead>
  <tbody>${view.rows.map((row) => line(row, act))}</tbody></table>
  ${view.rows.some((row) => row.mail === "digest")
    ? html`<div class="row wrap"><label for="pk-hour">The daily e-mail leaves at</label><select class="in" id="pk-hour" @change=${(event) => act.hour(Number(event.target.value))}>
        ${hours.map((hour) => html`<option value=${hour} ?selected=${hour === view.hour}>${String(hour).padStart(2, "0")}:00</option>`)}</select>
        <span class="meta">${view.zone}</span></div>` : nothing}`;

const line = (row, act) => html`<tr><th scope="row">${row.label}</th>
  <td><label class="check"><input type="checkbox" .checked=${live(row.page)} aria-label="${row.label}: show in the page" @change=${(event) => act.page(row, event.target.checked)}><span class="pk-narrow">In the page</span></label></td>
  <td><select class="in" aria-label="${row.label}: e-mail" @change=${(event) => act.mail(row, event.target.value)}>
    ${HOW.map(([value, words]) => html`<option value=${value} ?selected=${value === row.mail}>${words}</option>`)}</select></td></tr>`;
