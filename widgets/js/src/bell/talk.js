// What the bell asks the server, and how it answers.
import { url } from "../lib/base.js";
import { xsrf } from "../lib/xsrf.js";

/** Ask; rejects with a sentence for the person. */
export async function talk(path, said, { last = false } = {}) {
  const sent = said && {
    method: "POST",
    body: JSON.stringify(said),
    headers: { "Content-Type": "application/json", "X-XSRFToken": xsrf() },
    keepalive: last, // the page may be left in the same moment
  };
  let answer;
  try {
    answer = await fetch(url(path), { credentials: "same-origin", ...sent });
  } catch {
    throw new Error("The server did not answer. Try again in a moment.");
  }
  if (!answer.ok) throw new Error((await answer.text()).slice(0, 300));
  return answer.json();
}
