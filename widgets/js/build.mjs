// Builds everything the browser loads into ../practika_widgets/static (or a
// folder given as the only argument). The result is committed, so that neither
// installing nor running Practika needs Node; a test builds it again and
// compares every byte.
import { copyFile, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { build } from "esbuild";
import { COMMON, front } from "./front.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const TARGET = path.resolve(process.argv[2] ?? path.join(HERE, "../practika_widgets/static"));
const OUT = `${TARGET}.building-${process.pid}`;

/** One bundle each: src/<name>.js becomes <name>.js. */
const ENTRIES = [
  "page",
  "student",
  "upload",
  "teacher",
  "reply",
  "compare",
  "progress",
  "plot",
  "admin",
  "router",
];

/** Joined in this order: later files refine earlier ones. */
const STYLES = ["tokens", "icons", "practika", "pages", "widgets"];

async function bundles() {
  const names = ENTRIES.filter((name) => existsSync(path.join(HERE, "src", `${name}.js`)));
  if (names.length === 0) return names;
  await build({
    ...COMMON,
    entryPoints: names.map((name) => `src/${name}.js`),
    outdir: OUT,
    write: true,
    format: "esm",
  });
  return names;
}

async function styles() {
  const parts = STYLES.map((name) => readFile(path.join(HERE, "css", `${name}.css`), "utf8"));
  await writeFile(path.join(OUT, "practika.css"), (await Promise.all(parts)).join("\n"));
  await mkdir(path.join(OUT, "fonts"));
  for (const name of (await readdir(path.join(HERE, "css/fonts"))).sort()) {
    await copyFile(path.join(HERE, "css/fonts", name), path.join(OUT, "fonts", name));
  }
  await copyFile(path.join(HERE, "css/icons-LICENSE.txt"), path.join(OUT, "icons-LICENSE.txt"));
}

/** The same styles for a notebook's cell: the tokens for all, every rule only inside .pk-cell,
 * where each weighs one class more than on a page: the notebook styles bare buttons and fields.
 * @keyframes and @font-face know no scope, so they stand outside. */
async function cellStyles() {
  const read = (name) => readFile(path.join(HERE, "css", `${name}.css`), "utf8");
  const tokens = await read("tokens");
  const focus = tokens.lastIndexOf(":focus-visible");
  const comment = tokens.lastIndexOf("/*", focus);
  const rules = (await Promise.all(["icons", "practika", "pages"].map(read))).join("\n");
  const moving = /@keyframes [^{]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g;
  const frames = rules.match(moving) ?? [];
  const inside = `.pk-cell {\n${rules.replace(moving, "")}\n}\n.pk-cell.pk-cell {\n${tokens.slice(focus)}}\n`;
  const whole = [tokens.slice(0, comment), ...frames, inside, await read("cell")];
  await writeFile(path.join(OUT, "practika-cell.css"), whole.join("\n"));
}

async function plotly() {
  const found = path.join(HERE, "node_modules/plotly.js-basic-dist-min/plotly-basic.min.js");
  await copyFile(found, path.join(OUT, "plotly-basic.min.js"));
}

/** Every file below a folder, as paths relative to it. */
async function filesIn(folder) {
  if (!existsSync(folder)) return [];
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

/** Move the finished files over the old ones one by one: a server that runs meanwhile
 * never sees half a file or an empty folder. */
async function publish() {
  const fresh = await filesIn(OUT);
  for (const name of fresh) {
    await mkdir(path.dirname(path.join(TARGET, name)), { recursive: true });
    await rename(path.join(OUT, name), path.join(TARGET, name));
  }
  for (const name of await filesIn(TARGET)) {
    if (!fresh.includes(name)) await rm(path.join(TARGET, name));
  }
}

await mkdir(OUT, { recursive: true });
let names;
try {
  names = await bundles();
  await front(OUT);
  await styles();
  await cellStyles();
  await plotly();
  await publish();
} finally {
  await rm(OUT, { recursive: true, force: true });
}
console.log(`built ${names.length} of ${ENTRIES.length} widgets, the front end, the styles and Plotly`);
