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
  return {
    log: messages(section("log")),
    observation: {
      blocks: blocks(section("blocks"), section("block nodes")),
      nodes: {
        ...Object.fromEntries(section("node lists").map((line) => split(line, ":"))),
        list: nodes(section("nodes"), section("node blocks")),
      },
      zones: zones(section("zones")),
      iomem: section("iomem").map((line) => line.trim()),
      meminfo: numbers(section("meminfo"), /^(\S+): +(\d+)/),
      buddy: section("buddy").flatMap((line) => {
        const [, node, zone, free] = /^Node (\d+), zone +(\S+) +(.*)/.exec(line) ?? [];
        return free === undefined ? [] : [[Number(node), zone ?? "", words(free).map(Number)] as const];
      }) as Observation["buddy"] & {},
      // Not part of what is compared, but of the format.
      ...{ vmstat: numbers(section("vmstat"), /^(\S+) (\d+)/) },
    },
  };
}

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

function split(line: string, at: string): [string, string] {
  const index = line.indexOf(at);
  return [line.slice(0, index), line.slice(index + at.length)];
}

const words = (text: string): string[] => text.trim().split(/\s+/);

const numbers = (lines: readonly string[], form: RegExp): Record<string, number> =>
  Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, value] = form.exec(line) ?? [];
      return name === undefined ? [] : [[name, Number(value)]];
    }),
  );

/** `memory32/state:online` lines, and the links `memory32/node1`. */
function blocks(lines: readonly string[], links: readonly string[]): Observation["blocks"] {
  const files = new Map<number, Map<string, string>>();
  for (const line of lines) {
    const [, block, file, content] = /^memory(\d+)\/(\w+):(.*)/.exec(line) ?? [];
    if (file === undefined) continue;
    const known = files.get(Number(block)) ?? new Map<string, string>();
    files.set(Number(block), known.set(file, content ?? ""));
  }
  const nodesOf = pairs(links, /^memory(\d+)\/node(\d+)$/);
  return [...files]
    .sort(([a], [b]) => a - b)
    .map(([block, file]) => [
      block,
      file.get("state") ?? "",
      file.get("valid_zones") ?? "",
      nodesOf.get(block) ?? [],
      Number(file.get("removable") ?? 0),
      Number(file.get("online") ?? 0),
    ]);
}

/** Numbers of a glob's matches by the first number, ascending as a shell with `sort -n` has them. */
function pairs(lines: readonly string[], form: RegExp): ReadonlyMap<number, number[]> {
  const found = new Map<number, number[]>();
  for (const match of lines.flatMap(words)) {
    const [, first, second] = form.exec(match) ?? [];
    if (second === undefined) continue;
    found.set(Number(first), [...(found.get(Number(first)) ?? []), Number(second)]);
  }
  for (const list of found.values()) list.sort((a, b) => a - b);
  return found;
}

/** In the order of the folders' names: node10 before node2. */
function nodes(lines: readonly string[], links: readonly string[]): Observation["nodes"]["list"] {
  const blocksOf = pairs(links, /^node(\d+)\/memory(\d+)$/);
  const found = new Map<number, { totalKB: number; freeKB: number; distance: string[] }>();
  for (const line of lines) {
    const [, id, file, content] = /^node(\d+)\/(\w+):(.*)/.exec(line) ?? [];
    if (content === undefined) continue;
    const node = found.get(Number(id)) ?? { totalKB: 0, freeKB: 0, distance: [] };
    found.set(Number(id), node);
    if (file === "distance") node.distance = words(content);
    const [, name, value] = /(MemTotal|MemFree): +(\d+)/.exec(content) ?? [];
    if (name === "MemTotal") node.totalKB = Number(value);
    if (name === "MemFree") node.freeKB = Number(value);
  }
  return [...found]
    .sort(([a], [b]) => (`node${a}` < `node${b}` ? -1 : 1))
    .map(([id, { distance, totalKB, freeKB }]) => ({ id, distance, totalKB, freeKB, blocks: blocksOf.get(id) ?? [] }));
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
