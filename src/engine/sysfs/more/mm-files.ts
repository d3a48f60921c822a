/** /sys/kernel/mm: transparent huge pages, ksm, demotion, areas for contiguous memory, and what else each kernel has there. */
import type { Kernel } from "../../kernel/kernel.ts";
import { hugePagesSet } from "../../kernel/min-free.ts";
import type { KernelParameters } from "../../kernel/parameters.ts";
import { since } from "../../kernel/profiles/versions.ts";
import { parseBool } from "../../kernel/boot-layout/cmdline.ts";
import { sameWord } from "../memory-files.ts";
import { HUGE_PAGES } from "../../holders/huge-pool.ts";
import { PageKind } from "../../memory/kinds.ts";
import { PAGE_SIZE } from "../../units.ts";
import { unsignedNumber } from "../numbers.ts";
import { ksmFiles } from "./ksm-files.ts";
import { kindCounts } from "../statistics.ts";
import {
  DONE,
  type Directory,
  type Entry,
  type File,
  type WriteResult,
  directory,
  failed,
  readable,
  writable,
} from "../tree.ts";

/** `always [madvise] never`: one of some words. */
function choice(words: readonly string[], first: string): File {
  let chosen = first;
  return chosenFrom(
    words,
    () => chosen,
    (word) => {
      chosen = word;
    },
  );
}

/** `choose` may refuse what it can't follow. */
function chosenFrom<Word extends string>(
  words: readonly Word[],
  now: () => string,
  choose: (word: Word) => WriteResult | undefined,
): File {
  return writable(
    () => `${words.map((word) => (word === now() ? `[${word}]` : word)).join(" ")}\n`,
    (text) => {
      const word = words.find((each) => sameWord(text, each));
      return word === undefined ? failed("EINVAL") : (choose(word) ?? DONE);
    },
  );
}

/** A number that is kept, and means nothing to the simulation. What is too large is EINVAL here, too. */
function number(first: number, most = 0xffff_ffff, least = 0): File {
  let value = first;
  return writable(
    () => `${value}\n`,
    (text) => {
      const given = unsignedNumber(text, 10, BigInt(most));
      if (typeof given === "string" || given < least) return failed("EINVAL");
      value = Number(given);
      return DONE;
    },
  );
}

/** A number that this means to the kernel, shown as it is held; `null` is EINVAL. */
function held(first: number, show: (value: number) => string, means: (text: string) => number | null): File {
  let value = first;
  return writable(
    () => `${show(value)}\n`,
    (text) => {
      const given = means(text);
      if (given === null) return failed("EINVAL");
      value = given;
      return DONE;
    },
  );
}

/** An unsigned number in C's notation up to `most`; `null` for anything else. */
function anyBase(text: string, most = 0xffff_ffff): number | null {
  const given = unsignedNumber(text, 0, BigInt(most));
  return typeof given === "string" ? null : Number(given);
}

function oneOrZero(text: string, profile: Kernel["profile"]): number | null {
  const on = parseBool(text, profile);
  return on === null ? null : Number(on);
}

/** 1 or 0, written in any of the words for it (kstrtobool). */
const bit = ({ profile }: Kernel, first: 0 | 1): File => held(first, String, (text) => oneOrZero(text, profile));

/** Parts of the generations of pages that are on, a bit each; `y` and `n` are all and none (mm/vmscan.c, enabled_store). */
const GENERATIONS = 7;
const generations = (first: number): File =>
  held(
    first,
    (bits) => `0x${bits.toString(16).padStart(4, "0")}`,
    (text) => {
      if (/^[yn]/i.test(text)) return /^y/i.test(text) ? GENERATIONS : 0;
      const bits = anyBase(text);
      return bits === null ? null : bits & GENERATIONS;
    },
  );

/** Kept in ticks, of which a second has 250. What is negative as an int is for ever: what an unsigned int shows of the longest time. */
const MS_A_TICK = 4;
const EVER_IN_MS = 2 ** 32 - 2 * MS_A_TICK;
const milliseconds = (first: number): File =>
  held(first, String, (text) => {
    const ms = anyBase(text);
    if (ms === null) return null;
    return ms >= 2 ** 31 ? EVER_IN_MS : Math.ceil(ms / MS_A_TICK) * MS_A_TICK;
  });

/**
 * Nodes' shares when pages are spread by weights (mm/mempolicy.c, node_store): what is empty, and 0, bring the default back,
 * and are refused since there are weights that the kernel makes of the nodes' bandwidth (weighted_interleave_auto_store).
 * It knows of none here: they can be given up, by a weight as well, and not be asked for.
 */
const DEFAULT_WEIGHT = 1;
/** A build defines `auto` as another word, which went into the file's name. */
const AUTO_NAMES = { "6.18": "__auto_type" } as const;

