// The key map: which key means what, and when a key is none of our business.

/** Every action a player may offer, in the order the help shows them. `say` is for people;
 *  `pro` and `proShow` stand in for `keys` and `show` while pro keys are on. */
export const ACTIONS = [
  { id: "toggle", keys: ["Space", "k"], show: ["Space", "K"], say: "play, pause", pro: ["Space"], proShow: ["Space"] },
  { id: "shuttleBack", keys: [], pro: ["j"], proShow: ["J"], say: "back; again faster" },
  { id: "shuttleStop", keys: [], pro: ["k"], proShow: ["K"], say: "stop" },
  { id: "shuttleOn", keys: [], pro: ["l"], proShow: ["L"], say: "on; again faster" },
  { id: "comment", keys: ["c"], show: ["C"], say: "comment; pauses" },
  { id: "save", keys: [], show: ["Enter"], say: "save and play on" },
  { id: "leave", keys: [], show: ["Esc"], say: "leave the field, keep the text" },
  { id: "draw", keys: ["d"], show: ["D"], say: "draw; pauses" },
  { id: "tag", keys: [..."123456789"], show: ["1", "9"], say: "press a tag, first to ninth" },
  { id: "rangeIn", keys: ["i"], show: ["I"], say: "range starts here" },
  { id: "rangeOut", keys: ["o"], show: ["O"], say: "range ends here" },
  { id: "back10", keys: ["j"], show: ["J"], say: "10 s back", pro: [] },
  { id: "on10", keys: ["l"], show: ["L"], say: "10 s on", pro: [] },
  { id: "back5", keys: ["ArrowLeft"], show: ["←"], say: "5 s back; with Shift 1 s", pro: [] },
  { id: "on5", keys: ["ArrowRight"], show: ["→"], say: "5 s on; with Shift 1 s", pro: [] },
  { id: "back1", keys: ["Shift+ArrowLeft"] },
  { id: "on1", keys: ["Shift+ArrowRight"] },
  { id: "frameBack", keys: [","], show: [","], say: "one frame back", pro: [",", "ArrowLeft"], proShow: [",", "←"] },
  { id: "frameOn", keys: ["."], show: ["."], say: "one frame on", pro: [".", "ArrowRight"], proShow: [".", "→"] },
  { id: "slower", keys: ["<"], show: ["<"], say: "slower" },
  { id: "faster", keys: [">"], show: [">"], say: "faster" },
  { id: "loopStart", keys: ["["], show: ["["], say: "loop starts here", pro: ["[", "i"], proShow: ["[", "I"] },
  { id: "loopEnd", keys: ["]"], show: ["]"], say: "loop ends here", pro: ["]", "o"], proShow: ["]", "O"] },
  { id: "loopOff", keys: ["\\"], show: ["\\"], say: "no loop" },
  { id: "overlay", keys: ["o"], show: ["O"], say: "overlay", pro: [] },
  { id: "swap", keys: ["s"], show: ["S"], say: "swap A and B" },
  { id: "nudgeBack", keys: ["Alt+ArrowLeft"], show: ["Alt", "←"], say: "B one frame back" },
  { id: "nudgeOn", keys: ["Alt+ArrowRight"], show: ["Alt", "→"], say: "B one frame on" },
  { id: "anchor", keys: ["a"], show: ["A"], say: "this moment is that moment" },
  { id: "mixLess", keys: ["Alt+ArrowDown"], show: ["Alt", "↓"], say: "mix or wipe, 5 % less" },
  { id: "mixMore", keys: ["Alt+ArrowUp"], show: ["Alt", "↑"], say: "mix or wipe, 5 % more" },
  { id: "practise", keys: ["r"], show: ["R"], say: "practise this comment" },
  { id: "captions", keys: ["v"], show: ["V"], say: "captions" },
  { id: "sound", keys: ["m"], show: ["M"], say: "whose sound" },
  { id: "full", keys: ["f"], show: ["F"], say: "full screen" },
  { id: "meter", keys: ["`"], show: ["`"], say: "how far the pictures are apart" },
  { id: "next", keys: ["n"], show: ["N"], say: "next take" },
  { id: "previous", keys: ["p"], show: ["P"], say: "previous take" },
  { id: "fixed", keys: ["x"], show: ["X"], say: "last time's comment here: fixed" },
  { id: "better", keys: ["b"], show: ["B"], say: "better" },
  { id: "same", keys: ["e"], show: ["E"], say: "the same" },
  { id: "returned", keys: ["z"], show: ["Z"], say: "came back" },
  { id: "leftBetter", keys: ["a", "1"], show: ["A", "1"], say: "A is better" },
  { id: "rightBetter", keys: ["b", "2"], show: ["B", "2"], say: "B is better" },
  { id: "cannotTell", keys: ["0"], show: ["0"], say: "cannot tell; another pair" },
  { id: "help", keys: ["?"], show: ["?"], say: "this list" },
];

