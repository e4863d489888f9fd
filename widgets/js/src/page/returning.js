// The way back to the same kernel: a cookie, set while the page goes, says which one it had.

/** The cookie's text: the key of the kernel, for this page alone; an empty key removes it. */
export function cookie(key, { base, page, secure }) {
  const age = key ? 120 : 0;
  return `practika-return=${key}; Path=${base}${page}; Max-Age=${age}; SameSite=Strict${secure ? "; Secure" : ""}`;
}

/** Keep the way back to the kernel of this block. */
export function keepWayBack({ key, page }, base) {
  const place = { base, page, secure: location.protocol === "https:" };
  const forget = () => (document.cookie = cookie("", place));
  const leave = () => (document.cookie = cookie(key, place));
  forget();
  addEventListener("beforeunload", leave);
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => event.persisted && forget());
}
