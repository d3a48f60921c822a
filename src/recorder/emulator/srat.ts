/**
 * A SRAT (ACPI System Resource Affinity Table) whose memory of some nodes is marked hot-pluggable. QEMU marks only the
 * range for DIMMs, so the table is read from the machine's firmware, changed, and given to the kernel in front of its
 * initial ram disk, where it takes replacements for tables from (CONFIG_ACPI_TABLE_UPGRADE).
 */
import { cpio } from "../guest/cpio.ts";

const CHECKSUM = 9;
const OEM_REVISION = 24;
const HEADER = 48;
const MEMORY_AFFINITY = 1;
const FLAGS = 28;
const ENABLED = 1;
const HOT_PLUGGABLE = 2;
/** The kernel looks for tables at the start of an archive of its own, padded to this. */
const PADDED = 512;

export function markHotpluggable(srat: Buffer, nodes: readonly number[]): Buffer {
  const table = Buffer.from(srat);
  for (let at = HEADER; at + 1 < table.length; at += Math.max(2, table[at + 1] ?? 0)) {
    const flags = table[at + FLAGS] ?? 0;
    if (table[at] === MEMORY_AFFINITY && nodes.includes(table.readUInt32LE(at + 2)) && flags & ENABLED)
      table[at + FLAGS] = flags | HOT_PLUGGABLE;
  }
  // Only a newer table replaces another.
  table.writeUInt32LE(table.readUInt32LE(OEM_REVISION) + 1, OEM_REVISION);
  table[CHECKSUM] = 0;
  table[CHECKSUM] = 256 - (table.reduce((sum, byte) => (sum + byte) & 0xff, 0) || 256);
  return table;
}

/** The archive to put in front of the initial ram disk. */
export function tableArchive(table: Buffer): Buffer {
  const archive = cpio([{ path: "kernel/firmware/acpi/srat.aml", is: "file", content: table }]);
  return Buffer.concat([archive, Buffer.alloc((PADDED - (archive.length % PADDED)) % PADDED)]);
}
