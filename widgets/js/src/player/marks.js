// Where marks and axis figures stand. Pure: pixels in, places out.

/** Marks closer than this many pixels become one numbered mark (design guide). */
export const APART = 24;

/**
 * Group marks `[{at, ...}]` (seconds) that would stand closer than `apart` pixels on a line
 * `width` pixels long for `seconds`. Gives `[{at, members}]` in order of time; a group stands
 * in the middle of its members, and is counted against the next mark from there.
 */
export function cluster(marks, width, seconds, apart = APART) {
  const scale = seconds > 0 ? width / seconds : 0;
  const groups = [];
  for (const mark of [...marks].sort((x, y) => x.at - y.at)) {
    const last = groups.at(-1);
    if (last && (mark.at - last.at) * scale < apart) {
      last.members.push(mark);
      last.at = (last.members[0].at + mark.at) / 2;
    } else groups.push({ at: mark.at, members: [mark] });
  }
  return merged(groups, scale, apart);
}

/** A group's middle moves while it grows, so neighbours are looked at until all stand apart. */
function merged(groups, scale, apart) {
  for (let n = 1; n < groups.length; n += 1) {
    const [left, right] = [groups[n - 1], groups[n]];
    if ((right.at - left.at) * scale >= apart) continue;
    const members = [...left.members, ...right.members];
    const both = { at: (members[0].at + members.at(-1).at) / 2, members };
    return merged([...groups.slice(0, n - 1), both, ...groups.slice(n + 1)], scale, apart);
  }
  return groups;
}

const STEPS = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** Round seconds for the axis, at most `most` of them, always with 0 and the end. */
export function ticks(seconds, most = 6) {
  if (!(seconds > 0)) return [0];
  const step = STEPS.find((one) => seconds / one <= most + 0.05) ?? 3600 * Math.ceil(seconds / 3600 / most);
  const found = [];
  for (let at = 0; at < seconds - step * 0.45; at += step) found.push(at);
  return [...found, seconds];
}

/** What pressing a group goes to: its first moment, or the one after where the clock stands. */
export function nextIn(group, time) {
  const here = group.members.findIndex((mark) => Math.abs(mark.at - time) < 0.05);
  return group.members[(here + 1) % group.members.length];
}