function interleaveWeights(kernel: Kernel): Directory {
  const { version } = kernel.profile;
  const hasAuto = since(version, 6, 16);
  let auto = true;
  const weight = (): File =>
    held(DEFAULT_WEIGHT, String, (text) => {
      const given = sameWord(text, "") ? 0 : anyBase(text, 255);
      if (given === null || (given === 0 && hasAuto)) return null;
      auto = false;
      return given === 0 ? DEFAULT_WEIGHT : given;
    });
  const own = writable(
    () => `${auto}\n`,
    (text) => {
      const asked = oneOrZero(text, kernel.profile);
      if (asked !== 0) return failed(asked === null ? "EINVAL" : "ENODEV");
      auto = false;
      return DONE;
    },
  );
  return directory({
    ...(hasAuto ? { [version === "6.18" ? AUTO_NAMES[version] : "auto"]: { ...own, mode: 0o664 } } : {}),
    ...Object.fromEntries(kernel.nodes.map((node) => [`node${node.id}`, weight()])),
  });
}

const constant = (value: string | number): File => readable(() => `${value}\n`);
const constants = (values: Readonly<Record<string, number>>): Record<string, Entry> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, constant(value)]));
const numbers = (values: Readonly<Record<string, number>>): Record<string, Entry> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, number(value)]));

/** Sizes of the multi-size huge pages of 6.8 and later, KiB. */
const PMD_KIB = 2048;
const SIZES = [8, 16, 32, 64, 128, 256, 512, 1024, PMD_KIB];

export function memoryManagement(kernel: Kernel): Directory {
  const recent = kernel.profile.zoneinfo === "6.10";
  const { parameters } = kernel;
  const enabled = chosenFrom(
    ["always", "madvise", "never"],
    () => parameters.transparentHugePages,
    (word) => {
      parameters.transparentHugePages = word;
      hugePagesSet(kernel);
    },
  );
  return directory({
    ksm: directory({
      ...ksmFiles(kernel, recent),
      ...constants(recent ? { ksm_zero_pages: 0, pages_skipped: 0 } : {}),
      ...(recent
        ? {
            ...numbers({
              advisor_max_cpu: 70,
              advisor_max_pages_to_scan: 30_000,
              advisor_min_pages_to_scan: 500,
              advisor_target_scan_time: 200,
            }),
            smart_scan: bit(kernel, 1),
            advisor_mode: choice(["none", "scan-time"], "none"),
          }
        : {}),
      ...numbers({ stable_node_chains_prune_millisecs: 2000 }),
      use_zero_pages: bit(kernel, 0),
    }),
    ...versioned(kernel),
    transparent_hugepage: directory({
      // A machine too small for huge pages begins with all of it off.
      defrag: choice(
        ["always", "defer", "defer+madvise", "madvise", "never"],
        parameters.pmdHugePages === "inherit" ? "madvise" : "never",
      ),
      enabled,
      hpage_pmd_size: constant(HUGE_PAGES * PAGE_SIZE),
      khugepaged: directory({
        ...constants({ full_scans: 0, pages_collapsed: 0 }),
        ...numbers({
          alloc_sleep_millisecs: 60_000,
          scan_sleep_millisecs: 10_000,
        }),
        defrag: number(1, 1),
        max_ptes_none: number(HUGE_PAGES - 1, HUGE_PAGES - 1),
        max_ptes_shared: number(HUGE_PAGES / 2, HUGE_PAGES - 1),
        max_ptes_swap: number(HUGE_PAGES / 8, HUGE_PAGES - 1),
        pages_to_scan: number(HUGE_PAGES * 8, 0xffff_ffff, 1),
      }),
      ...(recent
        ? {
            ...sharedSizes(kernel),
            shrink_underused: bit(kernel, 1),
          }
        : { shmem_enabled: choice(SHARED, "never") }),
      use_zero_page: number(1, 1),
    }),
  });
}

/** Folders that not every kernel has. Debian builds generations of pages into its kernels, and switches them on from 6.12 on. */
function versioned(kernel: Kernel): Record<string, Directory> {
  const { version } = kernel.profile;
  const recent = since(version, 6, 12);
  return {
    ...(kernel.profile.hasCma && since(version, 6, 18) ? { cma: areas(kernel) } : {}),
    ...(recent
      ? {
          damon: directory({
            admin: directory({ kdamonds: directory({ nr_kdamonds: { ...number(0), mode: 0o600 } }) }),
          }),
        }
      : {}),
    ...(since(version, 6, 1)
      ? { lru_gen: directory({ enabled: generations(recent ? GENERATIONS : 0), min_ttl_ms: milliseconds(0) }) }
      : {}),
    ...(recent
      ? {
          mempolicy: directory({ weighted_interleave: interleaveWeights(kernel) }),
        }
      : {}),
    ...(since(version, 5, 18) ? { numa: directory({ demotion_enabled: choiceOfBool(kernel) }) } : {}),
    swap: directory({ vma_ra_enabled: since(version, 5, 15) ? choiceOfBool(kernel, true) : trueOrFalse(true) }),
  };
}

