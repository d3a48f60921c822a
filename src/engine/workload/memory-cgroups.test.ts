/** Groups with memory of their own: who is charged, what limits do, who is killed; and that the machine stays in order whatever is written. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { audit } from "../kernel/audit.ts";
import { addFiles } from "../sysfs/more/index.ts";
import { smallBox } from "../testing/small-box.ts";
import type { Command, Place } from "../time/commands.ts";
import { Engine } from "../time/engine.ts";
import { replay } from "../time/replay.ts";
import { stateHash } from "../time/state-hash.ts";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 1);
const SEED = Number(process.env.PROPERTY_SEED ?? 2026);
const CMDLINE = "movable_node memhp_default_state=online_movable";
const ROOT = "/sys/fs/cgroup";
const MIB = 2 ** 20;

function machine() {
  const engine = new Engine({ seed: 5, box: smallBox(CMDLINE) });
  addFiles(engine.files("A"));
  const kernel = engine.kernel("A");
  const run = (command: Command) => {
    const { op, errno } = engine.submit(command);
    engine.settle();
    return errno ?? (op === null ? null : (engine.operation(op)?.errno ?? null));
  };
  const echo = (text: string, path: string) => run({ do: "write", partition: "A", path, text });
  const write = (path: string, text: string) => echo(text, ROOT + path);
  const folder = (what: "mkdir" | "rmdir", path: string) => run({ do: what, partition: "A", path: ROOT + path });
  const read = (path: string) => {
    const found = engine.files("A").read(ROOT + path);
    return "text" in found ? found.text.trimEnd() : found.errno;
  };
  const figure = (path: string, name: string) => Number(new RegExp(`^${name} (\\d+)`, "m").exec(read(path))?.[1]);
  /** A process in a group that takes so much: its number, and its end. */
  const load = (group: string, mib: number, kind: "anon" | "shm" | "cache" | "thp" | "ksm" = "anon", node = -1) => {
    const [parent] = [kernel.nextPid];
    run({ do: "load", partition: "A", load: { kind: "anon", mib: 0 } });
    expect(write(`${group}/cgroup.procs`, String(parent))).toBeNull();
    const pid = kernel.nextPid;
    const errno = run({ do: "load", partition: "A", load: { kind, mib, parent, node } });
    run({ do: "kill", partition: "A", pid: parent });
    return { pid, errno };
  };
  const log = () =>
    engine.transactions
      .reader("first")
      .read()
      .flatMap(({ changes }) => changes.flatMap((each) => (each.c === "log" ? [each.line] : [])));
  return { engine, kernel, run, echo, write, folder, read, figure, load, log };
}

/** The same with a group that has files of memory. */
function withGroup() {
  const one = machine();
  expect(one.folder("mkdir", "/x")).toBeNull();
  expect(one.write("/cgroup.subtree_control", "+memory")).toBeNull();
  return one;
}

test("limits are read as the kernel reads them, in whole pages (asked on 6.12 and 7.3)", () => {
  const { write, read } = withGroup();
  for (const [text, errno, then] of [
    ["foo", "EINVAL", "max"],
    ["-1", "EINVAL", "max"],
    ["100K", null, "102400"],
    ["1.5G", "EINVAL", "102400"],
    ["100001", null, "98304"],
    ["max", null, "max"],
    ["0x100000", null, "1048576"],
    ["\n", null, "0"],
    ["50M ", null, "52428800"],
    ["9223372036854775807", null, "max"],
  ] as const) {
    expect(write("/x/memory.max", text)).toBe(errno);
    expect(read("/x/memory.max")).toBe(then);
  }
  expect([write("/x/memory.oom.group", "2"), write("/x/memory.oom.group", "1")]).toEqual(["EINVAL", null]);
  expect(write("/x/memory.low", "50%")).toBe("EINVAL");
});

