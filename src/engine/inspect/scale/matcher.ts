/**
 * Terms of a query, made ready for one kernel: what they ask is worked out once (which mappings and owners a pid has, how
 * old a page of each provenance is), so that a page costs a few array reads.
 */
import { holdingText } from "../../memory/holding.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { isMovableKind, PageFlag, PageKind } from "../../memory/kinds.ts";
import { leaveOf, leaveOfKind } from "../../migration/leave.ts";
import { PAGE_SIZE, PAGES_PER_SECTION, type SimNs } from "../../units.ts";
import type { Process } from "../../holders/process.ts";
import { frameOfAddress } from "../addresses.ts";
import { type QueryProblem, readQuery, type Term } from "./query.ts";

/** Of the pages of one section: all, none, or it has to be looked at each. */
export type Whole = "all" | "none" | "each";

export interface Matcher {
  /** What the section alone decides, before its pages are looked at. */
  section(section: number): Whole;
  /** Of a section whose pages have entries: the page at an index. */
  page(index: number): boolean;
  /** Of a section whose pages are all of one kind and have none: all of its pages, or none. */
  uniform(section: number, kind: number): boolean;
  /** The one page that is asked for, where that is so. */
  readonly frame: number | null;
}

interface Test {
  readonly section?: (section: number) => Whole;
  readonly page?: (index: number) => boolean;
  readonly uniform?: (section: number, kind: number) => boolean;
  readonly frame?: number;
}

const NOTHING: Test = { page: () => false, uniform: () => false };

/** Reads a query and makes it ready; the problem where it can't be answered. */
export function matcherOf(kernel: Kernel, now: SimNs, text: string): Matcher | QueryProblem {
  const terms = readQuery(text);
  if ("why" in terms) return terms;
  const tests: Test[] = [];
  for (const term of terms) {
    const test = testOf(kernel, now, term);
    if ("why" in test) return test;
    tests.push(test);
  }
  return joined(kernel, tests);
}

function joined(kernel: Kernel, all: readonly Test[]): Matcher {
  const frames = new Set(all.flatMap(({ frame }) => frame ?? []));
  // No page is two.
  const tests = frames.size > 1 ? [NOTHING] : all;
  const pages = tests.flatMap(({ page }) => page ?? []);
  const uniform = tests.flatMap((test) => test.uniform ?? []);
  const sections = tests.flatMap(({ section }) => section ?? []);
  const [first, ...rest] = pages;
  const { kind: kinds } = kernel.pages;
  // A hole is no page, whatever is asked.
  const one =
    rest.length === 0 && first
      ? (index: number) => kinds[index] !== PageKind.None && first(index)
      : (index: number) => kinds[index] !== PageKind.None && pages.every((page) => page(index));
  return {
    section: (section) => {
      let whole: Whole = pages.length === 0 ? "all" : "each";
      for (const test of sections) {
        const says = test(section);
        if (says === "none") return "none";
        if (says === "each") whole = "each";
      }
      return whole;
    },
    page: one,
    uniform: (section, kind) => kind !== PageKind.None && uniform.every((test) => test(section, kind)),
    frame: [...frames][0] ?? null,
  };
}

function testOf(kernel: Kernel, now: SimNs, term: Term): Test | QueryProblem {
  const { pages } = kernel;
  switch (term.is) {
    case "pinned":
      return { page: (index) => ((pages.flags[index] as number) & PageFlag.Pinned) !== 0, uniform: () => false };
    case "movable":
    case "unmovable":
      return leaving(kernel, term.is === "movable");
    case "kinds": {
      const wanted = new Uint8Array(256);
      for (const kind of term.kinds) wanted[kind] = 1;
      return {
        page: (index) => wanted[pages.kind[index] as number] === 1,
        uniform: (_, kind) => wanted[kind] === 1,
      };
    }
    case "pid": {
      const process = kernel.processes.get(term.pid);
      return process ? held(kernel, [process]) : { why: "unknown", word: `pid ${term.pid}` };
    }
    case "named":
      return named(kernel, term.word);
    case "number":
      return numbered(kernel, term.value, term.certain);
    case "older":
    case "younger":
      return aged(kernel, now - term.ns, term.is === "older");
    case "node":
      return onNode(kernel, term.number);
    case "block": {
      if (!kernel.blocks.has(term.number)) return { why: "unknown", word: `memory${term.number}` };
      const per = kernel.blockPages / PAGES_PER_SECTION;
      return { section: (section) => (Math.floor(section / per) === term.number ? "all" : "none") };
    }
    case "zone": {
      const of = (frame: number) => kernel.zoneAt(frame)?.name === term.zone;
      return {
        page: (index) => of(pages.pfnOf(index)),
        uniform: (section) => of(section * PAGES_PER_SECTION),
      };
    }
  }
}

/** By the one answer to whether a page can leave; what is offline is neither. */
function leaving(kernel: Kernel, can: boolean): Test {
  const per = kernel.blockPages / PAGES_PER_SECTION;
  const online = (section: number): Whole => {
    const block = kernel.blocks.get(Math.floor(section / per));
    return block && block.state !== "offline" ? "each" : "none";
  };
  return {
    section: online,
    page: (index) => leaveOf(kernel, index, null).can === can,
    uniform: (_, kind) => leaveOfKind(kernel, kind, null).can === can,
  };
}

