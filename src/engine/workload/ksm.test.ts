/** Merged pages. Figures of the first three tests are those of a real 7.3, with 32 MiB a process there (docs/kernel-profiles.md). */
import { describe, expect, test } from "vitest";
import { chainOf } from "../inspect/chain.ts";
import { audit } from "../kernel/audit.ts";
import { PageKind } from "../memory/kinds.ts";
import { ownerOf } from "../migration/describe.ts";
import { addFiles } from "../sysfs/more/index.ts";
import { smallBox } from "../testing/small-box.ts";
import { Engine } from "../time/engine.ts";
import { pfn } from "../units.ts";
import { ksmOf } from "./ksm.ts";

const MIB = 4;
const PAGES = MIB * 256;

/** So many processes with memory that may be merged, on a DIMM in ZONE_MOVABLE, and ksmd at its work until it has looked at all. */
function withSharers(processes: number, settings: Readonly<Record<string, number>> = {}) {
  const engine = new Engine({ seed: 1, box: smallBox() });
  const files = engine.files("B");
  addFiles(files);
  engine.submit({ do: "move", dimm: "d3", to: { slot: "B/0/0" } });
  engine.settle();
  const kernel = engine.kernel("B");
  const block = [...kernel.blocks.values()].find((one) => one.dimm === "d3");
  if (!block) throw new Error("d3 has no block");
  const echo = (text: string | number, name: string) => {
    const path = name.startsWith("/") ? name : `/sys/kernel/mm/ksm/${name}`;
    const { op, errno } = engine.submit({ do: "write", partition: "B", path, text: `${text}\n` });
    engine.settle();
    return op === null ? errno : (engine.operation(op)?.errno ?? null);
  };
  const figure = (name: string) => {
    const read = files.read(`/sys/kernel/mm/ksm/${name}`);
    return "text" in read ? Number(read.text) : Number.NaN;
  };
  const pids: number[] = [];
  for (let i = 0; i < processes; i++) {
    pids.push(kernel.nextPid);
    engine.submit({ do: "load", partition: "B", load: { kind: "ksm", mib: MIB, node: 0 } });
    engine.settle();
  }
  for (const [name, value] of Object.entries({ pages_to_scan: 1_000, ...settings })) echo(value, name);
  echo(1, "run");
  engine.runFor(2e9);
  const merged = () => {
    const found: number[] = [];
    for (const mapping of kernel.mappings) if (mapping.kind === PageKind.Ksm) found.push(...mapping.present());
    return found;
  };
  const offline = () => echo("offline", `/sys/devices/system/memory/memory${block.number}/state`);
  return { engine, kernel, block, echo, figure, pids, merged, offline };
}

const free = ({ zones }: Engine["kernels"] extends ReadonlyMap<string, infer K> ? K : never): number =>
  zones.reduce((sum, zone) => sum + zone.free, 0);

