// A guest's page: what is sent, what a refusal does, what stays when the link ends.
import assert from "node:assert/strict";
import { test } from "node:test";
import { doings } from "../src/guest.js";
import { GuestDesk } from "../src/guest/desk.js";
import { Refused, speaker } from "../src/guest/speak.js";
import { GuestCard, sent } from "../src/guests/card.js";
import { may, opening, posted, whom } from "../src/guests/rows.js";

const VIEW = { title: "Canon", by: "Ada", writes: true, comments: [], replies: null, limits: { text: 4000, shapes: 24, points: 600 }, video: { ready: false, seconds: 30 } };

function sitting({ view = {}, answer = async (method, below, body) => ({ id: "c1", state: "waiting", ...body }) } = {}) {
  const kept = new Map();
  globalThis.sessionStorage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value), removeItem: (name) => kept.delete(name) };
  const sent = [];
  const said = [];
  const clock = { time: 3.04, duration: 30, playing: false, onChange() {}, pause() {}, play: () => said.push("plays on") };
  const speak = (...args) => (sent.push(args), answer(...args));
  const desk = new GuestDesk({ view: { ...VIEW, ...view }, speak, changed() {}, say: (words) => said.push(words), find: () => null, name: "x", clock });
  desk.composer.timeless = false; // a video that is there, as far as writing goes
  return { desk, sent, said, kept };
}

const done = (desk) => clearTimeout(desk.composer.later);

test("a comment is sent with its moment and its own key, and stands in the list", async () => {
  const { desk, sent, said } = sitting();
  desk.composer.type("The left hand is late.");
  const { key } = desk.composer;
  assert.equal(await desk.save({ playOn: true }), true);
  assert.deepEqual(sent, [["POST", "/comments", { key, kind: "fix", text: "The left hand is late.", start: 3.04, end: null, drawing: null }]]);
  assert.deepEqual(desk.comments.map((one) => one.text), ["The left hand is late."]);
  assert.deepEqual(said, ["Comment sent", "plays on"]);
  assert.equal(desk.composer.text, "");
  done(desk);
});

test("what was refused is said in the server's words, and nothing that was typed is lost", async () => {
  const { desk, kept } = sitting({ answer: async () => { throw new Refused("This moment does not lie on the video."); } });
  desk.composer.type("Late.");
  assert.equal(await desk.save(), false);
  assert.equal(desk.problem, "This moment does not lie on the video.");
  assert.equal(desk.composer.text, "Late.");
  assert.equal(desk.gone, "");
  await desk.composer.keep(); // no server keeps a guest's drafts: this tab does
  assert.match([...kept.values()].join(), /Late/);
  done(desk);
});

test("a link that ended stops the page, and the words stay", async () => {
  const { desk } = sitting({ answer: async () => { throw new Refused("This link does not open (any more).", true); } });
  desk.composer.type("Late.");
  await desk.save();
  assert.equal(desk.gone, "This link does not open (any more).");
  assert.equal(desk.composer.text, "Late.");
  done(desk);
});

test("a page that is only looked at finds out that the link has ended", async () => {
  const ready = { video: { ready: true, seconds: 30 } };
  const { desk, sent } = sitting({ view: ready, answer: async () => null });
  await desk.look();
  assert.deepEqual([sent, desk.gone], [[["HEAD", "/video"]], ""]);
  const lost = sitting({ view: ready, answer: async () => { throw new Refused("There is no answer."); } });
  await lost.desk.look();
  assert.deepEqual([lost.desk.gone, lost.desk.problem], ["", ""]);
  const over = sitting({ view: ready, answer: async () => { throw new Refused("Gone.", true); } });
  over.desk.attached = true;
  over.desk.known({ type: "error" });
  await new Promise((done) => setImmediate(done));
  assert.equal(over.desk.gone, "Gone.");
  await over.desk.look();
  assert.equal(over.sent.length, 1);
});

test("a comment is taken back, and one that a teacher has stays", async () => {
  const first = { id: "c1", start: 1, end: null, text: "One", state: "waiting" };
  const { desk, sent } = sitting({ view: { comments: [first] }, answer: async () => null });
  await desk.remove(first);
  assert.deepEqual(sent, [["DELETE", "/comments/c1"]]);
  assert.deepEqual(desk.comments, []);
  const other = sitting({ view: { comments: [first] }, answer: async () => { throw new Refused("The teacher has this comment already."); } });
  await other.desk.remove(first);
  assert.deepEqual(other.desk.comments, [first]);
});