test("who may have the controller: all groups above, and none with processes beside those of its children (asked on 6.12 and 7.3)", () => {
  const { write, folder, read, load } = withGroup();
  expect(read("/cgroup.controllers")).toBe("cpuset memory");
  expect(write("/cgroup.subtree_control", "+memory +cpuset")).toBeNull();
  expect([read("/cgroup.subtree_control"), read("/x/cgroup.controllers")]).toEqual(["cpuset memory", "cpuset memory"]);
  const { pid } = load("/x", 1);
  expect(write("/x/cgroup.subtree_control", "+memory")).toBe("EBUSY");
  expect(write("/cgroup.procs", String(pid))).toBeNull();
  expect(write("/x/cgroup.subtree_control", "+memory")).toBeNull();
  expect(write("/x/cgroup.procs", String(pid))).toBe("EBUSY");
  expect(write("/cgroup.subtree_control", "-memory")).toBe("EBUSY");
  expect(folder("mkdir", "/x/y")).toBeNull();
  expect(read("/x/y/memory.max")).toBe("max");
  expect(write("/x/cgroup.subtree_control", "-memory")).toBeNull();
  expect(read("/x/y/memory.max")).toBe("ENOENT");
  expect(write("/x/y/cgroup.subtree_control", "+memory")).toBe("ENOENT");
});

test("at memory.max the largest of the group is killed, and nobody else; the report names the group (recorded on 6.12 and 7.3)", () => {
  const { kernel, write, figure, load, log } = withGroup();
  const outside = load("", 200);
  const small = load("/x", 40);
  expect(write("/x/memory.max", "100M")).toBeNull();
  expect(figure("/x/memory.stat", "anon") / MIB).toBeCloseTo(40, 0);
  const large = load("/x", 80);
  expect([small.errno, large.errno]).toEqual([null, "ENOMEM"]);
  expect([outside.pid, small.pid].map((pid) => kernel.processes.has(pid))).toEqual([true, true]);
  expect(figure("/x/memory.stat", "anon") / MIB).toBeCloseTo(40, 0);
  expect(["max", "oom", "oom_kill", "oom_group_kill"].map((name) => figure("/x/memory.events", name))).toEqual([
    18, 1, 1, 0,
  ]);
  const lines = log();
  expect(lines).toContain("mem invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0");
  expect(lines).toContain("memory: usage 102400kB, limit 102400kB, failcnt 18");
  expect(lines).toContain("swap: usage 0kB, limit 9007199254740988kB, failcnt 0");
  expect(lines).toContain(
    `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0-1,oom_memcg=/x,task_memcg=/x,task=mem,pid=${large.pid},uid=0`,
  );
  expect(lines.at(-1)).toMatch(/^Memory cgroup out of memory: Killed process \d+ \(mem\) total-vm:8\d{4}kB, /);
  expect(kernel.stopped).toBeNull();
  expect(audit(kernel)).toEqual([]);
});

test("page cache of the group goes before anybody is killed; memory.peak and memory.events tell", () => {
  const { kernel, write, figure, read, load } = withGroup();
  expect(write("/x/memory.max", "60M")).toBeNull();
  expect(load("/x", 40, "cache").errno).toBeNull();
  expect(load("/x", 50).errno).toBeNull();
  expect([figure("/x/memory.events", "oom_kill"), figure("/x/memory.events", "max") > 0]).toEqual([0, true]);
  expect(figure("/x/memory.stat", "file") / MIB).toBeLessThan(11);
  expect(read("/x/memory.peak")).toBe(String(60 * MIB));
  expect(audit(kernel)).toEqual([]);
});

test("a limit of a group above counts all below it; whoever holds most there goes (asked on 6.12 and 7.3)", () => {
  const { write, folder, figure, load, log } = withGroup();
  folder("mkdir", "/x/y");
  expect(write("/x/cgroup.subtree_control", "+memory")).toBeNull();
  expect(write("/x/memory.max", "50M")).toBeNull();
  const first = load("/x/y", 30);
  expect(load("/x/y", 30, "shm").errno).toBeNull();
  expect(log().filter((line) => line.startsWith("oom-kill:"))).toEqual([
    expect.stringContaining(`oom_memcg=/x,task_memcg=/x/y,task=mem,pid=${first.pid},`),
  ]);
  const counts = (path: string) => ["max", "oom", "oom_kill"].map((name) => figure(path, name));
  expect(counts("/x/memory.events.local")).toEqual([18, 1, 0]);
  expect(counts("/x/memory.events")).toEqual([18, 1, 1]);
  expect(counts("/x/y/memory.events")).toEqual([0, 0, 1]);
});

