/** Turns what `guest/observe.sh` printed into the records that traces hold. */
import type { Observation } from "../protocol/trace.ts";

export interface Observed {
  /** New lines of the kernel's log, without their times. */
  readonly log: readonly string[];
  readonly observation: Observation;
}

export function parseObservation(text: string): Observed {
  const sections = sectionsOf(text);
  const section = (name: string): readonly string[] => sections.get(name) ?? [];
  const links = section("links").flatMap(words);
  const files = filesOf(section("files"));
  const file = (path: string): readonly string[] => files.get(path) ?? [];
  return {
    log: messages(section("log")),
    observation: {
      blocks: blocks(files, links),
      nodes: {
        ...Object.fromEntries(NODE_LISTS.map((name) => [name, file(`node/${name}`)[0] ?? ""])),
        list: nodes(files, links),
      },
      zones: zones(file("/proc/zoneinfo")),
      // Lines of other ranges begin with a digit too.
      iomem: file("/proc/iomem")
        .filter((line) => line.includes("System RAM"))
        .map((line) => line.trim()),
      meminfo: numbers(file("/proc/meminfo"), /^(\S+): +(\d+)/),
      buddy: file("/proc/buddyinfo").flatMap((line) => {
        const [, node, zone, free] = /^Node (\d+), zone +(\S+) +(.*)/.exec(line) ?? [];
        return free === undefined ? [] : [[Number(node), zone ?? "", words(free).map(Number)] as const];
      }) as Observation["buddy"] & {},
      // Not part of what is compared, but of the format.
      ...{ vmstat: numbers(file("/proc/vmstat"), /^(\S+) (\d+)/) },
    },
  };
}

const NODE_LISTS = ["possible", "online", "has_memory", "has_normal_memory", "has_cpu"] as const;

/** Log lines without `[   12.345678] `. */
export const messages = (lines: readonly string[]): string[] =>
  lines.filter(Boolean).map((line) => line.replace(/^\[ *[\d.]+\] /, ""));

function sectionsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const sections = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("# ")) {
      lines = [];
      sections.set(line.slice(2), lines);
    } else if (line.trim()) lines.push(line);
  }
  return sections;
}

type Files = ReadonlyMap<string, readonly string[]>;

/** Lines by file, from `file:line`. */
function filesOf(lines: readonly string[]): Files {
  const files = new Map<string, string[]>();
  for (const line of lines) {
    const at = line.indexOf(":");
    const path = line.slice(0, at);
    const known = files.get(path);
    if (known) known.push(line.slice(at + 1));
    else files.set(path, [line.slice(at + 1)]);
  }
  return files;
}

const words = (text: string): string[] => text.trim().split(/\s+/);

const numbers = (lines: readonly string[], form: RegExp): Record<string, number> =>
  Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, value] = form.exec(line) ?? [];
      return name === undefined ? [] : [[name, Number(value)]];
    }),
  );

/** Numbers in the paths of files that are there. */
const numbersIn = (files: Files, form: RegExp): number[] =>
  [...files.keys()].flatMap((path) => {
    const [, number] = form.exec(path) ?? [];
    return number === undefined ? [] : [Number(number)];
  });

function blocks(files: Files, links: readonly string[]): Observation["blocks"] {
  const nodesOf = pairs(links, /^memory\/memory(\d+)\/node(\d+)$/);
  const read = (block: number, name: string): string => files.get(`memory/memory${block}/${name}`)?.[0] ?? "";
  return numbersIn(files, /^memory\/memory(\d+)\/state$/)
    .sort((a, b) => a - b)
    .map((block) => [
      block,
      read(block, "state"),
      read(block, "valid_zones"),
      nodesOf.get(block) ?? [],
      Number(read(block, "removable")),
      // Not read of a block on its way, which is not offline yet.
      Number(read(block, "online") || read(block, "state").startsWith("going")),
    ]);
}

/** Second numbers of links by the first, ascending. */
function pairs(links: readonly string[], form: RegExp): ReadonlyMap<number, number[]> {
  const found = new Map<number, number[]>();
  for (const link of links) {
    const [, first, second] = form.exec(link) ?? [];
    if (second === undefined) continue;
    found.set(Number(first), [...(found.get(Number(first)) ?? []), Number(second)]);
  }
  for (const list of found.values()) list.sort((a, b) => a - b);
  return found;
}

/** In the order of the folders' names: node10 before node2. */
function nodes(files: Files, links: readonly string[]): Observation["nodes"]["list"] {
  const blocksOf = pairs(links, /^node\/node(\d+)\/memory(\d+)$/);
  return numbersIn(files, /^node\/node(\d+)\/distance$/)
    .sort((a, b) => (`node${a}` < `node${b}` ? -1 : 1))
    .map((id) => {
      const memory = numbers(files.get(`node/node${id}/meminfo`) ?? [], /(Mem\w+): +(\d+)/);
      return {
        id,
        distance: words(files.get(`node/node${id}/distance`)?.[0] ?? ""),
        totalKB: memory.MemTotal ?? 0,
        freeKB: memory.MemFree ?? 0,
        blocks: blocksOf.get(id) ?? [],
      };
    });
}

const ZONE_FIELD = /^ +(pages free|min|low|high|spanned|present|managed|start_pfn:) +(\d+)/;
const ZONE_FIELDS = ["free", "min", "low", "high", "spanned", "present", "managed", "start_pfn"] as const;

/** Populated zones: only those have a `start_pfn` line. */
function zones(lines: readonly string[]): Observation["zones"] {
  const found: Observation["zones"] = [];
  let where = { node: 0, zone: "" };
  let values: Record<string, number> = {};
  let protection: number[] = [];
  for (const line of lines) {
    const [, node, zone] = /^Node (\d+), zone +(\S+)/.exec(line) ?? [];
    if (zone !== undefined) {
      where = { node: Number(node), zone };
      values = {};
      protection = [];
    }
    const [, list] = /protection: \((.*)\)/.exec(line) ?? [];
    if (list !== undefined) protection = list.split(",").map(Number);
    const [, name, value] = ZONE_FIELD.exec(line) ?? [];
    if (name === undefined) continue;
    values[name === "pages free" ? "free" : name.replace(":", "")] = Number(value);
    if (name !== "start_pfn:") continue;
    const counts = Object.fromEntries(ZONE_FIELDS.map((field) => [field, values[field] ?? 0]));
    found.push({ ...where, ...counts, protection } as Observation["zones"][number]);
  }
  return found;
}
