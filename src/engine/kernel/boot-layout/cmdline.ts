/**
 * The kernel command line, as far as memory is concerned. Parsed as the kernel does (kernel/params.c, lib/cmdline.c
 * memparse, the early_param and module_param handlers of each option): words are split at blanks outside double
 * quotes, `-` and `_` mean the same in names, a later option wins, a value that a handler refuses leaves the default.
 */
import type { KernelVersion } from "../../hardware/description.ts";
import type { CmaRequest } from "../cma.ts";
import { type Bytes, PAGE_SIZE } from "../../units.ts";
import type { OnlineType } from "../parameters.ts";
import { memparse } from "./memparse.ts";
import { type MapEdit, mapEdits, wordsOf } from "./user-map.ts";
import { type CpuLimits, CpuWords } from "./cpu-words.ts";
import { HugeWords, type HugeRequest } from "./huge-words.ts";
import { type Profile, profileOf } from "../profiles/index.ts";
import { since } from "../profiles/versions.ts";

/** `movablecore=` and `kernelcore=`: an amount or a share of all boot pages. */
export type CoreSize = { readonly pages: number } | { readonly percent: number };

/** The switches of the `what-if` profile (docs/decisions.md). */
export interface WhatIf {
  /** `playground.movable_kernel`: kernel memory of the direct mapping moves, its virtual address stays. */
  readonly movableKernel: boolean;
  /** `playground.movable_vmalloc`: vmalloc pages move, their page-table entries are rewritten. */
  readonly movableVmalloc: boolean;
  /** `playground.tables_on_memory`: page tables that map added memory lie on it. */
  readonly tablesOnMemory: boolean;
}

export interface KernelCmdline {
  readonly text: string;
  readonly movablecore: CoreSize | null;
  readonly kernelcore: CoreSize | "mirror" | null;
  /** `movable_node`, or what was to be `movablecore=acpi`: what the SRAT marks hot-pluggable is Movable. */
  readonly movableNode: boolean;
  /** `movablecore=acpi` (the 2013 proposal): memory added later is treated as the SRAT says, too. */
  readonly movablecoreAcpi: boolean;
  readonly whatIf: WhatIf;
  /** `memhp_default_state=`; `null` leaves the kernel's configured default. */
  readonly memhpDefaultState: OnlineType | null;
  readonly memmapOnMemory: "N" | "Y" | "force";
  readonly onlinePolicy: "contig-zones" | "auto-movable";
  readonly autoMovableRatio: number;
  readonly autoMovableNumaAware: boolean;
  /** `cma=`: a contiguous memory area. */
  readonly cma: CmaRequest | null;
  /** Values of `crashkernel=`, as written: what they ask for depends on how much RAM there is. */
  readonly crashkernel: readonly string[];
  /** `mem=` and `memmap=`: changes to the map of memory, in order. */
  readonly map: readonly MapEdit[];
  /** The last `mem=`: where memory ends that may be added while the kernel boots. */
  readonly mem: number | null;
  /** Requests for huge pages in order: `hugepages=` after the `hugepagesz=` that it belongs to; size 0 is the default size. */
  readonly hugepages: readonly HugeRequest[];
  readonly defaultHugepageSize: Bytes;
  readonly acpiNoMemhotplug: boolean;
  /** `acpi=off`: nothing that firmware says is heard, and it is not answered. */
  readonly acpiOff: boolean;
  readonly numaOff: boolean;
  /** `acpi=off` or `numa=noacpi`: the SRAT is not read. */
  readonly noSrat: boolean;
  readonly cpus: CpuLimits;
  readonly transparentHugepage: "always" | "madvise" | "never" | null;
  /** Queries of `dyndbg=` in order. */
  readonly dyndbg: readonly string[];
  /** Everything else, in order, as written. */
  readonly unknown: readonly string[];
  /** What the log says of words as they are read first, right after the firmware's map: refused ones, and RAM that `mem=` takes. */
  readonly early: readonly string[];
  /** What it says of words whose values a handler refuses, in order, after the command line. */
  readonly refused: readonly string[];
}

const ONLINE_TYPES: readonly OnlineType[] = ["offline", "online", "online_kernel", "online_movable"];

/** Splits a command line into parameters: blanks outside double quotes separate, quotes themselves go. */
export function splitParameters(text: string): { name: string; value: string | null; raw: string }[] {
  const words = text.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
  return words.map((raw) => {
    const equals = raw.indexOf("=");
    const unquote = (part: string) => part.replaceAll('"', "");
    return equals < 0
      ? { name: unquote(raw), value: null, raw }
      : { name: unquote(raw.slice(0, equals)), value: unquote(raw.slice(equals + 1)), raw };
  });
}