test("memory.oom.group takes all of the group along", () => {
  const { kernel, write, figure, read, load, log } = withGroup();
  expect([write("/x/memory.max", "60M"), write("/x/memory.oom.group", "1")]).toEqual([null, null]);
  load("/x", 30);
  load("/x", 50);
  expect(read("/x/cgroup.procs")).toBe("");
  expect(["oom", "oom_group_kill"].map((name) => figure("/x/memory.events", name))).toEqual([1, 1]);
  expect(log()).toContain("Tasks in /x are going to be killed due to memory.oom.group set");
  expect(figure("/x/memory.stat", "anon")).toBe(0);
  expect(audit(kernel)).toEqual([]);
});

test("less than a group has: what can be taken goes, then its largest; where nobody is left the log says so and all go on (asked on 6.12 and 7.3)", () => {
  const { kernel, write, figure, read, load, log } = withGroup();
  const reader = load("/x", 30, "cache");
  const { pid } = load("/x", 40);
  expect(write("/x/memory.max", "50M")).toBeNull();
  expect([figure("/x/memory.events", "oom_kill"), kernel.processes.has(pid)]).toEqual([0, true]);
  expect(write("/x/memory.max", "20M")).toBeNull();
  expect([figure("/x/memory.events", "oom_kill"), kernel.processes.has(pid)]).toEqual([1, false]);
  // What it brought with its binary is left of the other.
  expect([kernel.processes.has(reader.pid), read("/x/memory.current")]).toEqual([true, "98304"]);
  expect(log().some((line) => /no killable/.test(line))).toBe(false);
  expect(write("/x/memory.max", "0")).toBeNull();
  expect([kernel.processes.has(reader.pid), kernel.stopped, figure("/x/memory.events", "oom_kill")]).toEqual([
    false,
    null,
    2,
  ]);
  expect(audit(kernel)).toEqual([]);
});

test("with swap a group at its limit swaps its own out, as far as memory.swap.max lets it", () => {
  const { kernel, run, echo, write, figure, read, load } = withGroup();
  for (const module of ["zsmalloc", "lz4_compress", "lz4hc_compress", "lzo", "lzo-rle", "zram"])
    echo("insmod", `/mods/${module}.ko`);
  echo("256M", "/sys/block/zram0/disksize");
  echo("SWAPSPACE2".padStart(4096, "\0"), "/dev/zram0");
  expect(run({ do: "swapon", partition: "A", path: "/dev/zram0" })).toBeNull();
  expect(write("/x/memory.max", "40M")).toBeNull();
  const { pid, errno } = load("/x", 60);
  expect([errno, figure("/x/memory.events", "oom_kill")]).toEqual([null, 0]);
  const [held, swapped] = [Number(read("/x/memory.current")), Number(read("/x/memory.swap.current"))];
  expect([held <= 40 * MIB, held + swapped]).toEqual([true, 60 * MIB + 98304]);
  expect(audit(kernel)).toEqual([]);
  // Half of it goes out at once, and comes back where the group has room for it.
  expect([write("/x/memory.max", "20M"), Number(read("/x/memory.current")) <= 20 * MIB]).toEqual([null, true]);
  expect(write("/x/memory.max", "max")).toBeNull();
  expect(run({ do: "swapoff", partition: "A", path: "/dev/zram0" })).toBeNull();
  expect([read("/x/memory.current"), read("/x/memory.swap.current")]).toEqual([String(60 * MIB + 98304), "0"]);
  expect(audit(kernel)).toEqual([]);

  expect(run({ do: "swapon", partition: "A", path: "/dev/zram0" })).toBeNull();
  expect([write("/x/memory.swap.max", "10M"), write("/x/memory.max", "40M")]).toEqual([null, null]);
  expect([kernel.processes.has(pid), figure("/x/memory.events", "oom_kill")]).toEqual([false, 1]);
  expect(figure("/x/memory.swap.events", "max")).toBeGreaterThan(0);
  expect(audit(kernel)).toEqual([]);
});

