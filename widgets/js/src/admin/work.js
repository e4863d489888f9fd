// Media work on the admin's page: what waits, what runs, what failed and why, with another try.
import { html, nothing } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { ago, percent, when } from "../lib/format.js";

const FIGURES = [["queued", "Waiting"], ["running", "At work"], ["done", "Done"], ["failed", "Failed"]];
const STATES = {
  failed: ["Failed", "is-bad", "triangle-alert"],
  refused: ["Not usable", "", "x"],
  running: ["At work", "is-wait", "clock"],
  queued: ["Waiting", "", "clock"],
};
const side = "padding-inline:min(var(--pk-gutter), var(--pk-5))";

/** Ask for another try of a failed job; the button goes away, so the heading takes the focus. */
export const retrying = (tools) => async (job) => {
  if ((await tools.attempt(tools.ask("retry", { job: job.id }))) === undefined) return;
  tools.say("It will be tried again.");
  tools.el.querySelector("#pk-work")?.focus();
};

export function work({ counts, jobs, mails = [] }, retry) {
  return html`<section class="card flush" aria-labelledby="pk-work"><header><h2 id="pk-work" tabindex="-1" style="font-size:var(--pk-text-l)">Media work</h2></header>
    <div class="overview" style="grid-template-columns:repeat(4,1fr);border-block-start:1px solid var(--pk-line);overflow:clip">${FIGURES.map(([key, words], place) => html`<div class="fig" style="grid-column:auto;border-inline-end:${place < 3 ? "1px solid var(--pk-line)" : "0"}"><p class="k">${words}</p><p class="v ${key === "failed" && counts[key] ? "t-bad" : ""}">${counts[key] ?? 0}</p></div>`)}</div>
    <div style="border-block-start:1px solid var(--pk-line);padding-block:var(--pk-4);${side}">${jobs.length
      ? html`<ul class="stack" id="pk-jobs">${jobs.map((job) => row(job, retry))}</ul>`
      : html`<p class="muted">${counts.done ? "Nothing waits and nothing failed." : "No media work yet. It begins with the first upload."}</p>`}</div>
    ${mails.length ? html`<div class="stack" style="border-block-start:1px solid var(--pk-line);padding-block:var(--pk-4);${side}"><h3 id="pk-mails">E-mails</h3>
      <ul class="stack" aria-labelledby="pk-mails">${mails.map((job) => row(job, retry))}</ul></div>` : nothing}</section>`;
}

function row(job, retry) {
  const [words, tone, sign] = STATES[job.state];
  return html`<li class="stack tight" style="gap:.25rem"><span class="row wrap"><span class="badge ${tone}">${icon(sign)}${words}</span><span class="strong">${job.name}</span>
      ${job.urgent ? html`<span class="meta">somebody waits</span>` : nothing}<span class="meta">${since(job)}</span></span>
    ${job.problem ? html`<span class="muted">${job.problem}</span>` : nothing}
    ${job.retry ? html`<span><button class="btn sm" aria-label="Try again: ${job.name}, failed ${ago(job.since)} ago" @click=${() => retry(job)}>${icon("rotate-ccw")}Try again</button></span>` : nothing}</li>`;
}

/** How long it has been so, which attempt it is, and what comes next. */
function since(job) {
  const tries = job.attempt ? `, attempt ${job.attempt} of ${job.attempts}` : "";
  const done = job.state === "running" ? `, ${percent(job.progress)}` : "";
  const next = job.again ? `, next try ${when(job.again)}` : "";
  return `${ago(job.since) === "just now" ? "just now" : `for ${ago(job.since)}`}${done}${tries}${next}`;
}