/** `y`, `1`, `on` and their kin (kstrtobool, by the first letters); `null` when it is none of them, or none yet in this version. */
export function parseBool(value: string, { longBooleans }: Pick<Profile, "longBooleans">): boolean | null {
  const [first, second] = value.toLowerCase();
  if (first === "o") return second === "n" ? true : second === "f" ? false : null;
  if (first === "y" || first === "1") return true;
  if (first === "n" || first === "0") return false;
  if (longBooleans !== "no" && (first === "t" || first === "f")) return first === "t";
  if (longBooleans === "enabled, too" && (first === "e" || first === "d")) return first === "e";
  return null;
}

/** An amount with a suffix, or a number directly followed by `%` (cmdline_parse_core); before 4.17 the sign means nothing. */
function parseCore(value: string, { corePercent }: Profile): CoreSize {
  const percent = corePercent ? /^(0[xX][0-9a-fA-F]+|\d+)%/.exec(value) : null;
  if (percent) return { percent: memparse(percent[1] ?? "").value };
  return { pages: Math.floor(memparse(value).value / PAGE_SIZE) };
}

/** Whether an option exists in this kernel at all. What no kernel here lacks isn't listed. */
function knowsOption(profile: Profile, name: string): boolean {
  switch (name) {
    case "movable_node":
      return profile.movableNode !== "unknown";
    case "memhp_default_state":
      return profile.autoOnline !== "absent";
    case "cma":
      return profile.hasCma;
    case "memory_hotplug.memmap_on_memory":
      return profile.hasMemmapOnMemory;
    case "memory_hotplug.online_policy":
    case "memory_hotplug.auto_movable_ratio":
    case "memory_hotplug.auto_movable_numa_aware":
      return profile.hasAutoMovable;
    default:
      return profile.whatIf || !name.startsWith("playground.");
  }
}

/** An unsigned number in C notation and nothing else (kstrtouint); `null` when it is none, or too large. */
function parseUint(value: string): number | null {
  if (!/^\+?(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)$/.test(value)) return null;
  const number = memparse(value.replace("+", "")).value;
  return number < 2 ** 32 ? number : null;
}

/**
 * Parses a command line as this kernel does; never fails. Options that it has not heard of are in `unknown`. `isNode`:
 * which nodes are online, where that is known already.
 */
