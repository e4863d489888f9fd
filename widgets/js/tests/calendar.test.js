import assert from "node:assert/strict";
import test from "node:test";
import { MONTHS, onClock, sameDay, WEEKDAYS } from "../src/lib/calendar.js";

// What a browser says in words, from the library every one of them has.
const told = (date, zone) =>
  date.toLocaleString("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: zone });
const ours = (date, zone) => {
  const { year, month, day, weekday, hour, minute } = onClock(date, zone);
  const two = (n) => String(n).padStart(2, "0");
  return `${WEEKDAYS[weekday]}, ${day} ${MONTHS[month]} ${year}, ${two(hour)}:${two(minute)}`;
};

test("clock and calendar say what Intl says, in any zone and in the reader's own", () => {
  const zones = [undefined, "UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Pacific/Kiritimati"];
  for (const zone of zones) {
    for (let hour = 0; hour < 24 * 500; hour += 37) {
      const date = new Date(Date.UTC(2025, 11, 25, hour, 7));
      assert.equal(ours(date, zone), told(date, zone).replace("Sept", "Sep"), `${date.toISOString()} ${zone}`);
    }
  }
});

test("midnight is hour 0, and begins another day", () => {
  const [before, after] = [new Date("2026-11-21T22:59:00Z"), new Date("2026-11-21T23:00:00Z")];
  assert.equal(onClock(after, "Europe/Berlin").hour, 0);
  assert.equal(sameDay(before, after, "Europe/Berlin"), false);
  assert.equal(sameDay(before, after, "UTC"), true);
});