/** Areas for contiguous memory (mm/cma_sysfs.c): no device asks for any of it. */
const areas = (kernel: Kernel): Directory =>
  directory(
    Object.fromEntries(
      kernel.contiguousAreas.map(({ name, pages }) => [
        name,
        directory(
          constants({
            alloc_pages_fail: 0,
            alloc_pages_success: 0,
            available_pages: pages,
            release_pages_success: 0,
            total_pages: pages,
          }),
        ),
      ]),
    ),
  );

/** What is told of pages of a size, where they hold memory of processes, and of shared memory (mm/huge_memory.c). */
const ANON_STATS = [
  "anon_fault_alloc",
  "anon_fault_fallback",
  "anon_fault_fallback_charge",
  "nr_anon_partially_mapped",
  "split_deferred",
] as const;
/** Since 6.14, the last of them since 6.13. */
const SWAPPED_IN = ["swpin", "swpin_fallback", "swpin_fallback_charge", "zswpout"] as const;
/** What khugepaged did, of all sizes and of those that hold memory of processes. */
const COLLAPSED = ["collapse_alloc", "collapse_alloc_failed"] as const;
const NOT_COLLAPSED = ["collapse_exceed_none_pte", "collapse_exceed_shared_pte", "collapse_exceed_swap_pte"] as const;
const STATS = [
  "shmem_alloc",
  "shmem_fallback",
  "shmem_fallback_charge",
  "split",
  "split_failed",
  "swpout",
  "swpout_fallback",
] as const;
/** The smallest that hold memory of processes, KiB: those of 8 KiB are of shared memory alone. */
const LEAST_ANON = 16;

const SHARED = ["always", "within_size", "advise", "never", "deny", "force"] as const;

/**
 * Huge pages of shared memory: for all sizes, and by size. All can be forced only where no size but 2 MiB follows what is chosen
 * for all, and none can follow while they are (mm/shmem.c, shmem_enabled_store and thpsize_shmem_enabled_store).
 */
function sharedSizes(kernel: Kernel): Record<string, Entry> {
  let all: (typeof SHARED)[number] = "never";
  const following = new Set<number>();
  const ofAll = chosenFrom(
    SHARED,
    () => all,
    (word) => {
      if (word === "force" && following.size > 0) return failed("EINVAL");
      all = word;
      return DONE;
    },
  );
  const shared = (size: number): File => {
    let own = size === PMD_KIB ? "inherit" : "never";
    return chosenFrom(
      ["always", "inherit", "within_size", "advise", "never"],
      () => own,
      (word) => {
        const follows = word === "inherit" && size !== PMD_KIB;
        if (follows && all === "force") return failed("EINVAL");
        if (follows) following.add(size);
        else following.delete(size);
        own = word;
        return DONE;
      },
    );
  };
  return {
    shmem_enabled: ofAll,
    ...Object.fromEntries(SIZES.map((size) => [`hugepages-${size}kB`, ofSize(kernel, size, shared(size))])),
  };
}

/** Whoever changes one of these wakes khugepaged, as the file above them does; only those of 2 MiB are its business. */
function ofSize(kernel: Kernel, size: number, shared: File): Directory {
  let own: KernelParameters["pmdHugePages"] = "never";
  const { parameters } = kernel;
  const pmd = size === PMD_KIB;
  const anon = size >= LEAST_ANON;
  return directory({
    ...(anon
      ? {
          enabled: chosenFrom(
            ["always", "inherit", "madvise", "never"],
            () => (pmd ? parameters.pmdHugePages : own),
            (word) => {
              if (pmd) parameters.pmdHugePages = word;
              else own = word;
              hugePagesSet(kernel);
            },
          ),
        }
      : {}),
    shmem_enabled: shared,
    stats: directory({
      ...Object.fromEntries(statsOf(kernel, anon).map((name) => [name, constant(0)])),
      ...(anon
        ? {
            nr_anon: readable(
              () => `${pmd ? Math.floor((kindCounts(kernel, null)[PageKind.AnonHuge] ?? 0) / HUGE_PAGES) : 0}\n`,
            ),
          }
        : {}),
    }),
  });
}

function statsOf({ profile: { version } }: Kernel, anon: boolean): string[] {
  return [
    ...(anon ? ANON_STATS : []),
    ...STATS,
    ...(since(version, 6, 14) ? SWAPPED_IN : []),
    ...(since(version, 7, 3) ? [...COLLAPSED, ...(anon ? NOT_COLLAPSED : [])] : []),
  ];
}

/** The same, shown as a word. */
const choiceOfBool = ({ profile }: Kernel, first = false): File =>
  held(
    Number(first),
    (on) => String(on === 1),
    (text) => oneOrZero(text, profile),
  );

/** Before it was read as others are: `true`, `false`, 1, 0, and what begins so. */
const trueOrFalse = (first: boolean): File =>
  held(
    Number(first),
    (on) => String(on === 1),
    (text) => (/^(true|1)/.test(text) ? 1 : /^(false|0)/.test(text) ? 0 : null),
  );