describe("pages that are merged", () => {
  test("three processes share one page of each content, and two thirds of the memory are free again", () => {
    const { kernel, figure, pids, merged, echo } = withSharers(3);
    expect(["pages_shared", "pages_sharing", "pages_unshared", "pages_volatile"].map(figure)).toEqual([
      PAGES,
      2 * PAGES,
      0,
      0,
    ]);
    expect(figure("general_profit")).toBe(2 * PAGES * 4096 - 3 * PAGES * 64);
    expect(audit(kernel)).toEqual([]);
    const page = merged()[7] as number;
    const chain = chainOf(kernel, pfn(kernel.pages.pfnOf(page)));
    expect(chain?.mappers.map(({ pid }) => pid).sort()).toEqual(pids);
    // Nobody's end alone would free it.
    expect(ownerOf(kernel, kernel.pages.pfnOf(page))).toMatchObject({ owner: { what: "merged-pages" }, pid: null });
    const before = free(kernel);
    expect(echo(2, "run")).toBeNull();
    // Each sharer has a page of its own again, the last one, too; a few pages are what the shell's line left in caches.
    expect(before - free(kernel) - 2 * PAGES).toBeGreaterThanOrEqual(0);
    expect(before - free(kernel) - 2 * PAGES).toBeLessThan(8);
    expect(ksmOf(kernel).broken).toBe(3 * PAGES);
    expect(["run", "full_scans", "pages_shared", "pages_sharing", "pages_volatile"].map(figure)).toEqual([
      2, 0, 0, 0, 0,
    ]);
    expect(audit(kernel)).toEqual([]);
  });

  test("an offline moves each of them once, and all that share it follow", () => {
    const { kernel, block, pids, merged, offline, figure } = withSharers(3);
    const before = kernel.vmstat.pgmigrateSuccess;
    const here = merged().filter((page) => kernel.blockNumberOf(kernel.pages.pfnOf(page)) === block.number);
    expect(here.length).toBeGreaterThan(PAGES / 2);
    const others = kernel.pages;
    expect(offline()).toBeNull();
    expect(block.state).toBe("offline");
    // What else lies in the block is the processes' own: stacks and data.
    expect(kernel.vmstat.pgmigrateSuccess - before - here.length).toBeLessThan(200);
    expect(figure("pages_sharing")).toBe(2 * PAGES);
    for (const page of merged()) {
      const chain = chainOf(kernel, pfn(others.pfnOf(page)));
      expect(chain?.mapperCount).toBe(pids.length);
    }
    expect(audit(kernel)).toEqual([]);
  });

  test("who may share, and across which nodes, is settled while there are none (EBUSY)", () => {
    const { echo, figure, pids, engine } = withSharers(2);
    expect(echo(2, "max_page_sharing")).toBe("EBUSY");
    expect(echo(0, "merge_across_nodes")).toBe("EBUSY");
    expect(echo(256, "max_page_sharing")).toBeNull();
    expect(echo(1, "max_page_sharing")).toBe("EINVAL");
    for (const pid of pids) engine.submit({ do: "kill", partition: "B", pid });
    engine.settle();
    expect(echo(2, "max_page_sharing")).toBeNull();
    expect(figure("pages_shared")).toBe(0);
  });

  test("a page has no more sharers than it may: others find each other", () => {
    const { kernel, figure } = withSharers(5, { max_page_sharing: 2 });
    expect(["pages_shared", "pages_sharing", "pages_unshared", "stable_node_dups"].map(figure)).toEqual([
      2 * PAGES,
      2 * PAGES,
      PAGES,
      2 * PAGES,
    ]);
    expect(audit(kernel)).toEqual([]);
  });

  test("those who stay go on sharing when one ends, and the last one has it alone", () => {
    const { engine, kernel, figure, pids, merged } = withSharers(3);
    for (const [ended, sharing] of [PAGES, 0].entries()) {
      engine.submit({ do: "kill", partition: "B", pid: pids[ended] as number });
      engine.settle();
      expect([figure("pages_shared"), figure("pages_sharing")]).toEqual([PAGES, sharing]);
      expect(audit(kernel)).toEqual([]);
    }
    expect(ownerOf(kernel, kernel.pages.pfnOf(merged()[0] as number))).toMatchObject({
      owner: { what: "process" },
      pid: pids[2],
    });
    engine.submit({ do: "kill", partition: "B", pid: pids[2] as number });
    engine.settle();
    expect([figure("pages_shared"), merged()]).toEqual([0, []]);
  });

  test("ksmd goes on passing when there is nothing left to merge, and takes up what comes", () => {
    const { engine, kernel, figure } = withSharers(2);
    const before = figure("full_scans");
    expect(ksmOf(kernel).awake).toBe(false);
    engine.runFor(5e9);
    expect(figure("full_scans")).toBeGreaterThan(before + 10);
    engine.submit({ do: "load", partition: "B", load: { kind: "ksm", mib: MIB, node: 0 } });
    engine.settle();
    engine.runFor(2e9);
    expect(figure("pages_sharing")).toBe(2 * PAGES);
  });
});
