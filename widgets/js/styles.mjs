// The styles: practika.css for our pages, practika-cell.css for a notebook's cell.
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { transform } from "esbuild";

const CSS = path.join(path.dirname(fileURLToPath(import.meta.url)), "css");

/** Joined in this order: later files refine earlier ones. */
const STYLES = ["tokens", "icons", "practika", "pages", "widgets"];

const read = (name) => readFile(path.join(CSS, `${name}.css`), "utf8");
const minified = async (code) => (await transform(code, { loader: "css", minify: true })).code;

/** Write both style sheets, the fonts and the licences into a folder. */
export async function styles(folder) {
  await mkdir(path.join(folder, "fonts"));
  for (const name of (await readdir(path.join(CSS, "fonts"))).sort()) {
    await copyFile(path.join(CSS, "fonts", name), path.join(folder, "fonts", name));
  }
  await copyFile(path.join(CSS, "icons-LICENSE.txt"), path.join(folder, "icons-LICENSE.txt"));
  const parts = await Promise.all(STYLES.map(async (name) => (name === "icons" ? sprite(await read(name)) : read(name))));
  await writeFile(path.join(folder, "practika.css"), await minified(await kept(parts.join("\n"))));
  await writeFile(path.join(folder, "practika-cell.css"), await cell());
}

/** Name each font by its content, as the server names our files: browsers then keep it for ever. */
async function kept(css) {
  const names = new Set([...css.matchAll(/url\("(fonts\/[^"?]+)"\)/g)].map(([, name]) => name));
  for (const name of names) {
    const digest = createHash("sha256").update(await readFile(path.join(CSS, name))).digest("hex");
    css = css.replaceAll(`url("${name}")`, `url("${name}?v=${digest.slice(0, 8)}")`);
  }
  return css;
}

const DRAWING = /--i: url\("data:image\/svg\+xml,<svg [^>]*fill='([a-z]+)' stroke='black'[^>]*>(.*?)<\/svg>"\);/g;
const MASK = /var\(--i\) center \/ contain no-repeat/g;

/** All icons as one picture, each its own square of it. A mask of its own for each is a document of
 * its own for each: 2 ms apiece in the moment a page is drawn first. */
function sprite(css) {
  const drawings = [];
  const placed = css.replace(DRAWING, (_, fill, lines) => {
    const at = 24 * drawings.length;
    drawings.push(`<g transform='translate(${at})'${fill === "none" ? "" : ` fill='${fill}'`}>${lines}</g>`);
    return `--i: ${drawings.length - 1};`;
  });
  const many = drawings.length;
  const svg =
    `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 ${24 * many} 24' width='${24 * many}' height='24' fill='none' ` +
    `stroke='black' stroke-width='1.9' stroke-linecap='round' stroke-linejoin='round'>${drawings.join("")}</svg>`;
  const place = `var(--icons) calc(var(--i) * ${100 / (many - 1)}%) 0 / ${100 * many}% 100% no-repeat`;
  return `:root { --icons: url("data:image/svg+xml,${svg}"); }\n${placed.replace(MASK, place)}`;
}

/** The same styles for a notebook's cell: the tokens for all, every rule only inside .pk-cell,
 * where each weighs one class more than on a page: the notebook styles bare buttons and fields.
 * @keyframes and @font-face know no scope, so they stand outside. */
async function cell() {
  const tokens = await read("tokens");
  const focus = tokens.lastIndexOf(":focus-visible");
  const comment = tokens.lastIndexOf("/*", focus);
  const rules = (await Promise.all(["icons", "practika", "pages"].map(read))).join("\n");
  const moving = /@keyframes [^{]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g;
  const frames = rules.match(moving) ?? [];
  const inside = `.pk-cell {\n${rules.replace(moving, "")}\n}\n.pk-cell.pk-cell {\n${tokens.slice(focus)}}\n`;
  return [tokens.slice(0, comment), ...frames, inside, await read("cell")].join("\n");
}
