/** What mem= and memmap= make of firmware's map. The recorded kernels' own maps are held by ../../../conformance/boot-log.test.ts. */
import { expect, test } from "vitest";
import { type E820Entry, addressRange } from "../../hardware/memory-map.ts";
import { GIB, MIB } from "../../units.ts";
import { type MapEdit, mapEdits, userMap } from "./user-map.ts";

const FIRMWARE: readonly E820Entry[] = [
  { ...addressRange(MIB, GIB), type: "usable" },
  { ...addressRange(GIB, GIB + MIB), type: "reserved" },
];
const edited = (...words: string[]): string[] =>
  userMap(
    FIRMWARE,
    words.flatMap((word): MapEdit[] => mapEdits(word) ?? []),
  ).map(({ start, end, type }) => `${start / MIB}-${end / MIB} ${type}`);

test("without words it is firmware's map", () => {
  expect(userMap(FIRMWARE, [])).toBe(FIRMWARE);
});

test("a range splits RAM, and the type of the higher number counts where two overlap", () => {
  expect(edited("64M$512M")).toEqual(["1-512 usable", "512-576 reserved", "576-1024 usable", "1024-1025 reserved"]);
  expect(edited("64M@512M")).toEqual(["1-1024 usable", "1024-1025 reserved"]);
  expect(edited("4M@1023M")).toEqual(["1-1024 usable", "1024-1025 reserved", "1025-1027 usable"]);
  expect(edited("64M$512M,32M!544M,64M#600M")).toEqual([
    "1-512 usable",
    "512-544 reserved",
    "544-576 persistent",
    "576-600 usable",
    "600-664 ACPI data",
    "664-1024 usable",
    "1024-1025 reserved",
  ]);
});

test("a limit takes RAM that is there by then; what is given back after it stays", () => {
  expect(edited("512M", "64M@768M")).toEqual(["1-512 usable", "768-832 usable", "1024-1025 reserved"]);
  expect(edited("64M@768M", "512M")).toEqual(["1-512 usable", "1024-1025 reserved"]);
  expect(edited("exactmap", "100M@1M")).toEqual(["1-101 usable"]);
});

test("what is of one type becomes another, or nothing", () => {
  expect(edited("64M%512M-1+2")).toEqual(["1-512 usable", "512-576 reserved", "576-1024 usable", "1024-1025 reserved"]);
  expect(edited("1G%512M-1")).toEqual(["1-512 usable", "1024-1025 reserved"]);
  expect(edited("512M%512M-1+3", "1G%512M-2+1")).toEqual(["1-512 usable", "512-1024 ACPI data", "1024-1025 usable"]);
  expect(edited("64M%2G+1")).toEqual(["1-1024 usable", "1024-1025 reserved", "2048-2112 usable"]);
  expect(edited("1G%512M")).toEqual(["1-512 usable"]);
  expect(edited("64M%512M-1+2x")).toEqual(edited());
  // A type without a meaning here, and a kernel that takes all of it for a limit.
  expect(mapEdits("64M%512M-1+99")).toBeNull();
  expect(mapEdits("64M%512M-1+2", false)).toEqual([{ what: "limit", at: 64 * MIB }]);
});