test("who only looks has no keys for writing", () => {
  const clock = {};
  assert.ok("comment" in doings({ clock, composer: {}, view: { writes: true } }));
  assert.ok(!("comment" in doings({ clock, composer: {}, view: { writes: false } })));
  assert.ok("frameOn" in doings({ clock, composer: {}, view: { writes: false } }));
});

test("the server is spoken to with the page's token, and its refusals are sentences", async () => {
  const calls = [];
  const answers = [new Response('{"id":"c1"}'), new Response(null, { status: 204 }), new Response("Gone.", { status: 404 })];
  const send = async (...args) => (calls.push(args), answers.shift());
  const speak = speaker("/guest/T", { send, token: () => "t" });
  assert.deepEqual(await speak("POST", "/comments", { text: "x" }), { id: "c1" });
  assert.equal(await speak("DELETE", "/comments/c1"), null);
  await assert.rejects(speak("HEAD", "/video"), (error) => error.gone && error.sentence === "Gone.");
  assert.deepEqual(calls.map(([at]) => at), ["/guest/T/comments", "/guest/T/comments/c1", "/guest/T/video"]);
  assert.equal(calls[0][1].headers["X-XSRFToken"], "t");
  const lost = speaker("/guest/T", { send: async () => { throw new TypeError("network"); }, token: () => "t" });
  await assert.rejects(lost("HEAD", "/video"), (error) => !error.gone && /no answer/.test(error.sentence));
});

test("a link says whom it is for, who opened it and what they may", () => {
  const link = { guest: "", opened: [], comments: true, replies: false, phrase: false };
  assert.equal(whom(link), "a guest");
  assert.equal(whom({ ...link, opened: [{ name: "Ana" }, { name: "Bo" }] }), "Ana, Bo");
  assert.equal(opening(link), "Nobody has opened it");
  const many = Array.from({ length: 5 }, (_, n) => ({ name: `G${n}`, at: "2020-01-01T10:00:00Z" }));
  assert.match(opening({ ...link, opened: many }), /^Opened by G0 .* and 2 more$/);
  assert.equal(may({ ...link, comments: false, replies: true, phrase: true }), "may only look, sees released comments, with a pass phrase");
});

test("a link that is mailed says what became of it, and is shown to nobody", async () => {
  assert.deepEqual([posted({ letter: "" }), posted({ letter: "sent" })], ["", " · e-mail sent"]);
  const { one, said } = card({ guest_link: { id: "l1", link: "" } });
  const closed = [];
  const form = { reset: () => closed.push("reset"), closest: () => ({ close: () => closed.push("closed") }) };
  const given = new Map(Object.entries({ guest: "Ana", days: "14", phrase: "", comments: "1", email: "ana@example.org" }));
  const before = globalThis.FormData;
  globalThis.FormData = class { get(name) { return given.get(name) ?? null; } };
  try {
    assert.deepEqual(sent(form), { guest: "Ana", days: 14, phrase: "", replies: false, comments: true, email: "ana@example.org" });
    await one.make({ preventDefault() {}, target: form });
  } finally {
    globalThis.FormData = before;
  }
  assert.equal(one.made, null);
  assert.deepEqual([closed, said], [["reset", "closed"], ["The link is on its way by e-mail."]]);
});

/** A card on a desk, and what it asked and said. */
function card(answers) {
  const asked = [];
  const said = [];
  const tools = { redraw() {}, focus() {}, say: (words) => said.push(words), attempt: (promise) => promise, ask: async (verb, args) => (asked.push([verb, args]), answers[verb]), el: { querySelector: () => null } };
  return { one: new GuestCard(tools), asked, said };
}

test("a link is shown for the take it was made for, and taken over is what was pressed", async () => {
  const { one, asked, said } = card({ guest_take: [{}, {}], guest_dismiss: 1, guest_end: true });
  one.open("t1");
  one.made = { link: "https://school.example/guest/T" };
  one.open("t1");
  assert.ok(one.made);
  one.open("t2");
  assert.equal(one.made, null);
  await one.take(null);
  await one.dismiss({ id: "c1" });
  await one.end({ id: "l1" });
  assert.deepEqual(asked, [["guest_take", { comment: "" }], ["guest_dismiss", { comment: "c1" }], ["guest_end", { link: "l1" }]]);
  assert.deepEqual(said, ["2 draft comments were made", "Dismissed", "The link has ended."]);
});
