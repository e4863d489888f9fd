// A notebook reads time, rate, offset and loop as Python values, and may set them.

const NAMES = ["time", "rate", "offset"];
const EVERY = 300;
/** For so long our own words may come back; they must not move the player. */
const ECHO = 2000;

/** Keep model and desk alike; gives the way to stop. Whole views without these traits are left alone. */
export function mirror(model, desk) {
  if (model.get("time") === undefined) return () => {};
  const loop = mirrorLoop(model, desk);
  const now = () => ({ time: desk.clock.time, rate: desk.clock.rate, offset: desk.settings.off });
  let sent = now();
  let trail = [];
  const send = () => {
    loop.send();
    const next = now();
    const moved = NAMES.filter((name) => Math.abs(next[name] - sent[name]) > 1e-3);
    if (!moved.length) return;
    moved.forEach((name) => model.set(name, next[name]));
    sent = next;
    trail = [...trail.filter((one) => one.at > Date.now() - ECHO), { ...next, at: Date.now() }];
    model.save_changes();
  };
  const take = (name, apply) => {
    const heard = () => {
      const value = model.get(name);
      const same = (one) => Math.abs(value - one[name]) < 1e-3;
      if (same(now()) || trail.some(same)) return;
      sent = { ...sent, [name]: value };
      apply(value);
    };
    model.on(`change:${name}`, heard);
    return () => model.off(`change:${name}`, heard);
  };
  begin(model, desk);
  const stops = [
    take("time", (value) => desk.clock.seek(value)),
    take("rate", (value) => desk.clock.setRate(value)),
    take("offset", (value) => desk.setOffset(value)),
  ];
  const timer = setInterval(send, EVERY);
  return () => {
    clearInterval(timer);
    stops.forEach((stop) => stop());
    loop.stop();
  };
}

const pairOf = (loop) => (loop ? [loop.start, loop.end] : null);

/** The loop is a pair or nothing, so it is compared as text; our own words come back as we sent them. */
function mirrorLoop(model, desk) {
  if (model.get("loop") === undefined) return { send: () => {}, stop: () => {} };
  const given = model.get("loop");
  if (given && !desk.clock.loop) desk.clock.loop = { start: given[0], end: given[1] };
  let told = JSON.stringify(given ?? null);
  const heard = () => {
    const wanted = model.get("loop");
    if (JSON.stringify(wanted) === told) return;
    told = JSON.stringify(wanted);
    desk.clock.setLoop(wanted && { start: wanted[0], end: wanted[1] });
  };
  model.on("change:loop", heard);
  const send = () => {
    const next = pairOf(desk.clock.loop);
    if (JSON.stringify(next) === told) return;
    told = JSON.stringify(next);
    model.set("loop", next);
    model.save_changes();
  };
  return { send, stop: () => model.off("change:loop", heard) };
}

/** What Python said before anybody looked counts where the address says nothing. */
function begin(model, desk) {
  const { settings, clock } = desk;
  if (!settings.t) clock.at = settings.t = model.get("time") || 0;
  if (settings.rate === 1) clock.rate = settings.rate = model.get("rate") || 1;
  if (!settings.off) settings.off = model.get("offset") || 0;
}