test("memory.min keeps a group's pages from those who need memory elsewhere, memory.low as long as others have some", () => {
  const { kernel, run, write, figure, load } = withGroup();
  run({ do: "load", partition: "A", load: { kind: "cache", mib: 60, node: 0 } });
  load("/x", 60, "cache", 0);
  expect(write("/x/memory.low", "100M")).toBeNull();
  const free = () => Math.floor(((kernel.nodes[0]?.free ?? 0) * 4096) / MIB);
  const take = (mib: number) =>
    run({ do: "load", partition: "A", load: { kind: "anon", mib, node: 0, policy: "bind" } });
  expect(take(free() + 20)).toBeNull();
  expect(figure("/x/memory.stat", "file")).toBe(60 * MIB);
  expect(take(free() + 60)).toBeNull();
  expect(figure("/x/memory.stat", "file")).toBeLessThan(60 * MIB);
  const left = figure("/x/memory.stat", "file");
  expect(write("/x/memory.min", "100M")).toBeNull();
  take(free() + 20);
  expect(figure("/x/memory.stat", "file")).toBe(left);
  expect(kernel.vmstat.oomKill).toBeGreaterThan(0);
  expect(audit(kernel)).toEqual([]);
});

test("above memory.high nobody is killed: who takes more waits, by the square of what is too much (asked on 7.3)", () => {
  const { engine, write, figure, load } = withGroup();
  const timed = (high: string) => {
    write("/x/memory.high", high);
    const before = engine.now;
    expect(load("/x", 21).errno).toBeNull();
    return (engine.now - before) / 1e9;
  };
  expect([timed("max") < 0.5, figure("/x/memory.events", "high")]).toEqual([true, 0]);
  write("/x/memory.max", "0");
  write("/x/memory.max", "max");
  const slow = timed("20M");
  expect([slow > 0.3, slow < 5, figure("/x/memory.events", "high") > 0]).toEqual([true, true, true]);
});

test("charges stay where they are: with pages that an offline moves, processes that join another group, and folders that go", () => {
  const { kernel, run, write, folder, figure, read, load } = withGroup();
  run({ do: "move", dimm: "d3", to: { slot: "A/2/0" } });
  const { pid } = load("/x", 20, "anon", 2);
  const before = read("/x/memory.current");
  expect(read("/x/memory.numa_stat")).toMatch(/^anon N0=\d+ N1=\d+ N2=20971520$/m);
  expect(run({ do: "move", dimm: "d3", to: { shelf: true } })).toBeNull();
  expect(read("/x/memory.numa_stat")).not.toContain("N2");
  expect([read("/x/memory.current"), pid > 0, kernel.stopped]).toEqual([before, true, null]);
  expect([folder("mkdir", "/z"), write("/z/cgroup.procs", String(pid))]).toEqual([null, null]);
  expect([figure("/x/memory.stat", "anon"), figure("/z/memory.stat", "anon")].map((bytes) => bytes > 0)).toEqual([
    true,
    false,
  ]);
  expect(folder("rmdir", "/x")).toBeNull();
  expect(audit(kernel)).toEqual([]);
  run({ do: "kill", partition: "A", pid });
  expect([...(kernel.mappings.cgroups ?? [])].map(({ path }) => path)).toEqual(["/z"]);
  expect(audit(kernel)).toEqual([]);
});

test("of pages that are merged one stays charged to whom it was, and a copy is charged to who gets it", () => {
  const { engine, kernel, echo, write, figure, load, run } = withGroup();
  const anon = () => figure("/x/memory.stat", "anon") / MIB;
  const pids = [load("/x", 8, "ksm").pid, load("/x", 8, "ksm").pid];
  const apart = anon();
  echo("5000", "/sys/kernel/mm/ksm/pages_to_scan");
  echo("1", "/sys/kernel/mm/ksm/run");
  engine.runFor(3e9);
  expect(apart - anon()).toBe(8);
  expect(audit(kernel)).toEqual([]);
  // What there is of it leaves no room for all copies: who writes to `run` has somebody killed.
  expect(write("/x/memory.max", String(12 * MIB))).toBeNull();
  run({ do: "write", partition: "A", path: "/sys/kernel/mm/ksm/run", text: "2" });
  expect(audit(kernel)).toEqual([]);
  expect(figure("/x/memory.events", "oom_kill")).toBe(1);
  for (const pid of pids) run({ do: "kill", partition: "A", pid });
  expect([anon(), kernel.mappings.cgroups?.get(1)?.usage]).toEqual([0, 0]);
  expect(audit(kernel)).toEqual([]);
});

