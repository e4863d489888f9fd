// The styles of the search box: with its script, so that no page waits for them.
export const CSS = `
dialog.pk-find { inline-size: min(44rem, calc(100vw - 2rem)); margin: 3.75rem auto auto; max-block-size: min(44rem, calc(100dvh - 5rem)); overflow: hidden; }
.pk-find[open] { display: flex; flex-direction: column; }
.pk-find-box { display: flex; align-items: center; gap: var(--pk-3); padding: var(--pk-3) var(--pk-4); border-block-end: 1px solid var(--pk-line); }
.pk-find-box > .i { flex: none; color: var(--pk-ink-2); }
.pk-find-box input { flex: 1; min-inline-size: 0; block-size: 2.5rem; border: 0; padding: 0; background: transparent; color: var(--pk-ink); font: inherit; font-size: var(--pk-text-l); outline: none; }
.pk-find-box input::placeholder { color: var(--pk-ink-3); } .pk-find-box input::-webkit-search-cancel-button { display: none; }
.pk-find-box:focus-within { box-shadow: inset 0 -2px 0 var(--pk-focus); }
.pk-find-list { overflow-y: auto; overscroll-behavior: contain; padding: var(--pk-2) 0 var(--pk-3); }
.pk-find-note { padding: var(--pk-3) var(--pk-4); display: grid; gap: var(--pk-2); justify-items: start; overflow-wrap: anywhere; }
.pk-find-kind { padding: var(--pk-3) var(--pk-4) var(--pk-1); color: var(--pk-ink-2); font-size: var(--pk-text-s); font-weight: var(--pk-bold); }
.pk-find-hit { display: grid; grid-template-columns: 1.25rem minmax(0, 1fr) auto; gap: .125rem var(--pk-3); padding: var(--pk-2) var(--pk-4); color: var(--pk-ink); text-decoration: none; cursor: pointer; overflow-wrap: anywhere; scroll-margin-block: 3rem; }
.pk-find-hit > .avatar { margin-inline: -.125rem; } .pk-find-hit > .i { margin-block-start: .2rem; color: var(--pk-ink-2); }
.pk-find-title { font-weight: var(--pk-medium); } .pk-find-text, .pk-find-where { grid-column: 2 / -1; } .pk-find-text { color: var(--pk-ink-2); }
.pk-find-all { padding: var(--pk-2) var(--pk-4) var(--pk-2) calc(var(--pk-4) + 1.25rem + var(--pk-3)); color: var(--pk-accent); font-weight: var(--pk-medium); cursor: pointer; scroll-margin-block: 3rem; }
.pk-find :is(.pk-find-hit, .pk-find-all):hover { background: color-mix(in srgb, var(--pk-sunken) 55%, transparent); }
.pk-find :is(.pk-find-hit, .pk-find-all)[aria-selected="true"] { background: var(--pk-sunken); box-shadow: inset 3px 0 0 var(--pk-accent); }
.pk-find mark { background: var(--pk-accent-soft); color: var(--pk-accent-ink); border-radius: 2px; font-weight: var(--pk-bold); }
.pk-find-keys { display: flex; gap: var(--pk-4); padding: var(--pk-2) var(--pk-4); border-block-start: 1px solid var(--pk-line); color: var(--pk-ink-2); font-size: var(--pk-text-xs); }
@media (max-width: 47.99rem) { dialog.pk-find { inline-size: 100vw; max-inline-size: none; margin: 0; max-block-size: 100dvh; border-radius: 0 0 var(--pk-r-l) var(--pk-r-l); border-inline: 0; border-block-start: 0; } .pk-find-keys { display: none; } }
`;
