// Builds the front end of our own pages: front.js, and in chunks/ the controls few pages use.
// The chunk is one function that is handed the modules the page has already, so that nothing
// is loaded twice and front.js needs no other file to begin. Names in chunks/ carry the hash
// of what is inside.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const SHIMS = path.join(HERE, "src/front/shims");

/** How everything is built. */
export const COMMON = {
  absWorkingDir: HERE,
  bundle: true,
  write: false,
  target: "es2022",
  minify: true,
  sourcemap: false,
  legalComments: "inline",
  charset: "utf8",
  logLevel: "warning",
};

/** Put before the scripts a page opens with: browsers then compile all of their functions beside the
 * main thread, and keep them compiled for the next visit; otherwise each waits for its first call. */
export const AT_ONCE = { js: "//# allFunctionsCalledOnLoad" };

// Lumino's sources were written for assigned, not defined, class fields.
const FRONT = { ...COMMON, tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } } };

const REPLACED = {
  "@lumino/coreutils": "coreutils.js",
  jquery: "jquery.js",
  "lodash/isEqual": "is_equal.js",
  "sanitize-html": "sanitize.js",
  underscore: "underscore.js",
};

/** Lean replacements of whole packages, and of base's error view. */
const lean = (lumino) => ({
  name: "lean",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(@lumino\/(coreutils|widgets)|jquery|lodash\/isEqual|sanitize-html|underscore)$/ }, ({ path: name }) => ({
      path: path.join(SHIMS, name === "@lumino/widgets" ? lumino : REPLACED[name]),
    }));
    onResolve({ filter: /^\.\/errorwidget$/ }, () => ({ path: path.join(HERE, "src/front/failed.js") }));
    // anywidget is published for AMD loaders only; its last statement hands over the factory.
    onLoad({ filter: /anywidget\/dist\/index\.js$/ }, async ({ path: file }) => {
      const text = await readFile(file, "utf8");
      const last = /define\(\["@jupyter-widgets\/base"\], (\w+)\);\s*$/;
      if (!last.test(text)) throw new Error("anywidget is published in another way than this build knows");
      return { contents: text.replace(last, "export default $1;"), loader: "js" };
    });
  },
});

const SHARED = ["@jupyter-widgets/base", "@lumino/messaging", "@lumino/signaling", "jquery", "practika:lumino"];

/** In the chunk, what the page has already stays a require(). */
const shared = {
  name: "shared",
  setup({ onResolve }) {
    onResolve({ filter: /^(@|jquery|practika)/ }, ({ path: name }) =>
      SHARED.includes(name) ? { path: name, external: true } : undefined,
    );
    onResolve({ filter: /^\.\/widget_(box|core)$/ }, ({ path: name }) => ({ path: name.slice(2), external: true }));
    onResolve({ filter: /^\.\/(widget|title|layout|panel|panellayout)$/ }, ({ importer }) =>
      importer.includes("@lumino/widgets/src") ? { path: "practika:lumino", external: true } : undefined,
    );
  },
};

const BSD = `Redistribution and use in source and binary forms, with or without modification, are permitted
provided that the following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this list of conditions
   and the following disclaimer.
2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions
   and the following disclaimer in the documentation and/or other materials provided with the
   distribution.
3. Neither the name of the copyright holder nor the names of its contributors may be used to endorse
   or promote products derived from this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED
WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A
PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR
ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT
LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS
INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR
TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF
ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.`;

/** The text for a package that names its licence without bringing it. */
function named({ name, license, author }) {
  if (license !== "BSD-3-Clause") throw new Error(`${name} brings no text of its licence (${license})`);
  const who = typeof author === "string" ? author : author?.name;
  return `Copyright (c) ${[who, "contributors"].filter(Boolean).join(" and ")}\n\n${BSD}`;
}

/** Texts of the licences of every package that is inside what was built. */
async function licences(out, inputs) {
  const folders = inputs.map((name) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(name)?.[0]).filter(Boolean);
  const texts = [...new Set(folders)].sort().map(async (folder) => {
    const here = path.join(HERE, folder);
    const about = JSON.parse(await readFile(path.join(here, "package.json"), "utf8"));
    const file = (await readdir(here)).sort().find((each) => /^(licen[cs]e|copying)/i.test(each));
    const text = file ? await readFile(path.join(here, file), "utf8") : named(about);
    return `${about.name} ${about.version}\n\n${text.replaceAll("\r\n", "\n").trim()}\n`;
  });
  await writeFile(path.join(out, "front-LICENSES.txt"), (await Promise.all(texts)).join(`\n${"-".repeat(72)}\n\n`));
}

/** Write a chunk under a name that says what is inside; returns the name relative to front.js. */
async function chunk(out, name, ending, text) {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 12);
  await mkdir(path.join(out, "chunks"), { recursive: true });
  await writeFile(path.join(out, "chunks", `${name}-${hash}.${ending}`), text);
  return `./chunks/${name}-${hash}.${ending}`;
}

async function controls(out) {
  const css = await build({ ...FRONT, metafile: true, entryPoints: ["src/front/controls.css"] });
  const js = await build({
    ...FRONT,
    metafile: true,
    entryPoints: ["@jupyter-widgets/controls"],
    format: "cjs",
    plugins: [shared, lean("lumino_rest.js")],
    banner: { js: "export default function (require) {\nconst module = { exports: {} };" },
    footer: { js: "return module.exports;\n}" },
  });
  const define = {
    CONTROLS: JSON.stringify(await chunk(out, "controls", "js", js.outputFiles[0].text)),
    CONTROLS_CSS: JSON.stringify(await chunk(out, "controls", "css", css.outputFiles[0].text)),
  };
  return { define, inputs: [css, js].flatMap((built) => Object.keys(built.metafile.inputs)) };
}

/** Build front.js, chunks/ and the licences of what is inside into a folder. */
export async function front(out) {
  const { define, inputs } = await controls(out);
  const { metafile } = await build({
    ...FRONT,
    entryPoints: ["src/front.js"],
    banner: AT_ONCE,
    outdir: out,
    write: true,
    metafile: true,
    format: "esm",
    define,
    external: ["./chunks/*"],
    plugins: [lean("lumino.js")],
  });
  await licences(out, [...inputs, ...Object.keys(metafile.inputs)]);
  return metafile;
}
