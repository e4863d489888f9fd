// What can be said of a file before it is sent. The limits come from Python's view; the rule's
// words are the server's, should it refuse after all.
import { bytes } from "../lib/format.js";

const ending = (name) => (name.match(/\.[^.]+$/)?.[0] ?? "").toLowerCase();

/** "MP4, MOV or WebM, up to 2 GB" */
export const limitLine = ({ limit }) => `MP4, MOV or WebM, up to ${bytes(limit)}`;

/** "" when the file may be sent, else the sentence why not. */
export function refusal(file, { limit, types }) {
  const safe = "Nothing was sent.";
  if (file.size === 0) return `${file.name} is empty. Choose the video itself. ${safe}`;
  if (file.size > limit)
    return `${file.name} has ${bytes(file.size)}; up to ${bytes(limit)} fit. Shorten the video or record it smaller. ${safe}`;
  if (!types.includes(ending(file.name)) && !(file.type ?? "").startsWith("video/"))
    return `${file.name} does not look like a video. MP4, MOV and WebM work best. ${safe}`;
  return "";
}

/** Whether this is the file an unfinished upload was begun with, as far as can be told. */
export const sameFile = (file, upload) => file.name === upload.name && file.size === upload.size;

/** What the `accept` of a file field should hold. */
export const accepts = ({ types }) => ["video/*", ...types].join(",");
