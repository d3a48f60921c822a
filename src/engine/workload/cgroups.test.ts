/** Groups with cpusets: where pages come from and go to, what is refused, and that the machine stays in order whatever is written. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { KernelVersion } from "../hardware/description.ts";
import { audit } from "../kernel/audit.ts";
import { smallBox } from "../testing/small-box.ts";
import { addFiles } from "../sysfs/more/index.ts";
import type { Command, Place } from "../time/commands.ts";
import { Engine } from "../time/engine.ts";
import { replay } from "../time/replay.ts";
import { stateHash } from "../time/state-hash.ts";
import { pagesByNode } from "../inspect/distances.ts";
import { running } from "../inspect/running.ts";
import { cpusFor } from "./affinity.ts";
import { moves } from "./cpuset-migration.ts";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 1);
const SEED = Number(process.env.PROPERTY_SEED ?? 2026);
const CMDLINE = "movable_node memhp_default_state=online_movable";
const ROOT = "/sys/fs/cgroup";

function machine(version?: KernelVersion) {
  const box = smallBox(CMDLINE);
  const partitions = box.partitions.map((one) => (version ? { ...one, kernel: version } : one));
  const engine = new Engine({ seed: 5, box: { ...box, partitions } });
  addFiles(engine.files("A"));
  const kernel = engine.kernel("A");
  const write = (path: string, text: string, pid = 1) => {
    const by = { pid, comm: "sh" };
    const { errno } = engine.submit({ do: "write", partition: "A", path: `${ROOT}${path}`, text, by });
    engine.settle();
    return errno;
  };
  const folder = (what: "mkdir" | "rmdir", path: string) =>
    engine.submit({ do: what, partition: "A", path: `${ROOT}${path}` }).errno;
  const read = (path: string) => {
    const found = engine.files("A").read(`${ROOT}${path}`);
    return "text" in found ? found.text : found.errno;
  };
  const load = (command: Partial<Extract<Command, { do: "load" }>["load"]>) => {
    const pid = kernel.nextPid;
    const { op } = engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 16, ...command } });
    engine.settle();
    return { pid, errno: engine.operation(op ?? -1)?.errno ?? null };
  };
  const nodesOf = (pid: number) => {
    const process = kernel.processes.get(pid);
    return process ? pagesByNode(kernel, process).map(([node]) => node) : [];
  };
  return { engine, kernel, write, folder, read, load, nodesOf };
}

test.each([
  ["6.1", [0, 1], [0, 1]],
  ["7.3", [0], [0]],
] as const)(
  "on %s a process that asked for a CPU has %j of its group's, and %j when the group has more",
  (version, few, more) => {
    const { engine, kernel, write, folder, load } = machine(version);
    const { pid } = load({});
    expect(engine.submit({ do: "affinity", partition: "A", pid, cpus: [0] }).errno).toBeNull();
    expect(folder("mkdir", "/a")).toBeNull();
    expect(write("/cgroup.subtree_control", "+cpuset")).toBeNull();
    const allowed = () => cpusFor(kernel, kernel.processes.get(pid) ?? null).filter((cpu) => cpu < 2);
    expect(write("/a/cgroup.procs", String(pid))).toBeNull();
    expect(allowed()).toEqual(few);
    expect(write("/a/cpuset.cpus", "0-1")).toBeNull();
    expect(allowed()).toEqual(more);
    expect(write("/cgroup.procs", String(pid))).toBeNull();
    expect(allowed()).toEqual(more);
  },
);

test("the n-th node becomes the n-th; one that stays allowed keeps its pages where numbers differ", () => {
  expect(moves([0], [1])).toEqual([{ source: 0, target: 1 }]);
  expect(moves([0, 1], [1, 2])).toEqual([
    { source: 0, target: 1 },
    { source: 1, target: 2 },
  ]);
  expect(moves([0, 1, 2], [1])).toEqual([
    { source: 0, target: 1 },
    { source: 2, target: 1 },
  ]);
  expect(moves([1], [0, 1, 2])).toEqual([]);
  expect(moves([0, 1], [])).toEqual([]);
});

test("pages go where the group may be, with its children, and stay when it may be anywhere again", () => {
  const { kernel, write, folder, read, load, nodesOf } = machine();
  expect(read("/cpuset.mems.effective")).toBe("0-1\n");
  expect(kernel.cgroups).toBeNull();
  expect(folder("mkdir", "/x")).toBeNull();
  expect(folder("mkdir", "/x")).toBe("EEXIST");
  expect(write("/cgroup.subtree_control", "+cpuset")).toBeNull();
  expect(write("/x/cpuset.mems", "1")).toBeNull();
  const { pid } = load({});
  expect(nodesOf(pid)).toEqual([0]);
  expect(write("/x/cgroup.procs", `${pid}\n`)).toBeNull();
  expect([nodesOf(pid), read("/x/cgroup.procs")]).toEqual([[1], `${pid}\n`]);
  const child = load({ parent: pid });
  expect([nodesOf(child.pid), read("/x/cgroup.procs")]).toEqual([[1], `${pid}\n${child.pid}\n`]);
  expect(kernel.processes.get(child.pid)?.near).toBe(1);
  expect(write("/x/cpuset.mems", "0")).toBeNull();
  expect([nodesOf(pid), nodesOf(child.pid)]).toEqual([[0], [0]]);
  expect(folder("rmdir", "/x")).toBe("EBUSY");
  for (const each of [pid, child.pid]) expect(write("/cgroup.procs", `${each}`)).toBeNull();
  expect([nodesOf(pid), folder("rmdir", "/x")]).toEqual([[0], null]);
  expect(audit(kernel)).toEqual([]);
});

test("where its nodes are Movable alone a pipe is refused, its own pages are not; they leave with the node and come back", () => {
  const { engine, kernel, write, folder, read, load, nodesOf } = machine();
  const carry = (to: Place) => {
    engine.submit({ do: "move", dimm: "d3", to });
    engine.settle();
  };
  carry({ slot: "A/2/0" });
  folder("mkdir", "/x");
  write("/cgroup.subtree_control", "+cpuset");
  expect(write("/x/cpuset.mems", "2")).toBeNull();
  const { pid } = load({});
  write("/x/cgroup.procs", `${pid}`);
  expect(nodesOf(pid)).toEqual([2]);
  const pipe = () => engine.submit({ do: "pipe", partition: "A", by: { pid, comm: "mem" } }).errno;
  expect(pipe()).toBe("ENOMEM");
  expect(load({ parent: pid })).toMatchObject({ errno: null });
  expect(load({ parent: pid, kind: "vmalloc" })).toMatchObject({ errno: null });
  expect(load({ parent: pid, kind: "pipes", count: 4 })).toMatchObject({ errno: "ENOMEM" });
  expect(load({ parent: pid, kind: "longterm" })).toMatchObject({ errno: "ENOMEM" });
  expect(running(kernel).find((one) => one.pid === pid)?.group).toEqual({ path: "/x", nodes: [2], lacks: 0 });
  expect(audit(kernel)).toEqual([]);

  carry({ shelf: true });
  expect([read("/x/cpuset.mems"), read("/x/cpuset.mems.effective")]).toEqual(["2\n", "0-1\n"]);
  expect(nodesOf(pid)).not.toContain(2);
  expect(pipe()).toBeNull();
  carry({ slot: "A/2/0" });
  expect([read("/x/cpuset.mems.effective"), nodesOf(pid)]).toEqual(["2\n", [2]]);

  expect(write("/x/cpuset.mems", "0,2")).toBeNull();
  expect([pipe(), running(kernel).find((one) => one.pid === pid)?.group?.lacks]).toEqual([null, null]);
  expect(audit(kernel)).toEqual([]);
});

const words = fc.constantFrom("0", "1", "2", "0-1", "1-2", "", "7", "x");
const files = fc.constantFrom("/x/cpuset.mems", "/x/cpuset.cpus", "/x/y/cpuset.mems", "/cgroup.subtree_control");
const step: fc.Arbitrary<Command> = fc.oneof(
  fc
    .record({ what: fc.constantFrom("mkdir" as const, "rmdir" as const), path: fc.constantFrom("/x", "/x/y", "/z/a") })
    .map(({ what, path }): Command => ({ do: what, partition: "A", path: ROOT + path })),
  fc
    .record({ path: files, text: fc.oneof(words, fc.constantFrom("+cpuset", "-cpuset")) })
    .map(({ path, text }): Command => ({ do: "write", partition: "A", path: ROOT + path, text })),
  fc
    .record({
      path: fc.constantFrom("/cgroup.procs", "/x/cgroup.procs", "/x/y/cgroup.procs"),
      pid: fc.integer({ min: 700, max: 706 }),
    })
    .map(({ path, pid }): Command => ({ do: "write", partition: "A", path: ROOT + path, text: `${pid}` })),
  fc
    .record({ mib: fc.integer({ min: 1, max: 40 }), parent: fc.integer({ min: 700, max: 706 }) })
    .map(({ mib, parent }): Command => ({ do: "load", partition: "A", load: { kind: "anon", mib, parent } })),
  fc.constantFrom<Place>({ shelf: true }, { slot: "A/2/0" }).map((to): Command => ({ do: "move", dimm: "d3", to })),
  fc.integer({ min: 700, max: 706 }).map((pid): Command => ({ do: "kill", partition: "A", pid })),
);

test("whatever is made, written and started, the machine is in order, and plays again to the same", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 12 }), (steps) => {
      const { engine, kernel } = machine();
      engine.submit({ do: "mkdir", partition: "A", path: `${ROOT}/x` });
      engine.submit({ do: "write", partition: "A", path: `${ROOT}/cgroup.subtree_control`, text: "+cpuset" });
      for (const command of steps) {
        engine.submit(command);
        engine.runFor(3e6);
        expect(audit(kernel)).toEqual([]);
      }
      engine.settle();
      expect(audit(kernel)).toEqual([]);
      const again = new Engine({ seed: 5, box: smallBox(CMDLINE) });
      addFiles(again.files("A"));
      replay(again, engine.journal, engine.instant);
      expect(stateHash(again)).toBe(stateHash(engine));
    }),
    { numRuns: RUNS, seed: SEED },
  );
});
