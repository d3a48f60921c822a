/**
 * What a kernel says of memory while it boots: of every recorded machine, line by line, in its order and with its
 * figures. A recording has the lines that the recorder's pattern keeps (../recorder/recording.ts).
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Player } from "../playback/play.ts";
import { readTrace } from "../protocol/trace.ts";
import { findFiles } from "./input.ts";

const KEPT = /SRAT|e820|NUMA|[Zz]one|Movable|node +\d|On node|Memory:|Memory block|zonelist|Initmem|hotplug|memmap_on/;

/** Not compared, with the reason in ../playback/README.md. */
const MASKED: Readonly<Record<string, RegExp>> = {
  "boot-firmware": /^ACPI: (SRAT 0x|Reserving SRAT|SRAT ACPI table found|Table Upgrade)/,
  "boot-processors": /^(smpboot|CPU topo): Allowing|^pci_bus|^mempolicy:|^futex hash|^SLUB: Unable/,
  "boot-image": /^Memory: |^(Kernel c|C)ommand line: |^node \d+ deferred pages initialised/,
  "boot-zonelists": /^Built \d+ zonelists|^Policy zone: /,
  "not-simulated": /^playground: /,
};

const compared = (lines: readonly string[]): string[] =>
  lines.filter((line) => KEPT.test(line) && !Object.values(MASKED).some((mask) => mask.test(line)));

function boots(file: string): readonly [real: string[], simulated: string[]] {
  const read = readTrace(readFileSync(file, "utf8"), file);
  if (!read.ok) throw new Error(read.problem);
  const { machine } = new Player(read.value);
  const changes = machine.happened().flatMap((transaction) => transaction.changes);
  const said = changes.flatMap((change) => (change.c === "log" ? [change.line] : []));
  return [compared(read.value.bootlog), compared(said)];
}

test("the log of a boot is that of the recorded one", { timeout: 300_000 }, () => {
  let lines = 0;
  for (const file of findFiles(["public/traces"])) {
    const [real, simulated] = boots(file);
    expect(simulated, file).toEqual(real);
    lines += real.length;
  }
  expect(lines).toBeGreaterThan(5_000);
});
