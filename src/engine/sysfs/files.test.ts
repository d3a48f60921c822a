import { beforeEach, describe, expect, test } from "vitest";
import { addFiles } from "./more/index.ts";
import type { BoxDescription } from "../hardware/description.ts";
import { Engine } from "../time/engine.ts";
import { bytes, GIB, MIB } from "../units.ts";
import type { FileTree } from "./tree.ts";

const MEMORY = "/sys/devices/system/memory";
const NODE = "/sys/devices/system/node";

/** The emulated machine of the recordings: two nodes of 1 GiB, CPUs on node 0. */
const box = (cmdline = ""): BoxDescription => ({
  shelf: [],
  partitions: [
    {
      id: "pc",
      name: "pc",
      kernel: "6.1",
      cmdline,
      maxMemory: bytes(16 * GIB),
      sharedSlots: 4,
      nodes: [
        { onboard: bytes(GIB), cpus: "0-1", slots: [] },
        { onboard: bytes(GIB), cpus: "", slots: [] },
        { onboard: bytes(0), cpus: "", slots: [] },
      ],
    },
  ],
});

let engine: Engine;
let files: FileTree;
function boot(cmdline?: string): void {
  engine = new Engine({ seed: 1, box: box(cmdline) });
  files = engine.files("pc");
  write(`${MEMORY}/auto_online_blocks`, "offline\n");
}
beforeEach(() => boot());

/** Writes as a command and waits for the end: the errno that the writer sees. */
function write(path: string, text: string): string | null {
  const { errno, op } = engine.submit({ do: "write", partition: "pc", path, text });
  if (op === null) return errno;
  engine.runOperation(op, engine.now + 10e9);
  return engine.operation(op)?.errno ?? null;
}
function read(path: string): string {
  const found = files.read(path);
  return "text" in found ? found.text : `<${found.errno}>`;
}
const list = (path: string): readonly string[] => {
  const found = files.list(path);
  return "names" in found ? found.names : [found.errno];
};
function add(node = 1, size = 256 * MIB, id = "d0"): void {
  engine.submit({ do: "hotadd", partition: "pc", id, node, size: bytes(size) });
  engine.settle();
}

