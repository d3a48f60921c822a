import { beforeEach, describe, expect, test } from "vitest";
import type { BoxDescription, KernelVersion } from "../../hardware/description.ts";
import { bytes, GIB, MIB } from "../../units.ts";
import { smallBox } from "../../testing/small-box.ts";
import { Engine } from "../../time/engine.ts";
import { audit } from "../../kernel/audit.ts";
import type { FileTree } from "../tree.ts";
import { addFiles } from "./index.ts";
import names from "./fixtures/recorded-names.json" with { type: "json" };

/** The machine of the recordings: two nodes of 1 GiB, CPUs on node 0. */
const twoNodes = (kernel: KernelVersion): BoxDescription => ({
  shelf: [],
  partitions: [
    {
      id: "pc",
      name: "pc",
      kernel,
      cmdline: "",
      maxMemory: bytes(16 * GIB),
      sharedSlots: 8,
      nodes: [
        { onboard: bytes(GIB), cpus: "0-1", slots: [] },
        { onboard: bytes(GIB), cpus: "", slots: [] },
      ],
    },
  ],
});

let engine: Engine;
let files: FileTree;
beforeEach(() => {
  engine = new Engine({ seed: 1, box: smallBox() });
  files = engine.files("A");
  addFiles(files);
});
const read = (path: string, tree = files): string => {
  const found = tree.read(path);
  return "text" in found ? found.text : `<${found.errno}>`;
};
const write = (path: string, text: string): string | null =>
  engine.submit({ do: "write", partition: "A", path, text }).errno;
const load = (kind: "anon" | "mlock" | "thp" | "shm", mib: number, node = 0) => {
  const { op } = engine.submit({ do: "load", partition: "A", load: { kind, mib, node, policy: "bind", comm: "hog" } });
  engine.runOperation(op as number, engine.now + 60e9);
  return Math.max(...engine.kernel("A").processes.keys());
};
/** Every path of the tree, links not followed. */
function* paths(tree: FileTree, at = "/"): Iterable<string> {
  const listed = tree.list(at);
  if ("errno" in listed) return;
  for (const name of listed.names) {
    const path = `${at === "/" ? "" : at}/${name}`;
    yield path;
    const stat = tree.stat(path);
    if (!("errno" in stat) && stat.kind === "directory") yield* paths(tree, path);
  }
}

