/** Reads and writes of anything anywhere: nothing crashes or hangs, and the kernel agrees with itself afterwards. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { audit } from "../../engine/kernel/audit.ts";
import { addFiles } from "../../engine/sysfs/more/index.ts";
import type { FileTree } from "../../engine/sysfs/tree.ts";
import { smallBox } from "../../engine/testing/small-box.ts";
import { Engine } from "../../engine/time/engine.ts";

/** `FUZZ=10000` for a long run. */
const ACCESSES = Number(process.env.FUZZ ?? 1_000);
const PER_MACHINE = 250;

function* paths(tree: FileTree, at: string): Iterable<string> {
  const listed = tree.list(at);
  for (const name of "names" in listed ? listed.names : []) {
    const path = `${at === "/" ? "" : at}/${name}`;
    const stat = tree.stat(path);
    if ("errno" in stat) continue;
    if (stat.kind === "directory") yield* paths(tree, path);
    else yield path;
  }
}

const word = fc.oneof(
  fc.constantFrom(
    "0",
    "1",
    "2",
    "-1",
    "online",
    "offline",
    "online_movable",
    "online_kernel",
    "0x100000000",
    "insmod",
    "rmmod",
    "Y",
    "N",
    "\n",
    "",
    "4294967296",
    "always",
    "file memory_hotplug.c +p",
  ),
  fc.string({ maxLength: 20 }),
  fc.integer().map(String),
  fc.nat({ max: 2 ** 31 }).map((n) => `0x${n.toString(16)}`),
);
const access = fc.record({
  path: fc.nat(),
  how: fc.constantFrom("read", "write", "write", "at", "list", "stat"),
  text: word,
  offset: fc.integer({ min: -16, max: 2 ** 40 }),
  length: fc.integer({ min: 0, max: 4096 }),
  wait: fc.constantFrom(0, 0, 10_000, 5_000_000),
  odd: fc.constantFrom("", "", "", "", "/", "/..", "/x", "//"),
});

test(`${ACCESSES} accesses to files`, { timeout: 1_200_000 }, () => {
  fc.assert(
    fc.property(fc.array(access, { minLength: PER_MACHINE, maxLength: PER_MACHINE }), (accesses) => {
      const engine = new Engine({ seed: 1, box: smallBox() });
      const tree = engine.files("A");
      addFiles(tree);
      const all = [...paths(tree, "/")];
      for (const { path: n, how, text, offset, length, wait, odd } of accesses) {
        const path = `${all[n % all.length]}${odd}`;
        if (how === "read") expect(tree.read(path)).toBeTypeOf("object");
        else if (how === "at") expect(tree.readAt(path, offset, length)).toBeTypeOf("object");
        else if (how === "list") expect(tree.list(path)).toBeTypeOf("object");
        else if (how === "stat") expect(tree.stat(path)).toBeTypeOf("object");
        else engine.submit({ do: "write", partition: "A", path, text });
        engine.runFor(wait);
      }
      engine.settle(60e9);
      expect(audit(engine.kernel("A"))).toEqual([]);
    }),
    { numRuns: Math.ceil(ACCESSES / PER_MACHINE), seed: 7 },
  );
});