describe("a memory block", () => {
  test("its files in the order that ls shows, its links, its numbers", () => {
    add();
    expect(list(`${MEMORY}/memory32`)).toEqual([
      "firmware_node",
      "node1",
      "online",
      "phys_device",
      "phys_index",
      "power",
      "removable",
      "state",
      "subsystem",
      "valid_zones",
    ]);
    expect(files.stat(`${MEMORY}/memory32/node1`)).toMatchObject({ kind: "link", target: "../../node/node1" });
    expect(files.stat(`${MEMORY}/memory32/firmware_node`)).toMatchObject({
      target: "../../../LNXSYSTM:00/LNXSYBUS:00/PNP0A06:04/PNP0C80:00",
    });
    expect(read(`${MEMORY}/memory32/firmware_node/status`)).toBe("15\n");
    expect(list(`${MEMORY}/memory0`)).not.toContain("firmware_node");
    expect(
      ["phys_index", "phys_device", "removable", "online", "state", "valid_zones"].map((name) =>
        read(`${MEMORY}/memory32/${name}`),
      ),
    ).toEqual(["00000020\n", "0\n", "1\n", "0\n", "offline\n", "Normal Movable\n"]);
    expect(read(`${MEMORY}/block_size_bytes`)).toBe("8000000\n");
    expect(read(`${NODE}/node1/memory32/state`)).toBe("offline\n");
    expect(read(`${MEMORY}/memory8/../memory32/state`)).toBe("offline\n");
    expect(read("/sys/bus/memory/devices/memory32/subsystem/devices/memory33/state")).toBe("offline\n");
  });

  test.each([
    ["bogus\n", "EINVAL"],
    ["ONLINE\n", "EINVAL"],
    ["\n", "EINVAL"],
    [" online", "EINVAL"],
    ["online\n\n", "EINVAL"],
    ["offline\n", "EINVAL"],
    ["online_movable", null],
    ["online_kernel\n", null],
    ["online\n", null],
  ])("state takes %j with %s", (text, errno) => {
    add();
    expect(write(`${MEMORY}/memory32/state`, text)).toBe(errno);
    expect(read(`${MEMORY}/memory32/state`)).toBe(errno === null ? "online\n" : "offline\n");
    if (errno === null) expect(write(`${MEMORY}/memory32/state`, text)).toBe("EINVAL");
  });

  test("the online file takes booleans, and the same again is no error", () => {
    add();
    const path = `${MEMORY}/memory32/online`;
    expect(["2", "x", ""].map((text) => write(path, text))).toEqual(["EINVAL", "EINVAL", "EINVAL"]);
    expect(["0\n", "1\n", "yes", "on\n"].map((text) => write(path, text))).toEqual([null, null, null, null]);
    expect(read(path)).toBe("1\n");
    expect(["off", "n"].map((text) => write(path, text))).toEqual([null, null]);
    expect(read(path)).toBe("0\n");
  });

  test("what cannot be opened says why", () => {
    expect(files.open(`${MEMORY}/memory8/valid_zones`, "write")).toBe("EACCES");
    expect(files.open(`${MEMORY}/memory999/state`, "write")).toBe("ENOENT");
    expect(files.open(`${MEMORY}/memory08/state`, "read")).toBe("ENOENT");
    expect(files.open(`${MEMORY}/memory8/new`, "write")).toBe("EACCES");
    expect(files.open("/proc/sys/vm/new", "write")).toBe("ENOENT");
    expect(files.open(`${MEMORY}/memory8`, "write")).toBe("EISDIR");
    expect(files.open(`${MEMORY}/memory8/state/x`, "read")).toBe("ENOTDIR");
    expect(files.open("/sys/bus/acpi/devices/PNP0C80:00/eject", "read")).toBe("EACCES");
    expect(read(`${MEMORY}/memory8`)).toBe("<EISDIR>");
    addFiles(files);
    expect(files.open("/proc/meminfo", "write")).toBe(null);
    expect(write("/proc/meminfo", "1")).toBe("EIO");
  });

  test("a write of offline is an operation, and the block is seen going", () => {
    const { op } = engine.submit({ do: "write", partition: "pc", path: `${MEMORY}/memory9/state`, text: "offline" });
    expect(op).toBeTypeOf("number");
    engine.runFor(10_000);
    expect(read(`${MEMORY}/memory9/state`)).toBe("going-offline\n");
    expect(read(`${MEMORY}/memory9/online`)).toBe("1\n");
    engine.settle();
    expect(read(`${MEMORY}/memory9/state`)).toBe("offline\n");
    expect(read(`${MEMORY}/memory0/valid_zones`)).toBe("none\n");
    expect(write(`${MEMORY}/memory0/state`, "offline")).toBe("EINVAL");
  });

  test("auto_online_blocks decides about memory added later", () => {
    expect(write(`${MEMORY}/auto_online_blocks`, "bogus")).toBe("EINVAL");
    expect(write(`${MEMORY}/auto_online_blocks`, "online_movable\n")).toBe(null);
    expect(read(`${MEMORY}/auto_online_blocks`)).toBe("online_movable\n");
    add();
    expect(read(`${MEMORY}/memory33/valid_zones`)).toBe("Movable\n");
  });
});

describe("nodes", () => {
  test("lists, distances, and a folder for each node that is online", () => {
    expect(
      ["possible", "online", "has_memory", "has_normal_memory", "has_cpu", "has_generic_initiator"].map((name) =>
        read(`${NODE}/${name}`),
      ),
    ).toEqual(["0-2\n", "0-1\n", "0-1\n", "0-1\n", "0\n", "\n"]);
    expect(list(NODE)).not.toContain("node2");
    expect(read(`${NODE}/node1/distance`)).toBe("20 10\n");
    add(2);
    expect(read(`${NODE}/online`)).toBe("0-2\n");
    expect(read(`${NODE}/has_memory`)).toBe("0-1\n");
    expect(read(`${NODE}/node1/distance`)).toBe("20 10 20\n");
    expect(list(`${NODE}/node2`).filter((name) => name.startsWith("memory"))).toEqual(["memory32", "memory33"]);
    write(`${MEMORY}/memory32/state`, "online_movable");
    expect([read(`${NODE}/has_memory`), read(`${NODE}/has_normal_memory`)]).toEqual(["0-2\n", "0-1\n"]);
    expect([read(`${NODE}/node0/cpulist`), read(`${NODE}/node0/cpumap`), read(`${NODE}/node1/cpulist`)]).toEqual([
      "0-1\n",
      "3\n",
      "\n",
    ]);
  });

  test("meminfo: labels of 16 columns, numbers of 8, three counts at the end", () => {
    addFiles(files);
    const lines = read(`${NODE}/node1/meminfo`).trimEnd().split("\n");
    expect(lines[0]).toMatch(/^Node 1 MemTotal: {7} {0,7}\d+ kB$/);
    expect(lines[0]).toHaveLength("Node 1 MemTotal:         711408 kB".length);
    expect(lines.at(-3)).toBe("Node 1 HugePages_Total:     0");
    const of = (name: string) => Number(lines.find((line) => line.includes(` ${name}:`))?.match(/(\d+) kB$/)?.[1]);
    expect(of("MemUsed")).toBe(of("MemTotal") - of("MemFree"));
  });
});

