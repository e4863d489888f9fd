// What a page does when its kernel has ended. Pure: everything it depends on is handed in.

/** Seconds without a click, a key or a playing video after which nobody is in the middle of anything. */
export const QUIET = 20;

/** A page rebuilds itself at most once in so many seconds. */
export const BETWEEN = 30;

const SIGNED_OUT = { sentence: "You have been signed out.", rebuild: false };
const RESTARTED = {
  sentence: "Practika was restarted. Your page was built again from what was saved.",
  rebuild: true,
};

/**
 * How the kernel ended, from what the server answered: {sentence, rebuild}, or null while it
 * lives or nobody can say.
 */
export function endingOf(status, told = null) {
  if (status === 401) return SIGNED_OUT;
  if (status === 404) return RESTARTED;
  if (status !== 410) return null;
  return { sentence: String(told?.sentence ?? "This page was closed on the server."), rebuild: told?.rebuild === true };
}

/**
 * "rebuild": load the page again now. "wait": say it, and look again when the person comes back
 * to this tab. "say": say it and leave it to the person.
 */
export function decide(ending, { atRisk, quiet, visible, sinceRebuild }) {
  if (!ending.rebuild || atRisk || sinceRebuild < BETWEEN) return "say";
  if (!visible) return "wait";
  return quiet >= QUIET ? "rebuild" : "say";
}

/** What the banner says before anything was built again: only the reason, and what to do. */
export function before(ending, { sending = false } = {}) {
  if (ending === SIGNED_OUT) return `${ending.sentence} Reload the page to sign in again.`;
  const [why] = ending.sentence.split(/(?<=\.)\s/);
  return sending
    ? `${why} What you saved is safe and your upload goes on; reload the page when it has arrived.`
    : `${why} What you saved is safe. Reload it to carry on.`;
}

/** What the banner says once, after the page was built again. */
export const after = ({ sentence }) => (/\bbuilt again\b/.test(sentence) ? sentence : `${sentence} It was built again.`);
