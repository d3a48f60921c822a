/**
 * Two rules of the house that no linter has. Sizes of pages, tables and sections are written once, in `src/engine/units.ts`, and
 * named wherever they are used. And nobody counts commas: what takes more than a few values takes them by name.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseSync, Visitor } from "rolldown/utils";

/** Numbers that nearly always are a page's bytes, a table's entries, pages of a huge page, a section or a 1 GiB entry. */
const SIZES: ReadonlySet<number> = new Set([511, 512, 4095, 4096, 32_767, 32_768, 262_144, 2_097_152, 134_217_728]);
/** Shifts by as many bits: of a table's entries, a page's bytes, a section's pages, a huge page's bytes, a section's bytes. */
const SHIFTS: ReadonlySet<number> = new Set([9, 12, 15, 21, 27]);
/** Folders that count pages, but for where sizes are defined. */
const COUNTS_PAGES = /^src\/(?!engine\/units\.ts)(engine|worker|client|views)\//;

/** The same numbers where they are something else, which the line says. */
const OTHERS: readonly string[] = [
  // Mixing of bits.
  "src/engine/hash.ts: const turned = (mixed << 15) | (mixed >>> 17);",
  "src/engine/inspect/process-tables.ts: return (mixed ^ (mixed >>> 15)) >>> 0;",
  "src/engine/time/random.ts: let mixed = Math.imul(state ^ (state >>> 15), state | 1);",
  // A bit beside a node's number.
  "src/engine/inspect/columns.ts: export const MIGRATING = 0x8000;",
  // Mebibytes, bytes of a sector, of a slab's objects, and of files whatever pages are.
  'src/engine/experiments/trial.ts: { onboard: bytes(512 * MIB), cpus: "0-1", slots: [null, null] },',
  "src/engine/kernel/boot.ts: const LEAST_FOR_HUGE_PAGES = (512 * MIB) / PAGE_SIZE;",
  "src/engine/sysfs/block-drivers.ts: export const SECTORS_IN_PAGE = PAGE_SIZE / 512;",
  "src/engine/sysfs/more/mm-files.ts: const SIZES = [8, 16, 32, 64, 128, 256, 512, 1024, PMD_KIB];",
  'src/engine/sysfs/more/iomem.ts: range(0, 0xfff, "Reserved"),',
  "src/engine/sysfs/tree.ts: const SYSFS_FILE_SIZE = 4096;",
  // The kernel's own limits.
  "src/engine/kernel/profiles/rows.ts: mostMinFreeKb: 262_144,",
  "src/engine/sysfs/module-files.ts: const MAX_ERRNO = 4095;",
  "src/engine/sysfs/more/sysctls.ts: pid_max: number(32_768, 301, 4_194_304),",
  // How many of something are kept, looked at or drawn.
  "src/engine/kernel/uevents.ts: const KEPT = 4_096;",
  "src/engine/time/operations.ts: const KEPT_ENDED = 512;",
  "src/worker/engine-host.ts: const CAUSE_BYTES = 512;",
  "src/worker/play.ts: const LONGEST_LINE = 4096;",
  "src/worker/projector.ts: const SAMPLE = 512;",
  "src/client/film/changes.ts: const WEIGHED_EACH = 512;",
  "src/client/film/map-track.ts: const MARKED_EACH = 4096;",
  "src/client/film/thinning.ts: export const STRIDE = 512;",
  "src/views/box/cell-painter.ts: const MANY_BLOCKS = 512;",
  "src/views/scale/memory.ts: const MOST_SECTIONS = 4096;",
  "src/views/zones-in-depth/PageblockMap.tsx: const MOST_ROWS = 512;",
];

/** Values that a function takes by their place. One object taken apart is one. */
const MOST = 5;

/** What runs for every page, entry, character or pixel, where an object each time would cost more than it tells. */
const EXCUSED: ReadonlyMap<string, string> = new Map([
  ["src/engine/memory/allocator.ts alloc", "each page that is taken"],
  ["src/engine/memory/allocator.ts decide", "each page that is taken"],
  ["src/engine/memory/allocator.ts walk", "each page that is taken"],
  ["src/engine/memory/buddy.ts choose", "each page that is taken"],
  ["src/shell/regex.ts follow", "each character of a line that is searched"],
  ["src/views/memory-map/tile-painter.ts frame", "each page that changed, in each frame"],
]);

interface Node {
  readonly start: number;
}
interface Named {
  readonly id?: { readonly name?: string } | null;
  readonly key?: { readonly name?: string };
}

interface Found {
  /** Lines that have a size as a bare number in their code; words in quotes are not looked at. */
  readonly sizes: ReadonlySet<string>;
  /** Names of functions, methods and their types that take more than MOST values by place. */
  readonly crowded: readonly string[];
}

