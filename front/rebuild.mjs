// Makes static/waymark.css, static/waymark.js and static/vendor/ from the packages that
// package-lock.json pins.
//
// The style sheet is Sass, then four steps over what Sass gives:
//   1. rules of NHS.UK frontend that no template of ours can match are dropped, and so are its
//      own focus styles (Waymark has one focus ring for everything) and its fallbacks for browsers
//      that are no longer about;
//   2. its colours, written as the light palette, become our custom properties; a colour that has
//      none stops the build;
//   3. rules for a class of our own that nothing uses are dropped and named;
//   4. white space goes.
//
// The script is htmx as it comes, then our own: one file is one request on a bad line.

import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import postcss from "postcss";
import * as sass from "sass";

const front = dirname(fileURLToPath(import.meta.url));
const root = dirname(front);
const modules = join(front, "node_modules");
const vendor = join(root, "static", "vendor");
const version = (name) => JSON.parse(readFileSync(join(modules, name, "package.json"))).version;

const PALETTE = {
  "#1f2a30": "ink",
  "#212b32": "ink",
  "#45535b": "quiet",
  "#faf7f2": "paper",
  "#ffffff": "card",
  "#fffffe": "on-brand",
  "#6b767d": "control",
  "#dcd4c7": "line",
  "#a11515": "emergency",
  "#710f0f": "emergency",
  "#0a4e8a": "link",
  "#0e4b50": "brand",
  "#08363a": "brand-strong",
  "#000000": "ink",
};

// Classes that are not written in a template: what htmx adds, and what a page only has at times.
const ELSEWHERE = ["htmx-request"];

function files(folder, ends) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ends))
    .map((entry) => join(entry.parentPath, entry.name));
}

// Every word that could be a class: cheap, and it errs only towards keeping a rule.
function wordsInUse() {
  const sources = [
    ...files(join(root, "templates"), ".html"),
    ...files(join(root, "learning"), ".py"),
    ...files(join(root, "fixtures"), ".svg"),
  ];
  const words = new Set(ELSEWHERE);
  for (const source of sources) {
    for (const word of readFileSync(source, "utf8").match(/[A-Za-z][\w-]*/g) ?? []) words.add(word);
  }
  for (const word of [...words]) if (word.endsWith("-")) words.add(`${word}*`);
  return words;
}

const used = wordsInUse();
const prefixes = [...used].filter((word) => word.endsWith("-*")).map((word) => word.slice(0, -1));
const inUse = (name) => used.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
const classes = (selector) =>
  (selector.match(/\.(-?[A-Za-z_][\w-]*)/g) ?? []).map((name) => name.slice(1));

const unused = new Set();
const unknownColours = new Set();

