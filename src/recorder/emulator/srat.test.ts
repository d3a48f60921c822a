import { expect, test } from "vitest";
import { markHotpluggable, tableArchive } from "./srat.ts";

/** A SRAT with one CPU and memory of three nodes; node 2's entry is not enabled. */
function srat(): Buffer {
  const table = Buffer.alloc(48 + 16 + 3 * 40);
  table.write("SRAT");
  table.writeUInt32LE(table.length, 4);
  table.writeUInt32LE(7, 24);
  table[48] = 0;
  table[49] = 16;
  for (const node of [0, 1, 2]) {
    const at = 64 + node * 40;
    table[at] = 1;
    table[at + 1] = 40;
    table.writeUInt32LE(node, at + 2);
    table[at + 28] = node === 2 ? 0 : 1;
  }
  table[9] = 256 - (table.reduce((sum, byte) => sum + byte, 0) % 256);
  return table;
}
const sum = (table: Buffer) => table.reduce((total, byte) => total + byte, 0) % 256;

test("marks the enabled memory of the nodes, and nothing else; newer, with a checksum that holds", () => {
  const before = srat();
  expect(sum(before)).toBe(0);
  const marked = markHotpluggable(before, [1, 2]);
  expect(sum(marked)).toBe(0);
  expect([0, 1, 2].map((node) => marked[64 + node * 40 + 28])).toEqual([1, 3, 0]);
  expect(marked.readUInt32LE(24)).toBe(8);
  expect(before.readUInt32LE(24)).toBe(7);
  const changed = [...marked].flatMap((byte, i) => (byte === before[i] ? [] : [i]));
  expect(changed).toEqual([9, 24, 64 + 40 + 28]);
});

test("a table whose entries are broken ends the walk, not the program", () => {
  const broken = srat();
  broken[49] = 0;
  expect(sum(markHotpluggable(broken, [1]))).toBe(0);
});

test("the archive holds the table where the kernel looks for it, padded", () => {
  const archive = tableArchive(srat());
  expect(archive.length % 512).toBe(0);
  expect(archive.includes("kernel/firmware/acpi/srat.aml\0")).toBe(true);
  expect(archive.includes(srat())).toBe(true);
});
