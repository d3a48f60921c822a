/** Machines that `chmem` is compared on and the ways it is called: for the tests, and for who records the real one. */
import type { FileErrno } from "../../../engine/sysfs/errno.ts";
import { machineIn } from "./lsmem-states.ts";
import { MEMORY } from "./memory-blocks.ts";

/** Of the states in ./lsmem-states.ts. */
export const CHANGED_STATES = [
  "two nodes",
  "a DIMM that nobody onlined",
  "a DIMM online in two zones",
  "every second block",
  "a gap between blocks",
  "6.12",
];

const ADDRESSES = ["0x100000000-0x107ffffff", "0x100000000-0x10fffffff", "0x0000000108000000-0x000000010fffffff"];

/** Arguments. */
export const CHMEM_CALLS: readonly (readonly string[])[] = [
  [],
  ["-e"],
  ["-d"],
  ["128M"],
  ["-e", "-d", "128M"],
  ["-d", "-e", "128M"],
  ["-e", "128M", "256M"],
  ["--nosuch"],
  ["--blocks", "32"],
  ["-e", "128MiB"],
  ["-e", "134217728B"],
  ["-x"],
  ["-z"],
  ["--version"],
  ...["128M", "128", "256m", "1G", "64G", "0.25G", "131072K"].flatMap((size) => [
    ["-e", size],
    ["-d", size],
    ["-v", "-e", size],
    ["--verbose", "--disable", size],
  ]),
  ...["0", "100M", "1", "foo", "128X", "-5", "1e3", "99999999999G", "128MB", "1GB", "0x80", "0xff", "0200", "0128"].map(
    (size) => ["-e", "--", size],
  ),
  ...["0.5G", "0.125G", ".5G", "1.5", " 128M", "128 M", "128MiX", "+128M", "128M-", "128M-256M", "1-2-3"].map(
    (size) => ["-v", "-e", "--", size],
  ),
  ...["32", "33", "32-33", "32-35", "0-1", "40-41", "35-36", "33-32", "999"].flatMap((blocks) => [
    ["-e", "-b", blocks],
    ["-d", "-b", blocks],
    ["-v", "-e", "-b", blocks],
    ["-v", "-d", "--block", blocks],
  ]),
  ...["foo", "1-foo", "foo-1", "", "-", "1-", "-1", "0x20", "32-33-34", " 32", "032", "32 ", "1-2x"].map((blocks) => [
    "-ev",
    "-b",
    "--",
    blocks,
  ]),
  ...ADDRESSES.flatMap((range) => [
    ["-e", range],
    ["-d", range],
    ["-v", "-d", range],
  ]),
  ...[
    "0x100000000-0x100000000",
    "0x100000001-0x107ffffff",
    "0x110000000-0x107ffffff",
    "100000000-0x107ffffff",
    "0x100000000-107ffffff",
    "0x100000000-",
    "0x-0x107ffffff",
    "0xg-0x107ffffff",
    "0X100000000-0X107FFFFFF",
  ].map((range) => ["-e", range]),
  ...["Movable", "Normal", "DMA", "Device", "Foo", "movable"].flatMap((zone) => [
    ["-e", "-z", zone, "128M"],
    ["-d", "-z", zone, "128M"],
    ["-e", "-v", "-z", zone, "-b", "32-33"],
    ["-v", "-d", "--zone", zone, "-b", "32-33"],
  ]),
];

/** What the kernel would answer to each block alone that is asked to go the other way. */
export function refusals(state: string): { readonly block: number; readonly errno: FileErrno }[] {
  const engine = machineIn(state);
  const listed = engine.files("A").list(MEMORY);
  const blocks = "names" in listed ? listed.names.flatMap((name) => /^memory(\d+)$/.exec(name)?.[1] ?? []) : [];
  return blocks.map(Number).flatMap((block) => {
    const machine = machineIn(state);
    const path = `${MEMORY}/memory${block}/state`;
    const read = machine.files("A").read(path);
    const text = "text" in read && read.text.startsWith("online") ? "offline" : "online";
    const { errno, op } = machine.submit({ do: "write", partition: "A", path, text });
    machine.settle(60e9);
    const answer = errno ?? (op === null ? null : (machine.operation(op)?.errno ?? null));
    return answer === null ? [] : [{ block, errno: answer }];
  });
}
