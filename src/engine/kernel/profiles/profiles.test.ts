/** What the timeline says that each kernel can and cannot do, asked of the simulated kernels themselves. */
import { describe, expect, test } from "vitest";
import { KERNEL_VERSIONS, type KernelVersion } from "../../hardware/description.ts";
import { Trial, twoNodeBox } from "../../experiments/trial.ts";
import type { MemoryBlock } from "../../memory/memory-block.ts";
import { PageFlag, PageKind } from "../../memory/kinds.ts";
import { PAGES_PER_SECTION } from "../../units.ts";
import { audit } from "../audit.ts";
import { changedRows } from "./changes.ts";
import { PROFILES, profileOf } from "./index.ts";

const BEFORE_4_13: readonly KernelVersion[] = ["3.7", "3.8", "3.9", "3.14", "2013-proposal"];
const BEFORE_4_15: readonly KernelVersion[] = [...BEFORE_4_13, "4.14"];
const BEFORE_5_13: readonly KernelVersion[] = [...BEFORE_4_15, "5.10"];
const OFFLINE = "memhp_default_state=offline";
const has = (list: readonly KernelVersion[], kernel: KernelVersion) => list.includes(kernel);
const file = (trial: Trial, path: string) => trial.engine.files("A").read(path);
const reads = (trial: Trial, path: string): string | null => {
  const got = file(trial, path);
  return "text" in got && typeof got.text === "string" ? got.text.trim() : null;
};
const lastAttempt = (trial: Trial) => [...trial.engine.attempts.values()].at(-1)?.value();

test("every version has a row and a description, oldest first", () => {
  expect(PROFILES.map(({ version }) => version)).toEqual([...KERNEL_VERSIONS]);
  for (const version of KERNEL_VERSIONS) expect(profileOf(version).version).toBe(version);
});

