import { describe, expect, it, test } from "vitest";
import { ZONE_NAMES } from "../../memory/kinds.ts";
import { boots, describeBoot } from "./fixtures/boots.ts";
import { formatList, pagesWithin } from "./ranges.ts";
import { smallBox } from "../../testing/small-box.ts";
import { Engine } from "../../time/engine.ts";
import { layoutBoot } from "./index.ts";

/** Every recorded boot: what the description and the command line alone must give. */
describe.each(boots)("boot of $name", (boot) => {
  const layout = layoutBoot(describeBoot(boot));

  it("has the recorded zones", () => {
    const zones = layout.nodes.flatMap((node) =>
      node.zones
        .filter((zone) => zone.present > 0)
        .map((zone) => [node.id, ZONE_NAMES[zone.type], zone.startPfn, zone.spanned, zone.present]),
    );
    expect(zones).toEqual(boot.zones.map((zone) => zone.slice(0, 5)));
  });

  it("has the recorded memory blocks", () => {
    const runs: [number, number, string, readonly number[]][] = [];
    for (const block of layout.blocks) {
      const zone = block.zone === null ? "none" : (ZONE_NAMES[block.zone] ?? "");
      const last = runs.at(-1);
      if (last && last[1] === block.id - 1 && last[2] === zone && String(last[3]) === String(block.nodes))
        last[1] = block.id;
      else runs.push([block.id, block.id, zone, block.nodes]);
    }
    expect(runs).toEqual(boot.blocks);
  });

  it("has the recorded node sets and distances", () => {
    const list = (keep: (node: (typeof layout.nodes)[number]) => boolean) =>
      formatList(layout.nodes.filter(keep).map((node) => node.id));
    expect([
      list(() => true),
      list((n) => n.online),
      list((n) => n.hasMemory),
      list((n) => n.hasNormalMemory),
      list((n) => n.cpus.length > 0),
    ]).toEqual(boot.sets);
    const online = layout.nodes.filter((node) => node.online);
    expect(
      online.map((from) => [from.id, online.map((to) => String(layout.slit.distances[from.id]?.[to.id]))]),
    ).toEqual(boot.distance);
  });

  it("has the recorded System RAM", () => {
    expect(layout.iomem).toEqual(boot.iomem);
  });

  it("manages the recorded pages", () => {
    const managed = layout.nodes.flatMap((node) =>
      node.zones
        .filter((zone) => zone.present > 0)
        .map((zone) => [
          node.id,
          ZONE_NAMES[zone.type],
          zone.present - pagesWithin(node.reserved, zone.startPfn, zone.startPfn + zone.spanned),
        ]),
    );
    expect(managed).toEqual(boot.zones.map(([node, zone, , , , pages]) => [node, zone, pages]));
  });

  it("logs what the kernel logged", () => {
    const kinds =
      /^(BIOS-e820|e820: (update|remove|reserve RAM|register RAM)|ACPI: SRAT: Node|NUMA|SRAT: PXM|SLIT|Zone ranges|Movable zone| {2}node +\d|Initmem setup|Initializing node|On node| {4}NODE_DATA|x86\/mm: Memory block| {2}\w+ zone: \d+ pages)/;
    expect(layout.logLines.filter((line) => kinds.test(line))).toEqual(boot.log);
  });
});

test("the last that boot says of memory, on 6.12, is where its pages could be demoted to: nowhere, node by node", () => {
  const log = (kernel: "6.1" | "6.12") => {
    const box = smallBox();
    const engine = new Engine({
      seed: 1,
      box: { ...box, partitions: box.partitions.map((one) => ({ ...one, kernel })) },
    });
    return engine.recorder.logOf("A").lines.map(({ line }) => line);
  };
  // Node 2 has no memory.
  expect(log("6.12").slice(-2)).toEqual(["Demotion targets for Node 0: null", "Demotion targets for Node 1: null"]);
  expect(log("6.1").filter((line) => line.startsWith("Demotion"))).toEqual([]);
});