/** Provenances older (or younger) than a time; what boot took is as old as the machine. */
function aged(kernel: Kernel, since: number, older: boolean): Test {
  const { pages, recorder } = kernel;
  const { provenances } = recorder;
  const bornThen = (at: number): boolean => (older ? at < since : at > since);
  const fits = new Uint8Array(provenances.numbers);
  for (let number = 0; number < fits.length; number++) {
    const at = provenances.get(number)?.at;
    if (at !== undefined && bornThen(at)) fits[number] = 1;
  }
  return {
    page: (index) => (pages.kind[index] as number) > PageKind.Free && fits[pages.born[index] as number] === 1,
    uniform: (_, kind) => kind > PageKind.Free && bornThen(0),
  };
}

function onNode(kernel: Kernel, node: number): Test | QueryProblem {
  if (!kernel.nodes[node]) return { why: "unknown", word: `node ${node}` };
  const per = kernel.blockPages / PAGES_PER_SECTION;
  const nodesOf = (section: number) => kernel.blocks.get(Math.floor(section / per))?.nodes ?? [];
  const at = (frame: number, section: number) => (kernel.zoneAt(frame)?.node ?? nodesOf(section)[0]) === node;
  const shared = [...kernel.blocks.values()].some(({ nodes }) => nodes.length > 1 && nodes.includes(node));
  return {
    section: (section) => {
      const nodes = nodesOf(section);
      if (!nodes.includes(node)) return "none";
      return nodes.length === 1 ? "all" : "each";
    },
    ...(shared
      ? {
          page: (index) => at(kernel.pages.pfnOf(index), kernel.pages.sectionOfIndex(index)),
          uniform: (section) => at(section * PAGES_PER_SECTION, section),
        }
      : {}),
  };
}

/** A page by number: a pfn where there is one, else a physical address, else one of the direct mapping or of a struct page. */
function numbered(kernel: Kernel, value: bigint, certain: boolean): Test | QueryProblem {
  const all = kernel.pages.sections * PAGES_PER_SECTION;
  const word = `0x${value.toString(16)}`;
  const frame =
    value < BigInt(all)
      ? Number(value)
      : certain
        ? undefined
        : value < BigInt(all) * BigInt(PAGE_SIZE)
          ? Number(value / BigInt(PAGE_SIZE))
          : frameOfAddress(kernel, value);
  if (frame === undefined || frame >= all) return { why: "beyond", word };
  const section = Math.floor(frame / PAGES_PER_SECTION);
  return {
    section: (one) => (one === section ? "each" : "none"),
    page: (index) => kernel.pages.pfnOf(index) === frame,
    frame,
  };
}

/** Stretches of mappings, by the mapping's number, and owners: whose pages are asked for. */
class Holders {
  readonly #kernel: Kernel;
  readonly #areas = new Map<number, [from: number, to: number][]>();
  readonly #owners = new Set<number>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  get none(): boolean {
    return this.#areas.size === 0 && this.#owners.size === 0;
  }

  add(mapping: number, from: number, to: number): void {
    const known = this.#areas.get(mapping);
    if (known) known.push([from, to]);
    else this.#areas.set(mapping, [[from, to]]);
  }

  own(owner: number): void {
    this.#owners.add(owner);
  }

  test(): Test {
    const { kind: kinds, a, b } = this.#kernel.pages;
    const areas = this.#areas;
    const owners = this.#owners;
    return {
      page: (index) => {
        const kind = kinds[index] as number;
        if (kind <= PageKind.Free) return false;
        if (isMovableKind(kind) || kind === PageKind.Offline) {
          const offset = b[index] as number;
          return areas.get(a[index] as number)?.some(([from, to]) => offset >= from && offset < to) ?? false;
        }
        return isOwned(kind) && owners.has(a[index] as number);
      },
      // What has no entry of its own has no owner either.
      uniform: () => false,
    };
  }
}

/** Kinds whose pages name an owner. */
const isOwned = (kind: number): boolean => kind >= PageKind.Slab && kind <= PageKind.KernelPageTable;

/** What processes map, and what the kernel holds as long as they run: tables, stacks, buffers. */
function held(kernel: Kernel, processes: readonly Process[], holders = new Holders(kernel)): Test {
  const pids = new Set(processes.map(({ pid }) => pid));
  for (const process of processes)
    for (const { mapping, offset, pages } of process.areas) holders.add(mapping.id, offset, offset + pages);
  for (const owner of kernel.owners)
    if (owner.lifetime === "process" && owner.pid !== null && pids.has(owner.pid)) holders.own(owner.id);
  return holders.test();
}

/** A word in the names of caches and other owners, of mappings, and of processes with all that they hold. */
function named(kernel: Kernel, word: string): Test | QueryProblem {
  const has = (name: string | null): boolean => name?.toLowerCase().includes(word) ?? false;
  const holders = new Holders(kernel);
  for (const owner of kernel.owners) if (has(holdingText(owner.what))) holders.own(owner.id);
  for (const mapping of kernel.mappings)
    if (has(holdingText(mapping.what))) holders.add(mapping.id, 0, Number.POSITIVE_INFINITY);
  const processes = [...kernel.processes.values()].filter(({ comm }) => has(comm));
  if (holders.none && processes.length === 0) return { why: "unknown", word };
  return held(kernel, processes, holders);
}
