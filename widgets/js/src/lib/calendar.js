// What clock and calendar say of a moment. The reader's own are asked of Date itself: the first
// formatter of Intl takes a browser 20 ms, in the middle of a page's first picture.

export const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
export const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

const formatters = new Map();

function elsewhere(date, zone) {
  if (!formatters.has(zone)) {
    const numbers = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" };
    formatters.set(zone, new Intl.DateTimeFormat("en-GB", { ...numbers, hourCycle: "h23", timeZone: zone }));
  }
  const told = formatters.get(zone).formatToParts(date);
  const part = Object.fromEntries(told.map(({ type, value }) => [type, Number(value)]));
  const weekday = new Date(Date.UTC(part.year, part.month - 1, part.day)).getUTCDay();
  return { year: part.year, month: part.month - 1, day: part.day, weekday, hour: part.hour, minute: part.minute };
}

/** Year, month (0 to 11), day, weekday (0 is Sunday), hour and minute of a Date, in a zone such as
 * "Europe/Berlin" or, without one, where the reader is. */
export function onClock(date, zone) {
  if (zone) return elsewhere(date, zone);
  return {
    year: date.getFullYear(),
    month: date.getMonth(),
    day: date.getDate(),
    weekday: date.getDay(),
    hour: date.getHours(),
    minute: date.getMinutes(),
  };
}

/** Whether two Dates lie on the same day there. */
export function sameDay(one, other, zone) {
  const [a, b] = [onClock(one, zone), onClock(other, zone)];
  return a.year === b.year && a.month === b.month && a.day === b.day;
}
