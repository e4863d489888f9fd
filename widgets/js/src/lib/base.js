// Where this page's server is, and the frame every widget is drawn in.
import { html, nothing, render } from "./dom.js";
import { ask, AskError } from "./ask.js";
import { icon } from "./icons.js";
import { say } from "./live.js";

/** The address everything of ours lies under; always ends with a slash. */
export function base(root = globalThis.document) {
  const own = root?.documentElement?.dataset?.base;
  const lab = own ? "" : labBase(root);
  const found = own || lab || "/";
  return found.endsWith("/") ? found : `${found}/`;
}

function labBase(root) {
  const config = root?.getElementById?.("jupyter-config-data")?.textContent;
  if (!config) return "";
  try {
    return JSON.parse(config).baseUrl ?? "";
  } catch {
    return "";
  }
}

/** An address of ours: "media/take/ID/video" -> "/base/media/take/ID/video". Absolute ones stay. */
export function url(path, root = globalThis.document) {
  if (!path) return "";
  if (/^([a-z]+:|\/)/i.test(path)) return path;
  return base(root) + path;
}

/** True inside one of our own pages, false in a notebook's cell. */
export const onOurPage = () => Boolean(document.documentElement.dataset.base);

/** Make a widget look right in a notebook's cell; does nothing where the page brings our styles. */
export function ensureStyle(el) {
  const page = getComputedStyle(document.documentElement).getPropertyValue("--pk-accent").trim();
  const loaded = document.querySelector("link[data-practika-cell]");
  if (page && !loaded) return;
  el.classList.add("pk-cell");
  if (loaded) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = url("practika/static/practika-cell.css");
  link.dataset.practikaCell = "";
  // Stock Voila has no server of ours to ask: there the styles have come with the script.
  link.onerror = () => {
    const style = document.createElement("style");
    style.textContent = globalThis.practikaCellStyle ?? "";
    document.head.append(style);
  };
  document.head.append(link);
}

/** The sentence of an error, for the person. */
export const sentenceOf = (error) =>
  error instanceof AskError ? error.sentence : "This part of the page has stopped working. Reload the page.";

/** When the browser has nothing better to do, and after a second at the latest. */
export const later = (work) => (globalThis.requestIdleCallback ? requestIdleCallback(work, { timeout: 1000 }) : setTimeout(work, 300));

/** A message in the page: kind is "", "good", "wait" or "bad". */
export const note = (kind, words, more = nothing) => {
  const picture = { good: "circle-check", wait: "clock", bad: "triangle-alert" }[kind] ?? "info";
  return html`<div class="note ${kind}" role=${kind === "bad" ? "alert" : nothing}>
    ${icon(picture)}<div>${words}${more}</div></div>`;
};

/** What a widget shows when its view holds only a problem. */
export const problem = (sentence, back = "") => html`<div class="empty">${icon("info")}
  <h2>Nothing to show</h2><p>${sentence}</p>
  ${back ? html`<a class="btn" href=${back} data-go>Back</a>` : nothing}</div>`;

/**
 * Define a widget. `setup(tools)` runs once a view and returns `draw(view) -> template`.
 *
 * tools: model, el (the root, with class "pk"), ask(verb, args), redraw(), onCleanup(fn),
 * attempt(promise) that shows a failed one's sentence under the widget, say(sentence),
 * focus(selector) for what the next drawing brings.
 * Errors thrown while drawing are shown under the widget and written to the server's log.
 */
export function widget(name, setup, { back = "" } = {}) {
  return {
    render({ model, el }) {
      ensureStyle(el);
      el.classList.add("pk", `pk-${name}`);
      const root = document.createElement("div");
      const below = document.createElement("div");
      el.append(root, below);
      const cleanups = [];
      const tools = frame({ name, model, root, below, cleanups });
      const draw = guarded(tools, () => setup(tools));
      tools.drawNow = () =>
        guarded(tools, () => {
          const view = model.get("view") ?? {};
          render(view.problem ? problem(view.problem, back) : (draw?.(view) ?? nothing), root);
        });
      model.on("change:view", tools.redraw);
      const onSay = (message) => message?.say && say(message.say);
      model.on("msg:custom", onSay);
      tools.drawNow();
      return () => {
        model.off("change:view", tools.redraw);
        model.off("msg:custom", onSay);
        tools.gone = true;
        cleanups.splice(0).forEach((fn) => fn());
      };
    },
  };
}

function frame({ name, model, root, below, cleanups }) {
  let asked = false;
  const tools = {
    name,
    model,
    el: root,
    below,
    say,
    ask: (verb, args, options) => ask(model, verb, args, options),
    onCleanup: (fn) => cleanups.push(fn),
    redraw: () => {
      if (asked || tools.gone) return;
      asked = true;
      queueMicrotask(() => {
        asked = false;
        if (!tools.gone) tools.drawNow?.();
      });
    },
    // With the drawing, never by a timer: a late one takes the focus from who types already.
    focus: (selector) => {
      tools.redraw();
      queueMicrotask(() => root.querySelector(selector)?.focus());
    },
    complain: (sentence) => showBelow(below, sentence),
    attempt: (promise) =>
      Promise.resolve(promise).then(
        (value) => {
          render(nothing, below);
          return value;
        },
        (error) => {
          if (error instanceof AskError) showBelow(below, error.sentence);
          else report(tools, error);
          return undefined;
        },
      ),
  };
  return tools;
}

function guarded(tools, work) {
  try {
    return work();
  } catch (error) {
    report(tools, error);
    return undefined;
  }
}

function report(tools, error) {
  console.error(error);
  showBelow(tools.below, sentenceOf(error));
  const message = String(error?.stack ?? error).slice(0, 2000);
  ask(tools.model, "complain", { message, where: tools.name }).then(
    (reference) => showBelow(tools.below, `${sentenceOf(error)} (reference ${reference})`),
    () => {},
  );
}

function showBelow(below, sentence) {
  render(
    html`<div style="margin-block-start:var(--pk-4)"><div class="note bad" role="alert">${icon("triangle-alert")}
      <div>${sentence}</div>
      <button class="btn quiet icon sm" aria-label="Dismiss" @click=${() => render(nothing, below)}>${icon("x")}</button>
    </div></div>`,
    below,
  );
}