export function parseCmdline(
  text: string,
  kernel: KernelVersion,
  isNode: (node: number) => boolean = () => true,
): KernelCmdline {
  const profile = profileOf(kernel);
  const early: string[] = [];
  const refused: string[] = [];
  const { hugeWords: recent, e820Words } = profile.bootLog;
  const edit = (edits: readonly MapEdit[]): void => {
    for (const one of edits) {
      map.push(one);
      const words = wordsOf(one, e820Words);
      if (words !== null) early.push(words);
    }
  };
  const huge = new HugeWords(recent, since(profile.version, 5, 16), isNode, (line) => refused.push(line));
  const cpus = new CpuWords(since(profile.version, 6, 13));
  const whatIf = { movableKernel: profile.whatIf, movableVmalloc: profile.whatIf, tablesOnMemory: profile.whatIf };
  let movablecoreAcpi = false;
  let movablecore: CoreSize | null = null;
  let kernelcore: CoreSize | "mirror" | null = null;
  let movableNode = false;
  let memhpDefaultState: OnlineType | null = null;
  let memmapOnMemory: KernelCmdline["memmapOnMemory"] = "N";
  let onlinePolicy: KernelCmdline["onlinePolicy"] = "contig-zones";
  let autoMovableRatio = 301;
  let autoMovableNumaAware = true;
  const map: MapEdit[] = [];
  let mem: number | null = null;
  let cma: CmaRequest | null = null;
  let acpiNoMemhotplug = false;
  let acpiOff = false;
  let numaOff = false;
  let noSrat = false;
  let transparentHugepage: KernelCmdline["transparentHugepage"] = null;
  const crashkernel: string[] = [];
  const dyndbg: string[] = [];
  const unknown: string[] = [];

  for (const { name: written, value, raw } of splitParameters(text)) {
    // What follows is for the first process.
    if (raw === "--") break;
    const name = written.replaceAll("-", "_");
    const malformed = () => early.push(`Malformed early option '${written}'`);
    const invalid = () => refused.push(`Booting kernel: \`${value ?? ""}' invalid for parameter \`${written}'`);
    if (!knowsOption(profile, name)) {
      unknown.push(raw);
      continue;
    }
    switch (name) {
      case "movablecore":
        if (value === "acpi" && profile.proposal2013) movablecoreAcpi = movableNode = true;
        else if (value !== null) movablecore = parseCore(value, profile);
        else malformed();
        break;
      case "kernelcore":
        // Once asked for, mirrored memory stays asked for.
        if (profile.coreMirror !== "unknown" && value?.split(",").includes("mirror")) kernelcore = "mirror";
        else if (value !== null && kernelcore !== "mirror") kernelcore = parseCore(value, profile);
        break;
      case "movable_node":
        movableNode = true;
        break;
      case "memhp_default_state": {
        const type = ONLINE_TYPES.find((word) => word === value);
        if (type && (profile.autoOnline === "words" || type === "online" || type === "offline"))
          memhpDefaultState = type;
        break;
      }
      case "playground.movable_kernel":
        whatIf.movableKernel = parseBool(value ?? "y", profile) ?? whatIf.movableKernel;
        break;
      case "playground.movable_vmalloc":
        whatIf.movableVmalloc = parseBool(value ?? "y", profile) ?? whatIf.movableVmalloc;
        break;
      case "playground.tables_on_memory":
        whatIf.tablesOnMemory = parseBool(value ?? "y", profile) ?? whatIf.tablesOnMemory;
        break;
      case "memory_hotplug.memmap_on_memory": {
        if (value === "force" && profile.forcesMemmapOnMemory) memmapOnMemory = "force";
        else {
          // Since it takes `force` it is no boolean of its own any more, and needs a value.
          const bare = profile.forcesMemmapOnMemory ? null : true;
          const on = value === null ? bare : parseBool(value, profile);
          if (on !== null) memmapOnMemory = on ? "Y" : "N";
          else invalid();
        }
        break;
      }
      case "memory_hotplug.online_policy":
        if (value === "contig-zones" || value === "auto-movable") onlinePolicy = value;
        else invalid();
        break;
      case "memory_hotplug.auto_movable_ratio": {
        const ratio = parseUint(value ?? "");
        if (ratio !== null) autoMovableRatio = ratio;
        else invalid();
        break;
      }
      case "memory_hotplug.auto_movable_numa_aware": {
        const on = value === null ? true : parseBool(value, profile);
        if (on !== null) autoMovableNumaAware = on;
        else invalid();
        break;
      }
      case "cma": {
        const { value: size, rest } = memparse(value ?? "");
        if (size > 0) cma = { size, base: rest.startsWith("@") ? memparse(rest.slice(1)).value : null };
        break;
      }
      case "crashkernel":
        if (value) crashkernel.push(value);
        break;
      case "mem": {
        const size = value === null ? 0 : memparse(value).value;
        if (size === 0) malformed();
        else {
          mem = size;
          edit([{ what: "limit", at: size }]);
        }
        break;
      }
      case "memmap": {
        const edits = mapEdits(value ?? "", since(profile.version, 4, 16));
        if (edits === null) unknown.push(raw);
        else edit(edits);
        break;
      }
      case "default_hugepagesz":
      case "hugepagesz":
      case "hugepages":
        if (value !== null) huge.take(name, value);
        else unknown.push(raw);
        break;
      case "acpi_no_memhotplug":
        acpiNoMemhotplug = true;
        break;
      case "numa":
        if (value?.startsWith("off")) numaOff = true;
        else if (value?.startsWith("noacpi")) noSrat = true;
        // Debian's cloud kernels are built without CONFIG_NUMA_EMU.
        else if (value === null || value.startsWith("fake=")) malformed();
        else unknown.push(raw);
        break;
      case "acpi":
        if (value === "off") noSrat = acpiOff = true;
        else if (value === null) malformed();
        break;
      case "transparent_hugepage":
        if (value === "always" || value === "madvise" || value === "never") transparentHugepage = value;
        else {
          unknown.push(raw);
          if (recent && value !== null) refused.push("huge_memory: transparent_hugepage= cannot parse, ignored");
        }
        break;
      case "dyndbg":
        if (value !== null) dyndbg.push(value);
        break;
      default:
        if (!cpus.take(name, value)) unknown.push(raw);
    }
  }
  return {
    text,
    movablecore,
    kernelcore,
    movableNode,
    movablecoreAcpi,
    whatIf,
    memhpDefaultState,
    memmapOnMemory,
    onlinePolicy,
    autoMovableRatio,
    autoMovableNumaAware,
    map,
    mem,
    cma,
    crashkernel,
    hugepages: huge.requests,
    defaultHugepageSize: huge.defaultSize,
    acpiNoMemhotplug,
    acpiOff,
    numaOff,
    noSrat,
    cpus: cpus.limits(!acpiOff),
    transparentHugepage,
    dyndbg,
    unknown,
    early,
    refused,
  };
}
