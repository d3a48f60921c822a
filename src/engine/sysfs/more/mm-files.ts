/** /sys/kernel/mm: transparent huge pages, huge pages of 1 GiB (there are none), ksm, demotion. */
import type { Kernel } from "../../kernel/kernel.ts";
import {
  DONE,
  type Directory,
  type Entry,
  type File,
  directory,
  failed,
  readable,
  writable,
  writeOnly,
} from "../tree.ts";

/** `always [madvise] never`: one of some words. */
function choice(words: readonly string[], first: string): File {
  let chosen = first;
  return writable(
    () => `${words.map((word) => (word === chosen ? `[${word}]` : word)).join(" ")}\n`,
    (text) => {
      const word = words.find((each) => text === each || text === `${each}\n`);
      if (word === undefined) return failed("EINVAL");
      chosen = word;
      return DONE;
    },
  );
}

/** A number that is kept, and means nothing to the simulation. */
function number(first: number, most = 0xffff_ffff): File {
  let value = first;
  return writable(
    () => `${value}\n`,
    (text) => {
      if (!/^\d{1,12}\n?$/.test(text) || Number(text) > most) return failed("EINVAL");
      value = Number(text);
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
  const always = kernel.parameters.transparentHugePages;
  return directory({
    hugepages: directory({ "hugepages-1048576kB": giganticPages() }),
    ksm: directory({
      ...constants({
        full_scans: 0,
        pages_shared: 0,
        pages_sharing: 0,
        pages_unshared: 0,
        pages_volatile: 0,
        stable_node_chains: 0,
        stable_node_dups: 0,
      }),
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
    numa: directory({ demotion_enabled: choiceOfBool() }),
    transparent_hugepage: directory({
      defrag: choice(["always", "defer", "defer+madvise", "madvise", "never"], "madvise"),
      enabled: choice(["always", "madvise", "never"], always ? "always" : "never"),
      hpage_pmd_size: constant(2_097_152),
      khugepaged: directory({
        ...constants({ full_scans: 0, pages_collapsed: 0 }),
        ...numbers({
          alloc_sleep_millisecs: 60_000,
          defrag: 1,
          max_ptes_none: 511,
          max_ptes_shared: 256,
          max_ptes_swap: 64,
          pages_to_scan: 4096,
          scan_sleep_millisecs: 10_000,
        }),
      }),
      shmem_enabled: choice(["always", "within_size", "advise", "never", "deny", "force"], "never"),
      ...(recent
        ? {
            ...Object.fromEntries(SIZES.map((size) => [`hugepages-${size}kB`, ofSize(size)])),
            shrink_underused: number(1, 1),
          }
        : {}),
      use_zero_page: number(1, 1),
    }),
  });
}

const ofSize = (size: number): Directory =>
  directory({ enabled: choice(["always", "inherit", "madvise", "never"], size === 2048 ? "inherit" : "never") });

function choiceOfBool(): File {
  let value = false;
  return writable(
    () => `${value}\n`,
    (text) => {
      if (!/^(0|1|true|false|y|n|Y|N|on|off)\n?$/.test(text)) return failed("EINVAL");
      value = /^(1|t|y|Y|on)/.test(text);
      return DONE;
    },
  );
}

/** The pool of 1 GiB pages: no memory is ever found for it. */
function giganticPages(): Directory {
  const none = writable(
    () => "0\n",
    (text) => (/^\d+\n?$/.test(text) ? DONE : failed("EINVAL")),
  );
  return directory({
    demote: writeOnly(() => DONE),
    demote_size: writable(
      () => "2048kB\n",
      () => failed("EINVAL"),
    ),
    free_hugepages: constant(0),
    nr_hugepages: none,
    nr_hugepages_mempolicy: none,
    nr_overcommit_hugepages: none,
    resv_hugepages: constant(0),
    surplus_hugepages: constant(0),
  });
}