function read(file: string, text: string): Found {
  const sizes = new Set<string>();
  const crowded: string[] = [];
  const addLine = ({ start }: Node): void => {
    const from = text.lastIndexOf("\n", start) + 1;
    const end = text.indexOf("\n", start);
    sizes.add(text.slice(from, end < 0 ? text.length : end).trim());
  };
  /** Names that functions get from where they stand, by where they begin. */
  const names = new Map<number, string>();
  const name = (held: Node | null | undefined, called: unknown): void => {
    const given = (called as { readonly name?: string } | null)?.name;
    if (held && given !== undefined) names.set(held.start, given);
  };
  const look = (node: Node & { readonly params: readonly unknown[] }): void => {
    if (node.params.length <= MOST) return;
    const { id, key } = node as Named;
    crowded.push(id?.name ?? key?.name ?? names.get(node.start) ?? "a function");
  };
  new Visitor({
    Literal(node) {
      // Octal numbers are modes of files.
      const octal = node.raw?.startsWith("0o") ?? false;
      if (typeof node.value === "number" && SIZES.has(node.value) && !octal) addLine(node);
    },
    BinaryExpression(node) {
      if (!/^(<<|>>>?)$/.test(node.operator) || node.right.type !== "Literal") return;
      if (SHIFTS.has(Number(node.right.value))) addLine(node);
    },
    VariableDeclarator: ({ id, init }) => name(init, id),
    Property: ({ key, value }) => name(value, key),
    PropertyDefinition: ({ key, value }) => name(value, key),
    MethodDefinition: ({ key, value }) => name(value, key),
    TSPropertySignature: ({ key, typeAnnotation }) => name(typeAnnotation?.typeAnnotation, key),
    TSTypeAliasDeclaration: ({ id, typeAnnotation }) => name(typeAnnotation, id),
    FunctionDeclaration: look,
    FunctionExpression: look,
    ArrowFunctionExpression: look,
    TSDeclareFunction: look,
    TSEmptyBodyFunctionExpression: look,
    TSMethodSignature: look,
    TSCallSignatureDeclaration: look,
    TSConstructSignatureDeclaration: look,
    TSFunctionType: look,
  }).visit(parseSync(file, text).program);
  return { sizes, crowded };
}

describe("the program", () => {
  const sizes: string[] = [];
  const crowded: string[] = [];
  for (const entry of readdirSync("src", { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name).replaceAll("\\", "/");
    if (!entry.isFile() || !/\.tsx?$/.test(file) || /\.test\.tsx?$|\/testing\//.test(file)) continue;
    const found = read(file, readFileSync(file, "utf8"));
    for (const line of COUNTS_PAGES.test(file) ? found.sizes : []) sizes.push(`${file}: ${line}`);
    for (const each of found.crowded) crowded.push(`${file} ${each}`);
  }

  test("counts no page, table or section by a bare number", () => {
    expect(sizes.filter((one) => !OTHERS.includes(one))).toEqual([]);
  });

  test("has no function that takes more than five values by place", () => {
    expect(crowded.filter((one) => !EXCUSED.has(one))).toEqual([]);
  });

  test("has all that is excused: an excuse goes with what it excused", () => {
    expect(OTHERS.filter((one) => !sizes.includes(one))).toEqual([]);
    expect([...EXCUSED.keys()].filter((one) => !crowded.includes(one))).toEqual([]);
  });
});

describe("bare sizes", () => {
  test.each([
    ["const at = entry % 512;", true],
    ["const at = entry & ~511;", true],
    ["const at = address >> 12;", true],
    ["const many = 1 << 21;", true],
    ["const many = 2_097_152;", true],
    ["const many = 0x1000;", true],
    ["const said = `512 ${pages >>> 9}`;", true],
    ["const said = '512 of 4096';", false],
    ["const at = 1 << order;", false],
    ["const far = 512 * MIB;", true],
    ["const mode = 0o7777;", false],
  ])("%s", (text, noticed) => {
    expect([...read("a.ts", text).sizes]).toEqual(noticed ? [text] : []);
  });
});

describe("crowded functions", () => {
  const six = "a: 1, b: 1, c: 1, d: 1, e: 1, f: 1";
  test.each([
    [`function many(${six}) {}`, ["many"]],
    [`function* many(${six}) {}`, ["many"]],
    [`const many = (${six}) => 1;`, ["many"]],
    [`class A { many(${six}) {} }`, ["many"]],
    [`class A { constructor(${six}) {} }`, ["constructor"]],
    [`class A { many = (${six}) => 1; }`, ["many"]],
    [`const a = { many(${six}) {} };`, ["many"]],
    [`interface A { many(${six}): void }`, ["many"]],
    [`interface A { many: (${six}) => void }`, ["many"]],
    [`type Many = (${six}) => void;`, ["Many"]],
    [`each((${six}) => 1);`, ["a function"]],
    ["function few({ a, b, c, d, e, f }: A, g: 1) {}", []],
    ["function few(a: 1, b: 1, c: 1, d: 1, e: 1) {}", []],
  ])("%s", (text, expected) => {
    expect(read("a.ts", text).crowded).toEqual(expected);
  });
});