describe.each(KERNEL_VERSIONS.map((kernel) => [kernel] as const))("%s", (kernel) => {
  test("hot remove came with 3.9", () => {
    const trial = new Trial(twoNodeBox(kernel, OFFLINE));
    trial.insert("d1", "A/1/0");
    const supported = kernel !== "3.7" && kernel !== "3.8";
    expect(trial.eject("d1")).toBe(supported ? null : "EPERM");
    expect(trial.blocksOf("d1")).toHaveLength(supported ? 0 : 2);
    expect(trial.engine.chassis.dimms.get("d1")?.slot).toBe(supported ? null : "A/1/0");
    expect(audit(trial.kernel)).toEqual([]);
  });

  test("a refused eject is undone since 3.11; before, what had gone offline stayed so", () => {
    if (!profileOf(kernel).removesMemory) return;
    const trial = new Trial(twoNodeBox(kernel, `${OFFLINE} playground.movable_kernel=0`));
    const blocks = trial.insert("d1", "A/1/0");
    for (const block of blocks) trial.state(block, "online");
    // What is onlined later is used later: programs take what is left of the first block, the kernel begins the second.
    trial.load({ kind: "anon", mib: 240, node: 1, policy: "preferred" });
    // Objects of the slab allocator don't follow a policy any more in 7.3; other kernel memory does.
    trial.load({ kind: kernel === "7.3" ? "vmalloc" : "slab", mib: 100, node: 1, policy: "preferred" });
    trial.log();
    const before = blocks.map((block) => block.state);
    expect(trial.eject("d1")).toBe("EBUSY");
    const log = trial.log().join("\n");
    const undoes = kernel !== "3.9" && kernel !== "2013-proposal";
    expect(log.includes("Offline failed.")).toBe(undoes);
    expect(log.includes("removing memory fails, because memory [0x")).toBe(!undoes);
    expect(before).toEqual(["online", "online"]);
    expect(blocks.filter((block) => block.state === "offline").length).toBeLessThan(blocks.length);
    if (undoes) expect(blocks.map((block) => block.state)).toEqual(before);
    expect(audit(trial.kernel)).toEqual([]);
  });

  test("online_movable came with 3.8, at the edge of Normal; everywhere with 4.14", () => {
    const trial = new Trial(twoNodeBox(kernel, OFFLINE));
    const [low, high] = trial.insert("d1", "A/1/0");
    if (!low || !high) throw new Error("no blocks");
    expect(trial.state(low, "online_movable")).toBe(
      kernel === "3.7" ? null : has(BEFORE_4_13, kernel) ? "EPERM" : null,
    );
    expect(trial.state(high, "online_movable")).toBe(null);
    expect(high.zone?.name).toBe(kernel === "3.7" ? "Normal" : "Movable");
    if (low.state === "offline") expect(trial.state(low, "online_movable")).toBe(null);
    expect(low.zone?.name).toBe(kernel === "3.7" ? "Normal" : "Movable");
    expect(audit(trial.kernel)).toEqual([]);
  });

  test("a block of Movable becomes Normal only from the left before 4.13", () => {
    if (kernel === "3.7") return;
    const trial = new Trial(twoNodeBox(kernel, OFFLINE));
    const [low, high] = trial.insert("d1", "A/1/0");
    if (!low || !high) throw new Error("no blocks");
    for (const block of [high, low]) trial.state(block, "online_movable");
    for (const block of [high, low]) expect(trial.state(block, "offline")).toBe(null);
    expect(trial.state(high, "online_kernel")).toBe(has(BEFORE_4_13, kernel) ? "EPERM" : null);
    expect(trial.state(low, "online_kernel")).toBe(null);
    expect(low.zone?.name).toBe("Normal");
    expect(audit(trial.kernel)).toEqual([]);
  });

  test("state compared only the beginning of words before 3.16", () => {
    const trial = new Trial(twoNodeBox(kernel, OFFLINE));
    const [block] = trial.insert("d1", "A/1/0");
    if (!block) throw new Error("no block");
    expect(trial.state(block, "online_xyz")).toBe(has(BEFORE_4_13, kernel) ? null : "EINVAL");
    expect(trial.state(block, "onlin")).toBe("EINVAL");
  });

  test("files that come and go", () => {
    const trial = new Trial(twoNodeBox(kernel, OFFLINE));
    const [block] = trial.insert("d1", "A/1/0");
    const of = (name: string) => reads(trial, `/sys/devices/system/memory/memory${block?.number}/${name}`);
    const old = has(BEFORE_4_13, kernel);
    expect(of("online")).toBe(old && kernel !== "3.14" ? null : "0");
    expect(of("end_phys_index") === null).toBe(!old || kernel === "3.14");
    expect(of("valid_zones")).toBe(old ? null : "Normal Movable");
    expect(reads(trial, "/sys/devices/system/memory/auto_online_blocks")).toBe(old ? null : "offline");
    expect(reads(trial, "/sys/devices/system/node/has_memory")).toBe(kernel === "3.7" ? null : "0-1");
    const policies = reads(trial, "/sys/module/memory_hotplug/parameters/online_policy");
    expect(policies).toBe(has(BEFORE_5_13, kernel) ? null : "contig-zones");
  });

  test("auto_online_blocks knew on and off in 4.14, and four words later", () => {
    const trial = new Trial(twoNodeBox(kernel, "memhp_default_state=online_movable"));
    const [block] = trial.insert("d1", "A/1/0");
    const expected = has(BEFORE_4_15, kernel) ? null : "Movable";
    expect(block?.zone?.name ?? null).toBe(expected);
    const answer = trial.write("/sys/devices/system/memory/auto_online_blocks", "online_kernel");
    expect(answer).toBe(kernel === "4.14" ? "EINVAL" : has(BEFORE_4_13, kernel) ? "EACCES" : null);
  });

  test("an offline gave up after 120 s before 4.15; now a signal ends it", () => {
    const trial = new Trial(twoNodeBox(kernel, OFFLINE));
    const blocks = trial.insert("d1", "A/1/0");
    for (const each of blocks) trial.state(each, "online");
    trial.load({ kind: "pin", mib: 320, node: 1, policy: "preferred" });
    const block = blocks.find((each) => trial.kernel.pages.pinnedIn(each.startPfn / PAGES_PER_SECTION) > 0);
    if (!block) throw new Error("nothing is pinned in the DIMM");
    const path = `/sys/devices/system/memory/memory${block.number}/state`;
    const began = trial.engine.now;
    const { op } = trial.engine.submit({ do: "write", partition: "A", path, text: "offline" });
    trial.engine.runFor(119e9);
    const operation = trial.engine.operation(op ?? -1);
    expect(operation?.done).toBe(false);
    trial.engine.runFor(2e9);
    expect(operation?.errno ?? null).toBe(has(BEFORE_4_15, kernel) ? "EAGAIN" : null);
    expect(operation?.done).toBe(has(BEFORE_4_15, kernel));
    if (!operation?.done) {
      expect(trial.engine.signal(op ?? -1)).toBe(null);
      trial.engine.runFor(1e9);
      expect(operation?.errno).toBe("EINTR");
    }
    expect(trial.engine.now - began).toBeLessThan(125e9);
    expect(audit(trial.kernel)).toEqual([]);
  });

  test("pages of a block went near the CPU and never to Movable before 4.8; to the nearest other node since", () => {
    const trial = new Trial(twoNodeBox(kernel, OFFLINE));
    const blocks = trial.insert("d1", "A/0/0");
    for (const block of [...blocks].reverse()) trial.state(block, kernel === "3.7" ? "online" : "online_movable");
    trial.load({ kind: "anon", mib: 200 });
    const full = blocks.find(
      (block) => trial.kernel.pages.countIn(block.startPfn / PAGES_PER_SECTION, PageKind.Anon) > 1000,
    );
    if (!full) throw new Error("nothing is in the DIMM");
    expect(trial.state(full, "offline")).toBe(null);
    const targets = lastAttempt(trial)?.movedTo.map(([node]) => node);
    expect(targets).toEqual(has(BEFORE_4_13, kernel) ? [0] : [1]);
    expect(lastAttempt(trial)?.movedTo.some(([, zone]) => zone === "Movable")).toBe(false);
  });

  test("hugetlb pages keep their block before 3.12", () => {
    const trial = new Trial(twoNodeBox(kernel, OFFLINE));
    const blocks = trial.insert("d1", "A/1/0");
    for (const block of blocks) trial.state(block, "online");
    trial.load({ kind: "anon", mib: 236, node: 1, policy: "preferred" });
    expect(trial.write("/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages", "20")).toBe(null);
    const holder = blocks.find(
      (block) => trial.kernel.pages.countIn(block.startPfn / PAGES_PER_SECTION, PageKind.Hugetlb) > 0,
    );
    if (!holder) throw new Error("no huge page is in the DIMM");
    const early = ["3.7", "3.8", "3.9", "2013-proposal"].includes(kernel);
    expect(trial.state(holder, "offline")).toBe(early ? "EBUSY" : null);
    expect(audit(trial.kernel)).toEqual([]);
  });

  test("transparent huge pages are split to be moved before 4.14", () => {
    const trial = new Trial(twoNodeBox(kernel, OFFLINE));
    const blocks = trial.insert("d1", "A/1/0");
    for (const block of blocks) trial.state(block, "online");
    trial.load({ kind: "thp", mib: 260, node: 1, policy: "preferred" });
    const holder = blocks.find(
      (block) => trial.kernel.pages.countIn(block.startPfn / PAGES_PER_SECTION, PageKind.AnonHuge) > 0,
    );
    if (!holder) throw new Error("no huge page is in the DIMM");
    const huge = () =>
      [...trial.kernel.blocks.values()].reduce(
        (sum, block) => sum + trial.kernel.pages.countIn(block.startPfn / PAGES_PER_SECTION, PageKind.AnonHuge),
        0,
      );
    const before = huge();
    expect(trial.state(holder, "offline")).toBe(null);
    expect(huge() === before).toBe(!has(BEFORE_4_13, kernel));
    expect(audit(trial.kernel)).toEqual([]);
  });

  test("long-term pins leave Movable since 5.13", () => {
    const trial = new Trial(twoNodeBox(kernel, OFFLINE));
    const blocks = trial.insert("d1", "A/0/0");
    for (const block of [...blocks].reverse()) trial.state(block, kernel === "3.7" ? "online" : "online_movable");
    trial.load({ kind: "longterm", mib: 32 });
    let pinned = 0;
    const { pages } = trial.kernel;
    for (const block of blocks) {
      for (let frame: number = block.startPfn; frame < block.startPfn + block.pages; frame++) {
        const index = pages.indexOf(frame);
        if (index >= 0 && (pages.flags[index] as number) & PageFlag.Pinned) pinned++;
      }
    }
    // Nothing is Movable in 3.7: its pins lie where all pages do.
    if (kernel !== "3.7") expect(pinned > 0).toBe(has(BEFORE_5_13, kernel));
    expect(audit(trial.kernel)).toEqual([]);
  });

  test("what stands in the log when an offline fails", () => {
    const trial = new Trial(twoNodeBox(kernel));
    const reserved = [...trial.kernel.blocks.values()].find(
      (block) => block.zone?.node === 1 && holdsReserved(trial, block),
    );
    if (!reserved) throw new Error("no block with boot memory");
    trial.log();
    expect(trial.state(reserved, "offline")).toBe("EBUSY");
    const log = trial.log();
    const trusting = has(BEFORE_4_15, kernel);
    expect(log.filter((line) => /^memory offlining \[mem 0x[0-9a-f]+-0x[0-9a-f]+\] failed$/.test(line))).toHaveLength(
      has(BEFORE_4_13, kernel) ? 1 : 0,
    );
    expect(log.some((line) => line.includes("unmovable page"))).toBe(!trusting);
    const failed = lastAttempt(trial)
      ?.checks.filter(({ verdict }) => verdict === "fail")
      .map(({ rule }) => rule);
    expect(failed).toEqual([trusting ? "all-free" : "isolate"]);
    expect(lastAttempt(trial)?.culprit).not.toBe(null);
    expect(audit(trial.kernel)).toEqual([]);
  });

  test("removable guessed before 5.7", () => {
    const trial = new Trial(twoNodeBox(kernel));
    const removable = [...trial.kernel.blocks.keys()].map((number) =>
      reads(trial, `/sys/devices/system/memory/memory${number}/removable`),
    );
    // Kernel memory that has made a pageblock its own is seen; boot reservations are not.
    expect(removable.includes("0")).toBe(has(BEFORE_4_15, kernel));
  });

  test("movable_node and the SRAT count since 3.14", () => {
    const trial = new Trial(twoNodeBox(kernel, "movable_node", [1]));
    const boot = trial.kernel.nodes[1]?.zones.find(({ name }) => name === "Movable")?.present ?? 0;
    const knows = !["3.7", "3.8", "3.9", "2013-proposal"].includes(kernel);
    expect(boot > 0).toBe(knows);
  });

  test("lines of a rebuild", () => {
    const trial = new Trial(twoNodeBox(kernel, OFFLINE));
    const blocks = trial.insert("d1", "A/1/0");
    trial.log();
    for (const block of [...blocks].reverse()) trial.state(block, kernel === "3.7" ? "online" : "online_movable");
    const log = trial.log();
    // Normal of node 1 has memory from boot; in 3.7 nothing else is populated.
    if (kernel === "3.7") return expect(log).toEqual([]);
    expect(log.some((line) => line.startsWith("Fallback order"))).toBe(!has(BEFORE_5_13, kernel) && kernel !== "5.15");
    const built = log.find((line) => line.startsWith("Built"));
    expect(built).toMatch(
      has(BEFORE_4_13, kernel) ? /^Built 2 zonelists in (Node|Zone) order, mobility/ : /^Built 2 zonelists, mobility/,
    );
  });

  test("memory maps on the memory itself came with 5.13, for large DIMMs with 6.8", () => {
    const trial = new Trial(twoNodeBox(kernel, `${OFFLINE} memory_hotplug.memmap_on_memory=1`));
    const [block] = trial.insert("d1", "A/1/0");
    expect(trial.kernel.parameters.memmapOnMemory).toBe(has(BEFORE_5_13, kernel) ? "N" : "Y");
    expect((block?.selfMemmapPages ?? 0) >= 512).toBe(has(["6.12", "6.18", "7.3", "what-if"], kernel));
  });
});

