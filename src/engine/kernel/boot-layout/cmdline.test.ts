import { describe, expect, it } from "vitest";
import { GIB, MIB } from "../../units.ts";
import { parseCmdline } from "./cmdline.ts";
import { memparse } from "./memparse.ts";

const parse = (text: string) => parseCmdline(text, "6.1");

describe("memparse", () => {
  it.each([
    ["512M", 512 * MIB, ""],
    ["0x10k", 16 * 1024, ""],
    ["010", 8, ""],
    ["2g,rest", 2 * GIB, ",rest"],
    ["acpi", 0, "acpi"],
    ["7", 7, ""],
    ["18446744073709551617", 1, ""],
    ["16E", 0, ""],
    ["16777217T", 1024 ** 4, ""],
  ])("reads %s", (text, value, rest) => {
    expect(memparse(text)).toEqual({ value, rest });
  });
});

describe("parseCmdline", () => {
  it("has the kernel's defaults", () => {
    expect(parse("")).toMatchObject({
      movablecore: null,
      kernelcore: null,
      movableNode: false,
      memhpDefaultState: null,
      memmapOnMemory: "N",
      onlinePolicy: "contig-zones",
      autoMovableRatio: 301,
      autoMovableNumaAware: true,
      map: [],
      unknown: [],
    });
  });

  it("reads sizes, shares and mirrored memory", () => {
    expect(parse("movablecore=1G").movablecore).toEqual({ pages: 262144 });
    expect(parse("kernelcore=50%").kernelcore).toEqual({ percent: 50 });
    expect(parse("kernelcore=mirror kernelcore=1G").kernelcore).toBe("mirror");
    expect(parse("kernelcore=1G kernelcore=2G").kernelcore).toEqual({ pages: 524288 });
    // The option proposed in 2013 parses as no pages at all.
    expect(parse("movablecore=acpi").movablecore).toEqual({ pages: 0 });
  });

  it("takes - for _ in names, not in values", () => {
    expect(parse("memory-hotplug.online-policy=auto-movable").onlinePolicy).toBe("auto-movable");
    expect(parse("memory_hotplug.online_policy=auto_movable").onlinePolicy).toBe("contig-zones");
  });

  it("leaves the default where the kernel refuses the value", () => {
    const line = parse(
      "memhp_default_state=ONLINE memory_hotplug.auto_movable_ratio=many memory_hotplug.auto_movable_numa_aware=maybe mem=0 transparent_hugepage=often",
    );
    expect(line).toMatchObject({
      memhpDefaultState: null,
      autoMovableRatio: 301,
      autoMovableNumaAware: true,
      map: [],
      transparentHugepage: null,
    });
  });

  it("knows what each version takes for a boolean", () => {
    expect(parse("memory_hotplug.memmap_on_memory").memmapOnMemory).toBe("Y");
    expect(parseCmdline("memory_hotplug.memmap_on_memory", "6.12").memmapOnMemory).toBe("N");
    expect(parse("memory_hotplug.memmap_on_memory=on").memmapOnMemory).toBe("Y");
    expect(parse("memory_hotplug.memmap_on_memory=force").memmapOnMemory).toBe("N");
    expect(parseCmdline("memory_hotplug.memmap_on_memory=force", "6.12").memmapOnMemory).toBe("force");
    const taken = (kernel: "5.15" | "6.1" | "6.12" | "6.18", word: string) => {
      const { memmapOnMemory, refused } = parseCmdline(`memory_hotplug.memmap_on_memory=${word}`, kernel);
      return [memmapOnMemory, refused.length];
    };
    // Recorded: 6.1 takes `force` for a false, by its first letter.
    expect(["true", "false", "force", "enabled", "disabled"].map((word) => taken("5.15", word))).toEqual(
      Array.from({ length: 5 }, () => ["N", 1]),
    );
    expect(["true", "false", "force", "enabled", "disabled"].map((word) => taken("6.1", word))).toEqual([
      ["Y", 0],
      ["N", 0],
      ["N", 0],
      ["N", 1],
      ["N", 1],
    ]);
    // Recorded: 6.12 has no `enabled` yet.
    for (const [kernel, enabled, disabled] of [
      ["6.12", ["N", 1], ["N", 1]],
      ["6.18", ["Y", 0], ["N", 0]],
    ] as const)
      expect(["true", "false", "force", "enabled", "disabled"].map((word) => taken(kernel, word))).toEqual([
        ["Y", 0],
        ["N", 0],
        ["force", 0],
        enabled,
        disabled,
      ]);
  });

  it("reads counts for nodes only where the kernel does (5.16)", () => {
    const counts = (kernel: "5.10" | "6.1") =>
      parseCmdline("hugepages=0:20,1:40", kernel).hugepages.map(({ count, node }) => [node, count]);
    expect(counts("5.10")).toEqual([[null, 0]]);
    expect(counts("6.1")).toEqual([
      [0, 20],
      [1, 40],
    ]);
  });

  it("keeps huge page requests with their size and node", () => {
    expect(parse("hugepages=4 hugepagesz=1G hugepages=0:1,1:2 hugepagesz=3M default_hugepagesz=1G")).toMatchObject({
      hugepages: [
        { size: 0, count: 4, node: null },
        { size: GIB, count: 1, node: 0 },
        { size: GIB, count: 2, node: 1 },
      ],
      defaultHugepageSize: GIB,
    });
  });

  it("keeps quoted values whole, what it does not know, and stops at --", () => {
    const line = parse('quiet dyndbg="file memory_hotplug.c +p" foo=bar -- movable_node');
    expect(line.dyndbg).toEqual(["file memory_hotplug.c +p"]);
    expect(line.unknown).toEqual(["quiet", "foo=bar"]);
    expect(line.movableNode).toBe(false);
  });

  it("keeps changes to the map of memory in their order, of memmap= several in one word", () => {
    expect(
      parse("mem=2G memmap=64M$1G,32M@0x30000000 memmap=exactmap memmap=nonsense memmap memmap=1M!2M,3M#4M").map,
    ).toEqual([
      { what: "limit", at: 2 * GIB },
      { what: "add", start: GIB, size: 64 * MIB, type: "reserved" },
      { what: "add", start: 0x30000000, size: 32 * MIB, type: "usable" },
      { what: "clear" },
      { what: "add", start: 2 * MIB, size: MIB, type: "persistent" },
      { what: "add", start: 4 * MIB, size: 3 * MIB, type: "ACPI data" },
    ]);
    expect(parse("memmap=1G%2G-1+99").unknown).toEqual(["memmap=1G%2G-1+99"]);
  });
});