describe("firmware", () => {
  test("memmap holds whole DIMMs, under numbers that are never used again", () => {
    const entries = () =>
      list("/sys/firmware/memmap")
        .map(Number)
        .sort((a, b) => a - b);
    expect(entries()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    add();
    expect(["start", "end", "type"].map((name) => read(`/sys/firmware/memmap/7/${name}`))).toEqual([
      "0x100000000\n",
      "0x10fffffff\n",
      "System RAM\n",
    ]);
    engine.submit({ do: "hotremove", partition: "pc", id: "d0" });
    engine.settle();
    expect(entries()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    add();
    expect(entries().at(-1)).toBe(8);
  });

  test("one device a slot; eject takes a 1 and a DIMM", () => {
    const device = "/sys/bus/acpi/devices/PNP0C80:00";
    expect(list("/sys/bus/acpi/devices")).toEqual(["PNP0C80:00", "PNP0C80:01", "PNP0C80:02", "PNP0C80:03"]);
    expect([read(`${device}/status`), read(`${device}/path`), read(`${device}/hid`)]).toEqual([
      "0\n",
      "\\_SB_.MHPC.MP00\n",
      "PNP0C80\n",
    ]);
    expect([write(`${device}/eject`, "1"), write(`${device}/eject`, "x")]).toEqual(["ENODEV", "EINVAL"]);
    add();
    expect(read(`${device}/physical_node1/phys_index`)).toBe("00000021\n");
    expect(write(`${device}/eject`, "1\n")).toBe(null);
    engine.settle();
    expect(read(`${device}/status`)).toBe("0\n");
    expect(list(MEMORY)).not.toContain("memory32");
  });
});

describe("modules", () => {
  test("parameters of memory hot-plug read and take what the kernel's do", () => {
    const at = "/sys/module/memory_hotplug/parameters";
    expect(
      ["memmap_on_memory", "online_policy", "auto_movable_ratio", "auto_movable_numa_aware"].map((name) =>
        read(`${at}/${name}`),
      ),
    ).toEqual(["N\n", "contig-zones\n", "301\n", "Y\n"]);
    expect(files.open(`${at}/memmap_on_memory`, "write")).toBe("EACCES");
    expect([write(`${at}/online_policy`, "auto\n"), write(`${at}/online_policy`, "auto-movable\n")]).toEqual([
      "EINVAL",
      null,
    ]);
    expect([
      write(`${at}/auto_movable_ratio`, "x"),
      write(`${at}/auto_movable_ratio`, "0x10\n"),
      write(`${at}/auto_movable_numa_aware`, "n"),
    ]).toEqual(["EINVAL", null, null]);
    expect([
      read(`${at}/online_policy`),
      read(`${at}/auto_movable_ratio`),
      read(`${at}/auto_movable_numa_aware`),
    ]).toEqual(["auto-movable\n", "16\n", "N\n"]);
  });

  test("the error injector comes with its modules, in their order, and vetoes", () => {
    const at = "/sys/kernel/debug/notifier-error-inject";
    expect(list("/sys/kernel/debug")).toEqual([]);
    expect(write("/mods/memory-notifier-error-inject.ko", "insmod")).toBe("ENOENT");
    expect(write("/mods/notifier-error-inject.ko", "insmod")).toBe(null);
    expect(write("/mods/notifier-error-inject.ko", "insmod")).toBe("EEXIST");
    expect(list(at)).toEqual([]);
    expect(write("/mods/memory-notifier-error-inject.ko", "insmod")).toBe(null);
    expect(list(`${at}/memory/actions`)).toEqual(["MEM_GOING_OFFLINE", "MEM_GOING_ONLINE"]);
    add();
    const error = `${at}/memory/actions/MEM_GOING_ONLINE/error`;
    // What is no errno becomes the nearest one.
    const given = ["5", "-9999", "-12\n"].map((text) => [write(error, text), read(error)]);
    expect(given).toEqual([
      [null, "0\n"],
      [null, "-4095\n"],
      [null, "-12\n"],
    ]);
    expect([write(error, "-12x"), write(error, " -12"), write(error, "99999999999999999999")]).toEqual([
      "EINVAL",
      "EINVAL",
      "ERANGE",
    ]);
    expect(write(`${MEMORY}/memory32/state`, "online")).toBe("ENOMEM");
    write(error, "0");
    expect(write(`${MEMORY}/memory32/state`, "online")).toBe(null);
  });
});

describe("modes", () => {
  test("hold for root in sysfs, are kept in /proc/sys, and go with the block", () => {
    add();
    const state = `${MEMORY}/memory32/state`;
    expect(files.chmod(state, 0o444)).toBe(null);
    expect([write(state, "online"), files.stat(state)]).toMatchObject(["EACCES", { mode: 0o444 }]);
    expect(files.chmod(state, 0o020)).toBe(null);
    expect([files.open(state, "read"), write(state, "online_movable\0junk")]).toEqual(["EACCES", null]);
    expect(files.chmod("/proc/sys/vm/min_free_kbytes", 0o400)).toBe("EPERM");
  });
});

describe("/proc", () => {
  test("iomem shows each DIMM on a line of its own", () => {
    add();
    add(1, 128 * MIB, "d1");
    expect(read("/proc/iomem")).toBe(
      "00001000-0009fbff : System RAM\n00100000-7ffdffff : System RAM\n100000000-10fffffff : System RAM\n110000000-117ffffff : System RAM\n",
    );
  });

  test("a fresh block is 32 chunks of order 10", () => {
    add();
    write(`${MEMORY}/memory32/state`, "online_movable");
    addFiles(files);
    expect(read("/proc/buddyinfo")).toContain(
      "Node 1, zone  Movable      0      0      0      0      0      0      0      0      0      0     32 \n",
    );
    expect(read("/proc/pagetypeinfo")).toMatch(/^Node 1, zone {2}Movable {12}0 {11}64 {12}0 {12}0 {12}0 $/m);
  });

  test("zoneinfo: every zone of every online node, the rest only where there is memory", () => {
    add();
    write(`${MEMORY}/memory32/state`, "online_kernel");
    addFiles(files);
    const text = read("/proc/zoneinfo");
    expect(text.match(/^Node \d+, zone +\w+$/gm)).toHaveLength(10);
    expect(text.match(/^ {2}per-node stats$/gm)).toHaveLength(2);
    const normal = text.split("Node 1, zone   Normal\n")[1]?.split("Node ")[0] ?? "";
    expect(normal).toMatch(
      /^ {2}pages free {5}\d+\n {8}boost {4}0\n {8}min {6}\d+\n {8}low {6}\d+\n {8}high {5}\d+\n {8}spanned {2}32768\n {8}present {2}32768\n {8}managed {2}32768\n {8}cma {6}0\n {8}protection: \(0, 0, 0, 0, 0\)\n {6}nr_free_pages \d+\n/,
    );
    expect(normal).toMatch(/\n {2}start_pfn: {11}1048576\n$/);
    const movable = text.split("Node 1, zone  Movable\n")[1]?.split("Node ")[0] ?? "";
    expect(movable.trimEnd().split("\n").at(-1)).toMatch(/^ {8}protection: /);
  });

  test("meminfo: sums of the zones, and the direct map", () => {
    addFiles(files);
    const value = (name: string) => Number(new RegExp(`^${name}: +(\\d+)`, "m").exec(read("/proc/meminfo"))?.[1]);
    const before = [value("MemTotal"), value("MemFree"), value("DirectMap2M")];
    add();
    expect(value("MemTotal")).toBe(before[0]);
    expect((before[1] ?? 0) - value("MemFree")).toBeGreaterThanOrEqual(2 * 2048);
    expect(value("DirectMap2M") - (before[2] ?? 0)).toBe(256 * 1024);
    write(`${MEMORY}/memory32/state`, "online");
    expect(value("MemTotal") - (before[0] ?? 0)).toBe(128 * 1024);
    expect(read("/proc/meminfo")).toMatch(/^MemTotal: {8} {0,7}\d+ kB\n/);
    expect(read("/proc/meminfo")).toMatch(/^HugePages_Total: {7}0$/m);
  });

  test("cmdline, vmstat, sysctls", () => {
    boot("quiet movable_node");
    expect(read("/proc/cmdline")).toBe("quiet movable_node\n");
    addFiles(files);
    expect(read("/proc/vmstat")).toMatch(/^nr_free_pages \d+\n[\s\S]*\nnr_unstable 0\n$/);
    expect(write("/proc/sys/vm/min_free_kbytes", "200000\n")).toBe(null);
    expect(read("/proc/sys/vm/min_free_kbytes")).toBe("200000\n");
    expect(write("/proc/sys/vm/watermark_scale_factor", "4000")).toBe("EINVAL");
  });
});