function holdsReserved({ kernel }: Trial, block: MemoryBlock): boolean {
  const section = block.startPfn / PAGES_PER_SECTION;
  return [PageKind.Reserved, PageKind.BootMemmap].some((kind) => kernel.pages.countIn(section, kind) > 0);
}

describe("the 2013 proposal", () => {
  test("movablecore=acpi makes Movable what the SRAT marks, at boot and later", () => {
    const trial = new Trial(twoNodeBox("2013-proposal", "movablecore=acpi", [1]));
    expect(trial.kernel.nodes[1]?.hasNormalMemory).toBe(false);
    const [block] = trial.insert("d1", "A/1/0");
    expect(block && trial.state(block, "online")).toBe(null);
    expect(block?.zone?.name).toBe("Movable");
  });

  test("the sysctl decides for all memory added while it is set", () => {
    const trial = new Trial(twoNodeBox("2013-proposal"));
    const path = "/proc/sys/vm/hotadd_memory_treat_as_movable";
    expect(trial.write(path, "2")).toBe("EINVAL");
    expect(trial.write(path, "1")).toBe(null);
    const [first] = trial.insert("d1", "A/1/0");
    expect(first && trial.state(first, "online")).toBe(null);
    expect(first?.zone?.name).toBe("Movable");
    expect(trial.write(path, "0")).toBe(null);
    const [second] = trial.insert("d2", "A/0/0");
    expect(second && trial.state(second, "online")).toBe(null);
    expect(second?.zone?.name).toBe("Normal");
  });

  test("no release knows either", () => {
    const trial = new Trial(twoNodeBox("6.12", "movablecore=acpi", [1]));
    expect(trial.kernel.nodes[1]?.zones.find(({ name }) => name === "Movable")?.present).toBe(0);
    expect(reads(trial, "/proc/sys/vm/hotadd_memory_treat_as_movable")).toBe(null);
  });
});

test("what parts two kernels is their rows, and nothing parts one from itself", () => {
  expect(changedRows("6.1", "6.1")).toEqual([]);
  expect(changedRows("3.8", "3.9")).toEqual([{ name: "removesMemory", from: false, to: true }]);
  const changed = changedRows("6.12", "7.3");
  expect(changed).toContainEqual({ name: "slabFollowsPolicy", from: true, to: false });
  expect(changed).toContainEqual({ name: "bootLog.e820Words", from: "usable", to: "System RAM" });
});