const sizes = fc.constantFrom("max", "0", "4M", "16M", "24M", "40M", "x");
const step: fc.Arbitrary<Command> = fc.oneof(
  fc
    .record({ what: fc.constantFrom("mkdir" as const, "rmdir" as const), path: fc.constantFrom("/x", "/x/y", "/z") })
    .map(({ what, path }): Command => ({ do: what, partition: "A", path: ROOT + path })),
  fc
    .record({
      file: fc.constantFrom("max", "max", "high", "low", "min", "swap.max", "oom.group"),
      group: fc.constantFrom("/x", "/x/y"),
      text: fc.oneof(sizes, fc.constant("1")),
    })
    .map(
      ({ file, group, text }): Command => ({
        do: "write",
        partition: "A",
        path: `${ROOT}${group}/memory.${file}`,
        text,
      }),
    ),
  fc
    .record({
      path: fc.constantFrom("", "/x"),
      text: fc.constantFrom("+memory", "-memory", "+memory +cpuset", "-cpuset"),
    })
    .map(
      ({ path, text }): Command => ({
        do: "write",
        partition: "A",
        path: `${ROOT}${path}/cgroup.subtree_control`,
        text,
      }),
    ),
  fc.record({ path: fc.constantFrom("", "/x", "/x/y"), pid: fc.integer({ min: 700, max: 706 }) }).map(
    ({ path, pid }): Command => ({
      do: "write",
      partition: "A",
      path: `${ROOT}${path}/cgroup.procs`,
      text: `${pid}`,
    }),
  ),
  fc
    .record({
      kind: fc.constantFrom(
        "anon" as const,
        "thp" as const,
        "shm" as const,
        "cache" as const,
        "ksm" as const,
        "server" as const,
      ),
      mib: fc.integer({ min: 1, max: 40 }),
      parent: fc.integer({ min: 700, max: 706 }),
    })
    .map((load): Command => ({ do: "load", partition: "A", load })),
  fc.constantFrom<Place>({ shelf: true }, { slot: "A/2/0" }).map((to): Command => ({ do: "move", dimm: "d3", to })),
  fc.integer({ min: 700, max: 706 }).map((pid): Command => ({ do: "kill", partition: "A", pid })),
  fc
    .constantFrom("0", "1", "1", "2")
    .map((text): Command => ({ do: "write", partition: "A", path: "/sys/kernel/mm/ksm/run", text })),
  fc.constantFrom<Command>(
    { do: "swapon", partition: "A", path: "/dev/zram0" },
    { do: "swapoff", partition: "A", path: "/dev/zram0" },
  ),
);

test("whatever is made, limited and started, the machine is in order, and plays again to the same", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 10 }), (steps) => {
      const { engine, kernel } = machine();
      const start: Command[] = [
        { do: "mkdir", partition: "A", path: `${ROOT}/x` },
        { do: "write", partition: "A", path: `${ROOT}/cgroup.subtree_control`, text: "+memory" },
        ...["zsmalloc", "lz4_compress", "lz4hc_compress", "lzo", "lzo-rle", "zram"].map(
          (module): Command => ({ do: "write", partition: "A", path: `/mods/${module}.ko`, text: "insmod" }),
        ),
        { do: "write", partition: "A", path: "/sys/block/zram0/disksize", text: "64M" },
        { do: "write", partition: "A", path: "/dev/zram0", text: "SWAPSPACE2".padStart(4096, "\0") },
        { do: "load", partition: "A", load: { kind: "anon", mib: 1 } },
        { do: "write", partition: "A", path: `${ROOT}/x/cgroup.procs`, text: "700" },
      ];
      for (const command of start) engine.submit(command);
      for (const command of steps) {
        engine.submit(command);
        engine.runFor(3e6);
        expect(audit(kernel)).toEqual([]);
      }
      engine.runFor(2e9);
      expect(audit(kernel)).toEqual([]);
      const again = new Engine({ seed: 5, box: smallBox(CMDLINE) });
      addFiles(again.files("A"));
      replay(again, engine.journal, engine.instant);
      expect(stateHash(again)).toBe(stateHash(engine));
    }),
    { numRuns: RUNS, seed: SEED },
  );
});
