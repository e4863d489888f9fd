// What proves to the server that a request comes from a page of its own.

/** The token Tornado wants back in a header for everything that changes something. */
export function xsrf(cookies = globalThis.document?.cookie ?? "") {
  const found = cookies.match(/(?:^|;\s*)_xsrf=([^;]*)/);
  return found ? decodeURIComponent(found[1]) : "";
}
