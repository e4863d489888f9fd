// Words and numbers for people. Pure: give `now` and `zone` to test.
import { MONTHS, onClock, sameDay } from "./calendar.js";

/** 26.24 -> "0:26"; with tenths "0:26.2"; 3723 -> "1:02:03". Nothing usable -> "–". */
export function clock(seconds, { tenths = false } = {}) {
  if (seconds === null || seconds === undefined || !Number.isFinite(Number(seconds))) return "–";
  const whole = Math.max(0, tenths ? Math.round(Number(seconds) * 10) : Math.floor(Number(seconds)) * 10);
  const s = Math.floor(whole / 10);
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(s / 3600);
  const head = hours ? `${hours}:${two(Math.floor(s / 60) % 60)}` : `${Math.floor(s / 60)}`;
  return `${head}:${two(s % 60)}${tenths ? `.${whole % 10}` : ""}`;
}

/** "0:24 to 0:33", or only the start when there is no end. */
export const span = (start, end) =>
  end === null || end === undefined ? clock(start) : `${clock(start)} to ${clock(end)}`;

/** 31412 -> "31,412", without the 40 ms a page's first formatter of the browser's costs. */
export const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");

/** 1, "take" -> "1 take"; 3 -> "3 takes"; 1200 -> "1,200 takes". */
export const count = (n, one, many = `${one}s`) => `${grouped(n)} ${n === 1 ? one : many}`;

/** Decimal units, as cameras and file managers show them: 348000000 -> "348 MB". */
export function bytes(n) {
  if (!Number.isFinite(n)) return "–";
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let value = Math.max(0, n);
  let at = 0;
  while (value >= 999.5 && at < units.length - 1) {
    value /= 1000;
    at += 1;
  }
  const digits = at === 0 || value >= 100 || Number.isInteger(value) ? 0 : 1;
  return `${value.toFixed(digits)} ${units[at]}`;
}

/** "212 of 348 MB": both in the unit of the whole. */
export function bytesOf(part, whole) {
  const [value, unit] = bytes(whole).split(" ");
  const size = { bytes: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 }[unit] ?? 1;
  const digits = size > 1 && Number(value) < 100 ? 1 : 0;
  return `${(part / size).toFixed(digits)} of ${value} ${unit}`;
}

/** Seconds still to wait, as a person would say it: "about 40 s left". */
export function left(seconds) {
  if (!Number.isFinite(seconds) || seconds < 0) return "";
  if (seconds < 5) return "a few seconds left";
  if (seconds < 55) return `about ${Math.ceil(seconds / 5) * 5} s left`;
  if (seconds < 3300) return `about ${Math.max(1, Math.round(seconds / 60))} min left`;
  return `about ${Math.round(seconds / 360) / 10} h left`;
}

/** "Good morning" from 4, "Good afternoon" from 12, "Good evening" from 18 o'clock. */
export const greeting = (hour) =>
  hour >= 4 && hour < 12 ? "Good morning" : hour >= 12 && hour < 18 ? "Good afternoon" : "Good evening";

/** "today, 14:05", "yesterday, 9:30", "21 Nov, 14:05"; with the year when it is another one. */
export function when(iso, { now = new Date(), zone } = {}) {
  const date = new Date(iso);
  if (!iso || Number.isNaN(date.getTime())) return "";
  const { hour, minute } = onClock(date, zone);
  const time = `${hour}:${String(minute).padStart(2, "0")}`;
  if (sameDay(date, now, zone)) return `today, ${time}`;
  if (sameDay(date, new Date(now.getTime() - 864e5), zone)) return `yesterday, ${time}`;
  return `${day(iso, { now, zone })}, ${time}`;
}

/** "21 Nov", or "21 Nov 2024" when the year is another one. */
export function day(iso, { now = new Date(), zone } = {}) {
  const date = new Date(iso);
  if (!iso || Number.isNaN(date.getTime())) return "";
  const { year, month, day: number } = onClock(date, zone);
  return `${number} ${MONTHS[month]}${year === onClock(now, zone).year ? "" : ` ${year}`}`;
}

/** How long ago, in the one unit that says it: "just now", "5 min", "3 h", "2 days". */
export function ago(iso, { now = new Date() } = {}) {
  const seconds = (now.getTime() - new Date(iso).getTime()) / 1000;
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 60) return "just now";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h`;
  return count(Math.floor(seconds / 86400), "day");
}

/** 0.404 -> "40 %". Never 100 before it is done. */
export const percent = (share) => `${share >= 1 ? 100 : Math.min(99, Math.floor(Math.max(0, share) * 100))} %`;

/** Who looked at a take: "Seen by Ada Okafor, today, 9:12; a researcher, 3 Nov, 14:00". "" for nobody. */
export const seenBy = (seen = [], most = 4) => {
  const more = seen.length > most ? ` and ${seen.length - most} more` : "";
  return seen.length ? `Seen by ${seen.slice(0, most).map((one) => `${one.who}, ${when(one.at)}`).join("; ")}${more}` : "";
};
