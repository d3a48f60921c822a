/**
 * `crashkernel=`: memory that boot sets aside for a kernel to be started when this one panics (kernel/crash_reserve.c,
 * until 6.5 kernel/crash_core.c; arch/x86/kernel/setup.c). Its blocks never go offline, unless it is made smaller (../crash-kernel.ts).
 */
import { HIGH_MEMORY_START, addressRange } from "../../hardware/memory-map.ts";
import { PageKind } from "../../memory/kinds.ts";
import { MIB, PAGE_SIZE } from "../../units.ts";
import { since } from "../profiles/versions.ts";
import type { KernelVersion } from "../../hardware/description.ts";
import type { Memblock, Purpose } from "./memblock.ts";
import { type CrashKernel, NO_CRASH_KERNEL, offerCrashKernel } from "./crash-port.ts";
import { memparse } from "./memparse.ts";

const CRASH: Purpose = { kind: PageKind.Reserved, what: "crash kernel" };
const ALIGN = 16 * MIB;
/** Below 4 GiB for devices that reach no further, when the rest lies above. */
const DEFAULT_LOW = 256 * MIB;
/** RAM counts as a multiple of it, for firmware keeps a little (5.14). */
const RAM_UNIT = 128 * MIB;

interface Request {
  readonly size: number;
  readonly offset: number | null;
  readonly high: boolean;
  readonly low: number;
}

/** `START-[END]:SIZE[,...][@OFFSET]`: the size of the first range that the RAM lies in; 0 in none. */
function sizeByRange(text: string, ram: number): number | null {
  for (const part of text.split("@")[0]?.split(",") ?? []) {
    const [, from, to, size] = /^([^-:]+)-([^:]*):(.+)$/.exec(part) ?? [];
    if (from === undefined || size === undefined) return null;
    const end = to ? memparse(to).value : Number.POSITIVE_INFINITY;
    if (ram >= memparse(from).value && ram < end) return memparse(size).value;
  }
  return 0;
}

/** What the words ask for, the last of each form; `null` when nothing, or nothing that can be read. */
function requestOf(words: readonly string[], ram: number, kernel: KernelVersion): Request | null {
  const suffixed = since(kernel, 6, 17) ? /,(?:high|low|cma)$/ : /,(?:high|low)$/;
  const plain = words.findLast((word) => !suffixed.test(word));
  const lowWord = words.findLast((word) => word.endsWith(",low"));
  const low = lowWord === undefined ? DEFAULT_LOW : memparse(lowWord).value;
  const at = plain?.indexOf("@") ?? -1;
  const offset = plain !== undefined && at >= 0 ? memparse(plain.slice(at + 1)).value : null;
  if (plain?.includes(":")) {
    const size = sizeByRange(plain, since(kernel, 5, 14) ? Math.ceil(ram / RAM_UNIT) * RAM_UNIT : ram);
    if (size) return { size, offset, high: false, low };
  } else if (plain !== undefined) {
    const { value, rest } = memparse(plain);
    if (value > 0 && (rest === "" || rest.startsWith("@"))) return { size: value, offset, high: false, low };
  }
  const high = words.findLast((word) => word.endsWith(",high"));
  const size = high === undefined ? 0 : memparse(high).value;
  return size > 0 ? { size, offset: null, high: true, low } : null;
}

/** What the log says of a word that comes to nothing. */
function complaint(words: readonly string[]): string[] {
  const plain = words.findLast((word) => !/,(?:high|low)$/.test(word));
  if (plain === undefined) return [];
  if (plain.includes(":")) return ["crashkernel size resulted in zero bytes"];
  return /^\d/.test(plain) ? [] : ["crashkernel: memory value expected"];
}

const hex = (value: number, digits = 16): string => `0x${value.toString(16).padStart(digits, "0")}`;

/**
 * Sets the memory aside. Below 4 GiB if it fits and nothing else was said, else anywhere, with a little below for devices.
 * @param ram bytes of RAM that the kernel knows
 */
function reserve(memblock: Memblock, words: readonly string[], ram: number, kernel: KernelVersion): CrashKernel {
  const request = requestOf(words, ram, kernel);
  if (!request) return { ...NO_CRASH_KERNEL, log: complaint(words) };
  const generic = since(kernel, 6, 6);
  const { size, offset, high } = request;
  // As much as there is, or more, is taken for a mistake.
  if (generic && size >= ram) return NO_CRASH_KERNEL;
  const whole = Math.ceil(size / PAGE_SIZE) * PAGE_SIZE;
  const anywhere = { from: ALIGN };
  const start =
    offset !== null
      ? memblock.allocate(whole, MIB, CRASH, { from: offset, to: offset + whole, exact: true })
      : ((high ? null : memblock.allocate(whole, ALIGN, CRASH, { ...anywhere, to: HIGH_MEMORY_START })) ??
        memblock.allocate(whole, ALIGN, CRASH, anywhere));
  if (start === null) {
    const failed = offset === null ? "No suitable area found." : "memory is in use.";
    const line = generic
      ? `cannot allocate crashkernel (size:0x${whole.toString(16)})`
      : `crashkernel reservation failed - ${failed}`;
    return { ...NO_CRASH_KERNEL, log: [line] };
  }
  const ranges = [addressRange(start, start + whole)];
  const log: string[] = [];
  const lowSize = request.low;
  if (start >= HIGH_MEMORY_START && lowSize > 0) {
    const low = memblock.allocate(lowSize, ALIGN, CRASH, { from: ALIGN, to: HIGH_MEMORY_START });
    if (low !== null) {
      ranges.unshift(addressRange(low, low + lowSize));
      log.push(
        generic
          ? `crashkernel low memory reserved: ${hex(low, 8)} - ${hex(low + lowSize, 8)} (${lowSize / MIB} MB)`
          : `Reserving ${lowSize / MIB}MB of low memory at ${low / MIB}MB for crashkernel (low RAM limit: ${Math.floor(Math.min(ram, HIGH_MEMORY_START) / MIB)}MB)`,
      );
    }
  }
  log.push(
    generic
      ? `crashkernel reserved: ${hex(start)} - ${hex(start + whole)} (${Math.floor(whole / MIB)} MB)`
      : `Reserving ${Math.floor(whole / MIB)}MB of memory at ${Math.floor(start / MIB)}MB for crashkernel (System RAM: ${Math.floor(ram / MIB)}MB)`,
  );
  return { ranges, size: whole, log };
}

offerCrashKernel(reserve);