describe("files for people at a shell", () => {
  test("the tree of before and what is laid over it are one", () => {
    const { names } = files.list("/proc/sys/vm") as { names: readonly string[] };
    expect(names).toEqual(
      expect.arrayContaining(["min_free_kbytes", "swappiness", "nr_hugepages", "zone_reclaim_mode"]),
    );
    expect(read("/proc/sys/vm/swappiness")).toBe("60\n");
    expect(write("/proc/sys/vm/swappiness", "10\n")).toBeNull();
    expect(read("/proc/sys/vm/swappiness")).toBe("10\n");
    expect(write("/proc/sys/vm/swappiness", "300\n")).toBe("EINVAL");
    expect(read("/sys/devices/system/memory/block_size_bytes")).toBe("8000000\n");
    expect(read("/sys/module/memory_hotplug/parameters/online_policy")).toBe("contig-zones\n");
  });

  test("every path can be looked at: reading gives text or an errno, and links lead somewhere or nowhere", () => {
    load("anon", 4);
    let count = 0;
    for (const path of paths(files)) {
      count++;
      const stat = files.stat(path);
      expect(stat, path).not.toHaveProperty("errno");
      if (!("errno" in stat) && stat.kind === "file")
        expect(files.readAt(path, 0, 64), path).toSatisfy((answer: object) => "text" in answer || "errno" in answer);
    }
    expect(count).toBeGreaterThan(800);
    expect(audit(engine.kernel("A"))).toEqual([]);
  });

  test("the log as records, with what processes write", () => {
    expect(write("/dev/kmsg", "<4>hello\n")).toBeNull();
    expect(write("/dev/kmsg", "<30>daemon\n")).toBeNull();
    expect(write("/dev/kmsg", "x".repeat(1000))).toBe("EINVAL");
    const lines = read("/dev/kmsg").trimEnd().split("\n");
    expect(lines[0]).toMatch(/^6,0,\d+,-;/);
    expect(lines.at(-2)).toMatch(/^12,\d+,\d+,-;hello$/);
    expect(lines.at(-1)).toMatch(/^30,\d+,\d+,-;daemon$/);
    expect(lines.map((line) => Number(line.split(",")[1]))).toEqual(lines.map((_, i) => i));
  });

  test("dynamic debug switches the quiet lines, each by itself", () => {
    const control = "/sys/kernel/debug/dynamic_debug/control";
    const on = () => [...engine.kernel("A").parameters.toldQuietly];
    expect(read(control)).toContain(
      'mm/memory_hotplug.c:1919 [memory_hotplug]offline_pages =_ "Offlined Pages %ld\\n"\n',
    );
    expect(write(control, "file memory_hotplug.c +p\n")).toBeNull();
    expect(on()).toEqual(["register", "online", "offlined", "refused"]);
    expect(read(control)).toContain("=p");
    expect(write(control, "func offline_pages -p; func online_pages -p\n")).toBeNull();
    expect(on()).toEqual(["register"]);
    expect(write(control, "module acpi_mem* +p; format reserve =_")).toBeNull();
    expect(on()).toEqual(["configured"]);
    expect(write(control, "file * =_")).toBeNull();
    expect(on()).toEqual([]);
    expect(write(control, "bogus\n")).toBe("EINVAL");
    expect(read("/dev/kmsg")).toMatch(
      /3,\d+,\d+,-;dyndbg: bad flag-op b, at start of bogus\n3,.*;dyndbg: flags parse failed\n$/,
    );
  });

  test("a process, its areas by node, its pages one by one", () => {
    const pid = load("anon", 16, 1);
    expect(read(`/proc/${pid}/comm`)).toBe("hog\n");
    expect(read(`/proc/${pid}/numa_maps`)).toMatch(
      / bind:1 anon=4096 dirty=4096 active=0 N1=4096 kernelpagesize_kB=4\n/,
    );
    expect(read(`/proc/${pid}/status`)).toMatch(/^Name:\thog\n[\s\S]*VmRSS:\t {3}16480 kB\n/);
    expect(read(`/proc/${pid}/stat`).split(" ")).toHaveLength(52);
    const range = /^([0-9a-f]+)-([0-9a-f]+) rw-p 00000000 00:00 0 $/m.exec(read(`/proc/${pid}/maps`));
    expect(Number.parseInt(range?.[2] ?? "", 16) - Number.parseInt(range?.[1] ?? "", 16)).toBe(16 * 1024 * 1024);
    const vpn = Number.parseInt(range?.[1] ?? "", 16) / 4096;
    const entry = files.readAt(`/proc/${pid}/pagemap`, vpn * 8, 8);
    const bytes = "text" in entry ? [...entry.text].map((c) => c.charCodeAt(0)) : [];
    expect(bytes.slice(6)).toEqual([0x80, 0x81]);
    const frame = bytes.slice(0, 6).reduce((sum, byte, i) => sum + byte * 256 ** i, 0);
    const flags = files.readAt("/proc/kpageflags", frame * 8, 8);
    // Up to date, dirty, on an LRU list, mapped, anonymous, swap-backed.
    expect("text" in flags && [...flags.text].map((c) => c.charCodeAt(0))).toEqual([0x38, 0x58, 0, 0, 0, 0, 0, 0]);
    expect(files.readAt("/proc/kpageflags", 4, 8)).toEqual({ errno: "EINVAL" });
    expect(files.open("/proc/kpageflags", "read")).toBeNull();
  });

  test("locked pages are unevictable", () => {
    const before = read("/proc/meminfo");
    load("mlock", 8, 1);
    expect(before).toMatch(/^Mlocked: +0 kB$/m);
    expect(read("/proc/meminfo")).toMatch(/^Unevictable: +8192 kB\nMlocked: +8192 kB$/m);
    expect(read("/sys/devices/system/node/node1/vmstat")).toMatch(/^nr_mlock 2048$/m);
    expect(read("/proc/zoneinfo")).toMatch(/ nr_zone_unevictable 2048\n/);
  });

  test.each(["6.1", "6.12"] as const)("names, order and columns are those of the recorded %s", (version) => {
    const recorded = names[version];
    const box = twoNodes(version);
    const machine = new Engine({ seed: 1, box });
    const tree = machine.files("pc");
    addFiles(tree);
    const lines = (path: string): string[] => read(path, tree).trimEnd().split("\n");
    const first = (path: string): string[] => lines(path).map((line) => line.split(/[ :]/)[0] ?? "");
    expect(first("/proc/vmstat")).toEqual(recorded.vmstat);
    // The recorded kernels were built without zswap, and 6.1 without memory failure; Debian's others have both.
    const optional = new Set(["Zswap", "Zswapped", "HardwareCorrupted"]);
    expect(first("/proc/meminfo").filter((name) => !optional.has(name))).toEqual(
      recorded.meminfo.filter((name) => !optional.has(name)),
    );
    const node = lines("/sys/devices/system/node/node1/meminfo");
    expect(node.map((line) => line.replace(/ +\d+( kB)?$/, " #"))).toEqual(recorded.nodeMeminfo);
    expect(node.map((line) => line.replace(/ kB$/, "").length)).toEqual(recorded.nodeMeminfoWidths);
    expect(first("/sys/devices/system/node/node1/vmstat")).toEqual(recorded.nodeVmstat);
    const zone = lines("/proc/zoneinfo").map((line) => line.replace(/-?\d+/g, "#").replace(/ +#/g, " #"));
    expect(zone.slice(0, zone.findIndex((line) => line.startsWith("  start_pfn")) + 1)).toEqual(recorded.zoneinfo);
    // The DIMM was there only then.
    const iomem = recorded.iomem.filter((line) => !line.startsWith("100000000-"));
    expect(lines("/proc/iomem")).toEqual(iomem);
  });

  test("CPUs that boot did not start are there, and count for no node", () => {
    const box = twoNodes("7.3");
    const [partition] = box.partitions;
    if (!partition) throw new Error("no partition");
    const nodes = partition.nodes.map((node, i) => ({ ...node, cpus: String(i) }));
    const seen = (cmdline: string) => {
      const machine = new Engine({ seed: 1, box: { ...box, partitions: [{ ...partition, nodes, cmdline }] } });
      const tree = machine.files("pc");
      addFiles(tree);
      const cpu = "/sys/devices/system/cpu";
      const node = "/sys/devices/system/node";
      return [
        ...["present", "online", "offline", "cpu1/online"].map((name) => `${cpu}/${name}`),
        ...["has_cpu", "node1/cpulist", "node0/cpumap"].map((name) => `${node}/${name}`),
      ].map((path) => read(path, tree).trim());
    };
    expect(seen("maxcpus=1")).toEqual(["0-1", "0", "1", "0", "0", "", "1"]);
    expect(seen("nr_cpus=1")).toEqual(["0", "0", "", "<ENOENT>", "0", "", "1"]);
    expect(seen("maxcpus=2")).toEqual(["0-1", "0-1", "", "1", "0-1", "1", "1"]);
  });

  test.each([
    {
      onboard: 3500,
      cmdline: "crashkernel=128M",
      ends: ["100000000-15abfffff : System RAM", "15ac00000-15bffffff : RAM buffer"],
    },
    { onboard: 2048, cmdline: "mem=2200M", ends: ["89800000-8bffffff : RAM buffer", "bffe0000-bfffffff : Reserved"] },
  ])(
    "RAM that ends inside 64 MiB keeps devices away up to its end: $onboard $cmdline",
    ({ onboard, cmdline, ends }) => {
      // As recorded 5.10 and 7.3 have it.
      const box = twoNodes("7.3");
      const [partition] = box.partitions;
      if (!partition) throw new Error("no partition");
      const nodes = partition.nodes.map((node, i) => (i === 0 ? { ...node, onboard: bytes(onboard * MIB) } : node));
      const machine = new Engine({ seed: 1, box: { ...box, partitions: [{ ...partition, cmdline, nodes }] } });
      const tree = machine.files("pc");
      addFiles(tree);
      const iomem = read("/proc/iomem", tree).split("\n");
      const at = iomem.indexOf(ends[0] as string);
      expect(iomem.slice(at, at + 2)).toEqual(ends);
      expect(iomem.filter((line) => line.includes("RAM buffer"))).toHaveLength(1);
    },
  );

  test("modules come and go", () => {
    expect(write("/mods/notifier-error-inject.ko", "insmod")).toBeNull();
    expect(write("/mods/memory-notifier-error-inject.ko", "insmod")).toBeNull();
    expect(read("/proc/modules")).toBe(
      "memory_notifier_error_inject 16384 0 - Live 0xffffffffc040a000\nnotifier_error_inject 16384 1 memory_notifier_error_inject, Live 0xffffffffc0401000\n",
    );
    expect(read("/sys/module/notifier_error_inject/refcnt")).toBe("1\n");
    expect(write("/mods/notifier-error-inject.ko", "rmmod")).toBe("EBUSY");
    expect(write("/mods/memory-notifier-error-inject.ko", "rmmod")).toBeNull();
    expect(files.list("/sys/kernel/debug/notifier-error-inject")).toEqual({ names: [] });
    expect(write("/mods/notifier-error-inject.ko", "rmmod")).toBeNull();
    expect(read("/proc/modules")).toBe("");
  });

  test("what files make of odd values changes with the kernel, as recorded", () => {
    const mm = "/sys/kernel/mm";
    const ask = (kernel: KernelVersion) => {
      const machine = new Engine({ seed: 1, box: twoNodes(kernel) });
      const tree = machine.files("pc");
      addFiles(tree);
      const put = (path: string, text: string) => machine.submit({ do: "write", partition: "pc", path, text }).errno;
      const putAndRead = (path: string, text: string) => [put(path, text), read(path, tree).trim()];
      const lines = (pattern: RegExp) =>
        machine.recorder.logOf("pc").lines.flatMap(({ line }) => (pattern.test(line) ? [line] : []));
      return { machine, tree, put, putAndRead, lines };
    };
    const old = ask("6.1");
    const vmemmap = "/proc/sys/vm/hugetlb_optimize_vmemmap";
    expect(old.putAndRead(vmemmap, "4294967296\n")).toEqual([null, "1"]);
    expect(old.putAndRead(vmemmap, "18446744073709551616\n")).toEqual(["EINVAL", "1"]);
    expect(ask("6.12").putAndRead(vmemmap, "4294967296\n")).toEqual(["EINVAL", "0"]);
    expect(old.putAndRead(`${mm}/lru_gen/min_ttl_ms`, "2147483648\n")).toEqual([null, "4294967288"]);
    expect(old.putAndRead(`${mm}/lru_gen/min_ttl_ms`, "5\n")).toEqual([null, "8"]);

    const weights = `${mm}/mempolicy/weighted_interleave`;
    expect(ask("6.12").put(`${weights}/node1`, "0\n")).toBeNull();
    const lts = ask("6.18");
    expect(lts.put(`${weights}/node1`, "0\n")).toBe("EINVAL");
    expect(read(`${weights}/__auto_type`, lts.tree)).toBe("true\n");
    expect(read("/proc/sys/vm/lowmem_reserve_ratio", lts.tree)).toBe("256\t256\t32\t0\t0\n");
    expect(lts.put("/proc/sys/vm/laptop_mode", "5\n")).toBeNull();
    expect(lts.lines(/laptop_mode/)).toEqual([]);
    // A blank before an amount is passed over.
    expect(lts.put("/sys/devices/system/node/node1/reclaim", " 1\n")).toBeNull();

    const { machine, tree, put, putAndRead, lines } = ask("7.3");
    expect(putAndRead(`${weights}/auto`, "1\n")).toEqual(["ENODEV", "true"]);
    expect(put(`${weights}/node1`, "3\n")).toBeNull();
    expect(read(`${weights}/auto`, tree)).toBe("false\n");
    expect(put("/proc/sys/vm/lowmem_reserve_ratio", "-1\n")).toBe("EINVAL");
    expect(putAndRead("/proc/sys/vm/laptop_mode", "5 x\n")).toEqual([null, "5"]);
    expect(lines(/laptop_mode/)).toHaveLength(2);
    // Shared memory: no size but 2 MiB follows what is forced on all, and none may when it is to be forced.
    const all = `${mm}/transparent_hugepage/shmem_enabled`;
    const one = `${mm}/transparent_hugepage/hugepages-64kB/shmem_enabled`;
    expect([put(all, "force\n"), put(one, "inherit\n"), put(one, "always\n")]).toEqual([null, "EINVAL", null]);
    expect([put(all, "never\n"), put(one, "inherit\n"), put(all, "force\n")]).toEqual([null, null, "EINVAL"]);
    expect([put(one, "never\n"), put(all, "force\n")]).toEqual([null, null]);
    // Ten refused events in five seconds are told, and then how many were not.
    for (let i = 0; i < 12; i++) expect(put("/sys/devices/system/node/node1/uevent", "x\n")).toBe("EINVAL");
    expect(lines(/synth/)).toHaveLength(20);
    machine.runUntil(machine.now + 6e9);
    put("/sys/devices/system/node/node1/uevent", "x\n");
    expect(lines(/synth|suppressed/).slice(20)).toEqual([
      "kobject_synth_uevent: 2 callbacks suppressed",
      "synth uevent: /devices/system/node/node1: unknown uevent action string",
      "uevent_store: 2 callbacks suppressed",
      "node node1: uevent: failed to send synthetic uevent: -22",
    ]);
  });
});
