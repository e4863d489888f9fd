// Answers that are being typed under a comment; they stay in the page until they are sent.

/** Gives `tools` what comments.js needs to open, type, send and close an answer. */
export function answers(tools) {
  tools.answers = new Map();
  tools.histories = new Map();
  tools.toggleHistory = async (reply) => {
    if (tools.histories.has(reply.id)) tools.histories.delete(reply.id);
    else {
      const found = await tools.attempt(tools.ask("history", { reply: reply.id }));
      if (found) tools.histories.set(reply.id, found);
    }
    tools.redraw();
  };
  const field = (id) => tools.el.querySelector(`[data-answer="${id}"]`);
  tools.openAnswer = (id) => {
    tools.answers.set(id, { text: "", busy: false, key: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` });
    tools.redraw();
    setTimeout(() => field(id)?.focus());
  };
  tools.closeAnswer = (id) => {
    tools.answers.delete(id);
    tools.redraw();
  };
  tools.typeAnswer = (id, text) => {
    tools.answers.get(id).text = text;
    tools.redraw();
  };
  tools.sendAnswer = async (id) => {
    const one = tools.answers.get(id);
    if (!one || one.busy || !one.text.trim()) return;
    one.busy = true;
    tools.redraw();
    const sent = await tools.attempt(tools.ask("answer", { reply: id, text: one.text, key: one.key }));
    one.busy = false;
    if (sent) {
      tools.answers.delete(id);
      tools.say("Answer sent");
    }
    tools.redraw();
  };
}