/** "Shift+ArrowLeft", "Alt+ArrowRight", "Space", or the sign itself in lower case. */
export function nameOf(event) {
  const named = event.key === " " ? "Space" : event.key;
  if (!named) return "";
  const sign = [...named].length === 1;
  const held = [event.altKey && "Alt", !sign && event.shiftKey && "Shift"].filter(Boolean);
  return [...held, sign ? named.toLowerCase() : named].join("+");
}

/** The keys of an action: the one that was chosen, else the usual, with or without the pro set. */
export const keysOf = (action, pro, chosen = {}) => (Object.hasOwn(chosen, action.id) ? [chosen[action.id]] : (pro && action.pro) || action.keys);

const ARROWS = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };

/** A key as people read it, in parts: "Alt+ArrowLeft" -> ["Alt", "←"]. */
export const spelt = (name) => (isSingle(name) ? [name.toUpperCase()] : name.split("+").map((part) => ARROWS[part] ?? part));

/** How the help shows them. */
export function shownOf(action, pro, chosen = {}) {
  if (Object.hasOwn(chosen, action.id)) return spelt(chosen[action.id]);
  return pro && action.pro ? (action.proShow ?? []) : (action.show ?? []);
}

/** " (K)" for the words of a button; "" for an action without a key. */
export function hint(id, { pro = false, chosen = {} } = {}) {
  const shown = shownOf(ACTIONS.find((one) => one.id === id), pro, chosen);
  return shown.length ? ` (${shown.join(" ")})` : "";
}

/** Whether a key is a letter, figure or sign: what WCAG 2.1.4 wants to be switched off. */
export function isSingle(name) {
  return [...name].length === 1;
}

const TYPING = "input:not([type=radio],[type=checkbox],[type=range],[type=button]),textarea,select";
const STEERED = "input[type=radio],input[type=checkbox],input[type=range],[role=slider],video[controls]";
const PRESSED = "button,a[href],summary,video[controls]";

/** Whether the place where a key went needs that key for itself. */
export function taken(target, name) {
  const inside = (selector) => Boolean(target?.closest?.(selector));
  if (inside(`${TYPING},[contenteditable=""],[contenteditable=true],dialog[open]`)) return true;
  const moves = name.startsWith("Arrow") || name.startsWith("Shift+Arrow") || name === "Space";
  if (moves && inside(STEERED)) return true;
  return name === "Space" && inside(PRESSED);
}

/**
 * The action a key event asks for, of those offered (`ids`), or null. `single` false leaves
 * letters, figures and signs to the browser and to people who speak to it; `pro` is the switch,
 * `chosen` what the person put in the place of the usual keys, by action.
 */
export function actionFor(event, ids, single = true, pro = false, chosen = {}) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.isComposing) return null;
  const name = nameOf(event);
  if (!single && isSingle(name)) return null;
  const target = event.composedPath?.()[0] ?? event.target;
  if (taken(target, name)) return null;
  return ACTIONS.find((one) => ids.includes(one.id) && keysOf(one, pro, chosen).includes(name))?.id ?? null;
}
