// Builds everything the browser loads into ../practika_widgets/static (or a
// folder given as the only argument). The result is committed, so that neither
// installing nor running Practika needs Node; a test builds it again and
// compares every byte.
import { copyFile, mkdir, readdir, rename, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { build } from "esbuild";
import { AT_ONCE, COMMON, front } from "./front.mjs";
import { styles } from "./styles.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const TARGET = path.resolve(process.argv[2] ?? path.join(HERE, "../practika_widgets/static"));
const OUT = `${TARGET}.building-${process.pid}`;

/** One bundle each: src/<name>.js becomes <name>.js. A page opens with the first ones. */
const FIRST = ["first", "page", "router", "student", "teacher", "progress", "admin"];
const LATER = ["upload", "reply", "compare", "rubrics", "exercises", "courses", "judging", "plot", "mydata", "consent", "library", "invitations", "storage", "person", "audit", "health", "settings", "search", "bell", "profile", "stock", "guest", "guests"];

async function bundles(names, more) {
  await build({
    ...COMMON,
    ...more,
    entryPoints: names.map((name) => `src/${name}.js`),
    outdir: OUT,
    write: true,
    format: "esm",
  });
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
try {
  await bundles(FIRST, { banner: AT_ONCE });
  await bundles(LATER);
  await front(OUT);
  await styles(OUT);
  await plotly();
  await publish();
} finally {
  await rm(OUT, { recursive: true, force: true });
}
console.log(`built ${FIRST.length + LATER.length} widgets, the front end, the styles and Plotly`);
