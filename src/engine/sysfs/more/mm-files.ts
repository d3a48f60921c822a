/** /sys/kernel/mm: transparent huge pages, ksm, demotion, areas for contiguous memory, and what else each kernel has there. */
import type { Kernel } from "../../kernel/kernel.ts";
import { hugePagesSet } from "../../kernel/min-free.ts";
import type { KernelParameters } from "../../kernel/parameters.ts";
import { since } from "../../kernel/profiles/versions.ts";
import { parseBool, sameWord } from "../memory-files.ts";
import { unsignedNumber } from "../numbers.ts";
import { DONE, type Directory, type Entry, type File, directory, failed, readable, writable } from "../tree.ts";

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

function chosenFrom<Word extends string>(words: readonly Word[], now: () => Word, choose: (word: Word) => void): File {
  return writable(
    () => `${words.map((word) => (word === now() ? `[${word}]` : word)).join(" ")}\n`,
    (text) => {
      const word = words.find((each) => sameWord(text, each));
      if (word === undefined) return failed("EINVAL");
      choose(word);
      return DONE;
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

const constant = (value: string | number): File => readable(() => `${value}\n`);
const constants = (values: Readonly<Record<string, number>>): Record<string, Entry> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, constant(value)]));
const numbers = (values: Readonly<Record<string, number>>): Record<string, Entry> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, number(value)]));

/** Sizes of the multi-size huge pages of 6.8 and later, KiB. */
const SIZES = [8, 16, 32, 64, 128, 256, 512, 1024, 2048];

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
      ...constants({
        full_scans: 0,
        pages_shared: 0,
        pages_sharing: 0,
        pages_unshared: 0,
        pages_volatile: 0,
        stable_node_chains: 0,
        stable_node_dups: 0,
        ...(recent ? { general_profit: 0, ksm_zero_pages: 0, pages_scanned: 0, pages_skipped: 0 } : {}),
      }),
      ...(recent
        ? {
            ...numbers({
              advisor_max_cpu: 70,
              advisor_max_pages_to_scan: 30_000,
              advisor_min_pages_to_scan: 500,
              advisor_target_scan_time: 200,
              smart_scan: 1,
            }),
            advisor_mode: choice(["none", "scan-time"], "none"),
          }
        : {}),
      ...numbers({
        max_page_sharing: 256,
        merge_across_nodes: 1,
        pages_to_scan: 100,
        run: 0,
        sleep_millisecs: 20,
        stable_node_chains_prune_millisecs: 2000,
        use_zero_pages: 0,
      }),
    }),
    ...versioned(kernel),
    transparent_hugepage: directory({
      // A machine too small for huge pages begins with all of it off.
      defrag: choice(
        ["always", "defer", "defer+madvise", "madvise", "never"],
        parameters.pmdHugePages === "inherit" ? "madvise" : "never",
      ),
      enabled,
      hpage_pmd_size: constant(2_097_152),
      khugepaged: directory({
        ...constants({ full_scans: 0, pages_collapsed: 0 }),
        ...numbers({
          alloc_sleep_millisecs: 60_000,
          scan_sleep_millisecs: 10_000,
        }),
        defrag: number(1, 1),
        max_ptes_none: number(511, 511),
        max_ptes_shared: number(256, 511),
        max_ptes_swap: number(64, 511),
        pages_to_scan: number(4096, 0xffff_ffff, 1),
      }),
      shmem_enabled: choice(["always", "within_size", "advise", "never", "deny", "force"], "never"),
      ...(recent
        ? {
            ...Object.fromEntries(SIZES.map((size) => [`hugepages-${size}kB`, ofSize(kernel, size)])),
            shrink_underused: number(1, 1),
          }
        : {}),
      use_zero_page: number(1, 1),
    }),
  });
}

/** Folders that not every kernel has. Debian builds generations of pages into its kernels, and switches them on from 6.12 on. */
function versioned(kernel: Kernel): Record<string, Directory> {
  const { version } = kernel.profile;
  const recent = since(version, 6, 12);
  const interleave = () => kernel.nodes.map((node) => [`node${node.id}`, number(1, 255)] as const);
  return {
    ...(kernel.profile.hasCma && since(version, 6, 18) ? { cma: areas(kernel) } : {}),
    ...(recent ? { damon: directory({ admin: directory({ kdamonds: directory({ nr_kdamonds: number(0) }) }) }) } : {}),
    ...(since(version, 6, 1)
      ? { lru_gen: directory({ enabled: constant(recent ? "0x0007" : "0x0000"), min_ttl_ms: number(0) }) }
      : {}),
    ...(recent
      ? {
          mempolicy: directory({
            weighted_interleave: directory({
              ...(since(version, 7, 3) ? { auto: choiceOfBool(true) } : {}),
              ...Object.fromEntries(interleave()),
            }),
          }),
        }
      : {}),
    ...(since(version, 5, 18) ? { numa: directory({ demotion_enabled: choiceOfBool() }) } : {}),
    swap: directory({ vma_ra_enabled: choiceOfBool(true) }),
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

/** Whoever changes one of these wakes khugepaged, as the file above them does; only those of 2 MiB are its business. */
function ofSize(kernel: Kernel, size: number): Directory {
  let own: KernelParameters["pmdHugePages"] = "never";
  const { parameters } = kernel;
  return directory({
    enabled: chosenFrom(
      ["always", "inherit", "madvise", "never"],
      () => (size === 2048 ? parameters.pmdHugePages : own),
      (word) => {
        if (size === 2048) parameters.pmdHugePages = word;
        else own = word;
        hugePagesSet(kernel);
      },
    ),
  });
}

function choiceOfBool(first = false): File {
  let value = first;
  return writable(
    () => `${value}\n`,
    (text) => {
      const given = parseBool(text);
      if (given === undefined) return failed("EINVAL");
      value = given;
      return DONE;
    },
  );
}
