/**
 * What the panels of a picture show, as sentences: for who hears the stage. Only what is drawn is told; panels that are
 * words already (a log, a table, commands) say it themselves.
 */
import { machineWords } from "../../client/machine-words.ts";
import type { PlaygroundState } from "../../client/playground.ts";
import type { BlockRecord } from "../../protocol/records.ts";
import { displayGroups, pagesOfGroup } from "../../views/kinds.ts";
import type { Panel } from "../format.ts";
import { bytesOf, partsOf, phaseOf, refusalOf } from "./facts.ts";
import { stageStrings } from "./strings.ts";

type Records = PlaygroundState["records"];

export function pictureText(panel: Panel, records: Records): readonly string[] {
  const words = stageStrings.told;
  switch (panel.show) {
    case "box":
      return [
        ...panel.partitions.flatMap((partition) => partitionText(partition, records)),
        ...(panel.shelf ? [shelfText(records)] : []),
      ];
    case "block": {
      const block = records.block[panel.block];
      return [block ? blockText(block) : `${panel.block}: ${stageStrings.block.gone}`];
    }
    case "blocks":
      return panel.nodes.flatMap((node) => blocksOf(node, records).map(blockText));
    case "zones":
      return (records.partition[panel.partition]?.nodes ?? []).map((node) => zonesText(node, records));
    case "phases": {
      const dimm = records.dimm[panel.dimm];
      const { at } = phaseOf(dimm, held(dimm?.blocks ?? [], records));
      return [words.phase(panel.dimm, stageStrings.phases[at])];
    }
    case "dial":
      return [words.dial(panel.label, panel.stops[panel.at] ?? "", panel.stops)];
    default:
      return [];
  }
}

const held = (keys: readonly string[], records: Records): readonly BlockRecord[] =>
  keys.flatMap((key) => records.block[key] ?? []);
const blocksOf = (node: string, records: Records) => held(records.node[node]?.blocks ?? [], records);

function partitionText(key: string, records: Records): readonly string[] {
  const partition = records.partition[key];
  if (!partition) return [];
  const { told, box, support } = stageStrings;
  const name = `${machineWords.partition(partition.name)}, ${support.kernel(partition.kernel)}`;
  return partition.nodes.flatMap((nodeKey) => {
    const node = records.node[nodeKey];
    if (!node) return [];
    const at = (what: string, rest: string) => told.at(`${name}, ${box.node(node.id)}`, what, rest);
    const all = blocksOf(nodeKey, records);
    const slots = node.slots.map((slot) => records.slot[slot]?.dimm ?? null);
    const { soldered, shared } = partsOf(all, slots);
    const dimms = [...slots, ...shared].filter((dimm) => dimm !== null);
    return [
      ...(soldered.length > 0 ? [at(box.onboard, contents(soldered))] : []),
      ...dimms.flatMap((dimm) => {
        const record = records.dimm[dimm];
        if (!record) return [];
        const errno = refusalOf(record, records.attempt[record.attempt ?? ""]);
        const about = [
          box.size(record.bytes),
          record.health === "ok" ? "" : box.failing,
          box.phases[record.phase],
          errno === null ? "" : stageStrings.refused(errno),
        ].filter(Boolean);
        return [at(`${dimm} (${about.join(", ")})`, contents(held(record.blocks, records)))];
      }),
      ...(dimms.length < slots.length ? [at(told.emptySlots(slots.length - dimms.length), "")] : []),
    ];
  });
}

function shelfText(records: Records): string {
  const { told, box } = stageStrings;
  const dimms = Object.values(records.dimm).filter(({ slot }) => slot === null);
  const each = dimms.map(({ key, bytes, health }) => `${key} (${health === "ok" ? box.size(bytes) : box.failing})`);
  return told.at(box.shelf, "", told.list(each) || told.nothing);
}

/** Memory blocks by state and zone, and what is in all of them. */
function contents(blocks: readonly BlockRecord[]): string {
  const { told } = stageStrings;
  const zones = new Map<string, number>();
  for (const block of blocks) zones.set(placeOf(block), (zones.get(placeOf(block)) ?? 0) + 1);
  const where = [...zones].map(([zone, many]) => told.blocks(many, zone));
  return told.both(told.list(where), told.list(pagesOf(blocks)));
}

/** The zone of a block that is online, or what it is instead. */
function placeOf({ state, zone }: BlockRecord): string {
  if (state !== "online") return stageStrings.told.states[state];
  return zone ?? stageStrings.told.severalZones;
}

/** Pages by the groups that have a colour: the most first. */
function pagesOf(blocks: readonly BlockRecord[]): readonly string[] {
  return displayGroups
    .filter(({ id }) => id !== "offline")
    .map((group) => ({ label: group.label, many: pagesOfGroup(group, blocks) }))
    .filter(({ many }) => many > 0)
    .sort((a, b) => b.many - a.many)
    .map(({ label, many }) => stageStrings.told.pages(many, label));
}

const blockText = (block: BlockRecord): string =>
  stageStrings.told.at(`memory${block.number}`, placeOf(block), stageStrings.told.list(pagesOf([block])));

function zonesText(key: string, records: Records): string {
  const { told, zones, box } = stageStrings;
  const node = records.node[key];
  const { kernel, movable } = bytesOf((node?.zones ?? []).flatMap((zone) => records.zone[zone] ?? []));
  const amounts = [kernel > 0 ? zones.kernel(kernel) : "", movable > 0 ? zones.movable(movable) : ""].filter(Boolean);
  return told.at(box.node(node?.id ?? 0), told.list(amounts) || zones.none, told.list(runs(blocksOf(key, records))));
}

/** Neighbours in one zone as one: `memory34 to 41 Movable`. */
function runs(blocks: readonly BlockRecord[]): readonly string[] {
  const found: { first: number; last: number; place: string }[] = [];
  for (const block of blocks) {
    const place = placeOf(block);
    const before = found.at(-1);
    if (before && before.place === place && before.last + 1 === block.number) before.last = block.number;
    else found.push({ first: block.number, last: block.number, place });
  }
  return found.map(({ first, last, place }) => stageStrings.told.run(first, last, place));
}
