/** /proc/iomem's System RAM and /sys/firmware/memmap: what memory the kernel knows of (kernel/resource.c, drivers/firmware/memmap.c). */

export interface RamResource {
  readonly start: number;
  /** Inclusive, as iomem prints it. */
  readonly end: number;
  readonly name: string;
  /** Device inside whose region it lies; what one device added side by side is one entry. */
  readonly device: string | null;
}

/** Region of a device that adds memory, a line above its memory in iomem. */
export interface DeviceRegion {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
  readonly name: string;
}

export interface FirmwareEntry {
  readonly index: number;
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
  readonly type: string;
}

export class Resources {
  readonly ram: RamResource[] = [];
  readonly devices: DeviceRegion[] = [];
  readonly firmware: FirmwareEntry[] = [];
  /** Where the part begins of what is set aside for a kernel after a panic that lies low for devices; null without. */
  crashLow: number | null = null;
  /** Windows of addresses above memory that the PCI host bridge decodes, and registers of devices on its bus. */
  readonly bridges: DeviceRegion[] = [];
  /** Of the kernel's map what is no RAM: reserved by firmware or by the command line. */
  readonly others: DeviceRegion[] = [];
  /** Behind RAM that ends inside a block of addresses: kept free of devices. */
  readonly buffers: DeviceRegion[] = [];
  private readonly usedIndexes = new Set<number>();

  /** Claims a range, and joins it with what its device has beside it (merge_system_ram_resource). False (-EEXIST) when it overlaps memory that is known. */
  claim(start: number, size: number, name = "System RAM", device: string | null = null): boolean {
    const end = start + size - 1;
    if (this.ram.some((known) => start <= known.end && end >= known.start)) return false;
    const merged = { start, end, name, device };
    if (device !== null) {
      for (const known of this.ram.filter(
        (each) => each.device === device && (each.end + 1 === start || end + 1 === each.start),
      )) {
        this.ram.splice(this.ram.indexOf(known), 1);
        merged.start = Math.min(merged.start, known.start);
        merged.end = Math.max(merged.end, known.end);
      }
    }
    this.ram.push(merged);
    this.ram.sort((x, y) => x.start - y.start);
    return true;
  }

  /** release_mem_region_adjustable: removes a range, trimming or splitting the entry around it. */
  release(start: number, size: number): void {
    const end = start + size - 1;
    const at = this.ram.findIndex((known) => known.start <= start && known.end >= end);
    const known = this.ram[at];
    if (!known) return;
    this.ram.splice(at, 1);
    if (known.end > end) this.ram.splice(at, 0, { ...known, start: end + 1 });
    if (known.start < start) this.ram.splice(at, 0, { ...known, end: start - 1 });
  }

  /** Whether every page of a range is System RAM. */
  covers(start: number, size: number): boolean {
    let at = start;
    for (const known of this.ram) {
      if (known.start > at) break;
      if (known.end >= at) at = known.end + 1;
      if (at >= start + size) return true;
    }
    return at >= start + size;
  }

  /** Adds an entry under an index, or under the lowest that never was used: numbers are not given twice, even after removal. */
  addFirmware(start: number, end: number, type: string, index = this.unusedIndex()): void {
    this.usedIndexes.add(index);
    this.firmware.push({ index, start, end, type });
    this.firmware.sort((x, y) => x.index - y.index);
  }

  private unusedIndex(): number {
    let index = 0;
    while (this.usedIndexes.has(index)) index++;
    return index;
  }

  removeFirmware(start: number, end: number): void {
    const at = this.firmware.findIndex((entry) => entry.start === start && entry.end === end);
    if (at >= 0) this.firmware.splice(at, 1);
  }
}