function wanted(selector) {
  if (/nhsuk-/.test(selector)) return false;
  if (/(?<!:not\()(?<!\.skip-link:not\():focus(?!-visible)/.test(selector)) {
    return selector === "main:focus";
  }
  if (/:disabled|::-moz-focus-inner|\\:hover|(^| )option:| code$/.test(selector)) return false;
  if (/:visited/.test(selector) && !/button/.test(selector)) return false;
  const names = classes(selector);
  for (const name of names) if (!inUse(name)) unused.add(name);
  return names.every(inUse);
}

const trim = {
  postcssPlugin: "waymark-trim",
  Once(sheet) {
    sheet.walkComments((comment) => comment.remove());
    sheet.walkAtRules("supports", (rule) => {
      if (/-ms-ime-align/.test(rule.params)) rule.replaceWith(rule.nodes);
    });
    sheet.walkAtRules("media", (rule) => {
      rule.params = rule.params.replace(/,\s*\(-ms-high-contrast: active\)/g, "");
      if (/\\0/.test(rule.params)) rule.remove();
    });
    sheet.walkRules((rule) => {
      if (rule.parent.name === "font-face") return;
      rule.selectors = rule.selectors.filter(wanted);
      if (!rule.selectors.filter(Boolean).length) rule.remove();
    });
    sheet.walkDecls((decl) => {
      if (/^-ms-|^-webkit-appearance/.test(decl.prop)) decl.remove();
      if (decl.prop.startsWith("--") || /^(#fff|#000)$/.test(decl.value)) return;
      decl.value = decl.value.replace(/#[0-9a-f]{3,8}\b/gi, (colour) => {
        const token = PALETTE[colour.toLowerCase()];
        if (!token) unknownColours.add(`${colour} in ${decl.parent.selector}`);
        return `var(--${token})`;
      });
    });
    sheet.walkDecls((decl) => {
      // Sass writes a size in px for browsers without rem, and the same again in rem.
      const next = decl.next();
      if (next?.type === "decl" && next.prop === decl.prop && /px$/.test(decl.value) &&
        /rem$/.test(next.value)) decl.remove();
    });
    let before;
    do {
      before = sheet.toString().length;
      sheet.walkRules((rule) => { if (!rule.nodes.length) rule.remove(); });
      sheet.walkAtRules((rule) => { if (rule.nodes && !rule.nodes.length) rule.remove(); });
    } while (sheet.toString().length !== before);
  },
};

function tight(css) {
  return css
    .replace(/\s+/g, " ")
    .replace(/ ?([{};,]) ?/g, "$1")
    .replace(/: (?=[^{}]*[;}])/g, ":")
    .replace(/;}/g, "}")
    .replace(/ ?> ?/g, ">")
    .trim();
}

function buildStyle() {
  const css = sass.compile(join(front, "waymark.scss"), {
    loadPaths: [modules],
    style: "expanded",
    quietDeps: true,
    charset: false,
  }).css;
  const trimmed = postcss([trim]).process(css, { from: undefined }).css;
  if (unknownColours.size) {
    throw new Error(`Colours without a token:\n  ${[...unknownColours].join("\n  ")}`);
  }
  const notice =
    `/*! Waymark. Contains parts of NHS.UK frontend ${version("nhsuk-frontend")}, ` +
    "Copyright (c) Crown Copyright (NHS England), MIT: see vendor/nhsuk/LICENSE. " +
    "Built by front/rebuild; do not edit. */\n";
  return notice + tight(trimmed) + "\n";
}

function vendorFiles() {
  const font = "@fontsource/atkinson-hyperlegible-next";
  for (const folder of ["htmx", "font", "nhsuk"]) mkdirSync(join(vendor, folder), { recursive: true });
  const copy = (from, to) => cpSync(join(modules, from), join(vendor, to));
  copy("htmx.org/dist/htmx.min.js", "htmx/htmx.min.js");
  copy("htmx.org/LICENSE", "htmx/LICENSE");
  copy(`${font}/LICENSE`, "font/LICENSE");
  for (const weight of [400, 700]) {
    copy(
      `${font}/files/atkinson-hyperlegible-next-latin-${weight}-normal.woff2`,
      `font/atkinson-hyperlegible-next-${weight}.woff2`,
    );
  }
}

function writeReadme() {
  const digest = (path) =>
    createHash("sha256").update(readFileSync(join(root, "static", path))).digest("hex");
  const rows = [
    ["vendor/htmx/htmx.min.js", "htmx", version("htmx.org"), "0BSD", "vendor/htmx/LICENSE"],
    ...[400, 700].map((weight) => [
      `vendor/font/atkinson-hyperlegible-next-${weight}.woff2`,
      "Atkinson Hyperlegible Next, Latin (Fontsource)",
      version("@fontsource/atkinson-hyperlegible-next"),
      "OFL-1.1",
      "vendor/font/LICENSE",
    ]),
    ["waymark.css", "NHS.UK frontend, in part", version("nhsuk-frontend"), "MIT",
      "vendor/nhsuk/LICENSE"],
  ];
  writeFileSync(
    join(vendor, "README.md"),
    `# What comes from others

Written by \`front/rebuild\` from the packages that \`front/package-lock.json\` pins. Do not edit the
files by hand: a test compares each with its digest here. Paths are below \`static/\`.

| file | what | version | licence | text of the licence | sha256 |
| --- | --- | --- | --- | --- | --- |
${rows.map((row) => `| ${[...row, digest(row[0])].join(" | ")} |`).join("\n")}

\`waymark.css\` holds the rules of NHS.UK frontend that Waymark's pages use, with our own colours and
font, under our own class names. Nothing of the NHS's name, logo or font is in it. \`waymark.js\` is
htmx, then our own \`front/waymark.js\`.
`,
  );
}

function buildScript() {
  const own = readFileSync(join(front, "waymark.js"), "utf-8");
  const htmx = readFileSync(join(vendor, "htmx", "htmx.min.js"), "utf-8");
  return `${htmx.trimEnd()}\n${own}`;
}

vendorFiles();
writeFileSync(join(root, "static", "waymark.js"), buildScript());
const css = buildStyle();
writeFileSync(join(root, "static", "waymark.css"), css);
writeReadme();
const kb = (bytes) => `${(bytes.length / 1024).toFixed(1)} KB`;
console.log(
  `static/waymark.css: ${kb(Buffer.from(css))}, gzip ${kb(gzipSync(css, { level: 9 }))}, ` +
    `brotli ${kb(brotliCompressSync(css))}`,
);
if (unused.size) console.log(`Dropped, as nothing uses them: ${[...unused].sort().join(" ")}`);
