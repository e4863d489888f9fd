// What is news of what is new: pure, so that it can be tested without a page.

import { onClock } from "../lib/calendar.js";

/** All lines of a BellView, newest first. */
export const linesOf = (view) => view.days.flatMap((day) => day.groups);

/** Which unread lines nobody has been shown yet, most urgent first; and those on screen already. */
export function split(view, mark, takeOnScreen) {
  const unread = linesOf(view).filter((line) => line.unread);
  const here = unread.filter((line) => takeOnScreen && line.take_id === takeOnScreen);
  const fresh = unread.filter((line) => line.mark > mark && !here.includes(line));
  fresh.sort((a, b) => a.priority - b.priority || b.mark - a.mark);
  return { fresh, here };
}

/** "Ada left 3 comments, and 2 more" */
export const spoken = (lines) => (lines.length > 1 ? `${lines[0].text}, and ${lines.length - 1} more` : lines[0].text);

/** What the bell is called. */
export const bellName = (unread) => (unread ? `Notifications, ${unread > 99 ? "more than 99" : unread} new` : "Notifications");

/** What stands on the bell. */
export const badge = (unread) => (unread > 99 ? "99+" : unread ? String(unread) : "");

/** "Today", "Yesterday", "Tuesday 24 November" for a day such as "2026-11-24". */
export function dayName(day, now = new Date()) {
  const at = new Date(`${day}T12:00:00`);
  const away = Math.round((new Date(now.getFullYear(), now.getMonth(), now.getDate(), 12) - at) / 86400000);
  if (away === 0) return "Today";
  if (away === 1) return "Yesterday";
  return at.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
}

/** "14:05" where the reader is. */
export function timeOf(iso) {
  const { hour, minute } = onClock(new Date(iso));
  return `${hour}:${String(minute).padStart(2, "0")}`;
}

/** Whether two boxes of the screen lie over each other. */
export const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
