/** Sizes of pages, tables and sections are written once, in `src/engine/units.ts`, and named wherever they are used. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseSync, Visitor } from "rolldown/utils";
import { importGraph } from "./import-graph.ts";

/** Where they are defined. */
const HOME = "src/engine/units.ts";

/** Numbers that nearly always are a page's bytes, a table's entries, pages of a huge page, a section or a 1 GiB entry. */
const SIZES: ReadonlySet<number> = new Set([511, 512, 4095, 4096, 32_767, 32_768, 262_144, 2_097_152, 134_217_728]);
/** Shifts by as many bits: of a table's entries, a page's bytes, a section's pages, a huge page's bytes, a section's bytes. */
const SHIFTS: ReadonlySet<number> = new Set([9, 12, 15, 21, 27]);

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
  "src/engine/sysfs/more/block-files.ts: const SECTORS_IN_PAGE = PAGE_SIZE / 512;",
  "src/engine/sysfs/more/mm-files.ts: const SIZES = [8, 16, 32, 64, 128, 256, 512, 1024, 2048];",
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

/** Folders that count pages. */
const WHERE = /^src\/(engine|worker|client|views)\//;

/** Lines of a text that have such a number in its code; words in quotes are not looked at. */
function bareSizes(file: string, text: string): string[] {
  const found = new Set<string>();
  const add = ({ start }: { readonly start: number }): void => {
    const from = text.lastIndexOf("\n", start) + 1;
    const end = text.indexOf("\n", start);
    found.add(text.slice(from, end < 0 ? text.length : end).trim());
  };
  new Visitor({
    Literal(node) {
      // Octal numbers are modes of files.
      const octal = node.raw?.startsWith("0o") ?? false;
      if (typeof node.value === "number" && SIZES.has(node.value) && !octal) add(node);
    },
    BinaryExpression(node) {
      if (!/^(<<|>>>?)$/.test(node.operator) || node.right.type !== "Literal") return;
      if (SHIFTS.has(Number(node.right.value))) add(node);
    },
  }).visit(parseSync(file, text).program);
  return [...found];
}

test("no page, table or section is counted by a bare number", () => {
  const found = [...importGraph("src").keys()]
    .filter((file) => file !== HOME && WHERE.test(file) && !file.endsWith("fake-engine.ts"))
    .flatMap((file) => bareSizes(file, readFileSync(file, "utf8")).map((line) => `${file}: ${line}`));
  expect(found.filter((one) => !OTHERS.includes(one))).toEqual([]);
  // An excuse goes with what it excused.
  expect(OTHERS.filter((one) => !found.includes(one))).toEqual([]);
});

describe("what is noticed", () => {
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
    expect(bareSizes("a.ts", text)).toEqual(noticed ? [text] : []);
  });
});
