import fc from "fast-check";
import { expect, test } from "vitest";
import { audit } from "../kernel/audit.ts";
import { addFiles } from "../sysfs/more/index.ts";
import { pressed } from "../testing/pressed.ts";
import { Engine } from "../time/engine.ts";
import { bytes, GIB, MIB } from "../units.ts";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 4);
const SEED = Number(process.env.PROPERTY_SEED ?? 2014);

test("whoever holds most is killed, though its pages lie where they help nobody", () => {
  const { kernel, load, free, log } = pressed();
  const far = load("anon", free(1) - 45, 1);
  const near = load("anon", Math.floor(free(0) * 0.5), 0);
  const last = load("anon", free(0) + 40, 0);
  expect([far.errno, near.errno, last.errno]).toEqual([null, null, null]);
  // Those on node 0 are in the way, and the larger one on node 1 goes first.
  const killed = log().flatMap((line) => /Killed process (\d+)/.exec(line)?.[1] ?? []);
  expect(killed.map(Number)).toEqual([far.pid, near.pid]);
  expect([...kernel.processes.values()].map(({ pid }) => pid)).toContain(last.pid);
  expect(log().find((line) => line.startsWith("oom-kill:"))).toMatch(
    /^oom-kill:constraint=CONSTRAINT_MEMORY_POLICY,nodemask=0,cpuset=\/,mems_allowed=0-1,global_oom,task_memcg=\/,task=mem,pid=\d+,uid=0$/,
  );
  expect(kernel.vmstat.oomKill).toBe(killed.length);
  expect(audit(kernel)).toEqual([]);
});

/** Writes to a file of /proc/sys/vm, as on 5.10, 6.12 and 7.3 before memory ran out there. */
function sysctl({ engine, run }: ReturnType<typeof pressed>, name: string, value: number): void {
  addFiles(engine.files("A"));
  expect(run({ do: "write", partition: "A", path: `/proc/sys/vm/${name}`, text: `${value}\n` })).toBeNull();
}

test("with vm.panic_on_oom the kernel stops: 2 always, 1 where no policy kept the asker from memory", () => {
  const bound = pressed();
  sysctl(bound, "panic_on_oom", 1);
  bound.load("anon", bound.free(1) + 40, 1);
  expect([bound.kernel.stopped, bound.kernel.vmstat.oomKill]).toEqual([null, 1]);
  for (const node of [0, 1])
    while (bound.free(node) > 60) expect(bound.load("anon", bound.free(node) - 50, node).errno).toBeNull();
  bound.load("anon", bound.free(0) + bound.free(1) + 40);
  expect(bound.kernel.stopped?.words).toBe("Out of memory: system-wide panic_on_oom is enabled");
  expect(bound.kernel.vmstat.oomKill).toBe(1);

  const always = pressed();
  sysctl(always, "panic_on_oom", 2);
  always.load("anon", always.free(1) + 40, 1);
  expect(always.kernel.stopped?.words).toBe("Out of memory: compulsory panic_on_oom is enabled");
  const lines = always.log();
  expect(lines).toContain("Tasks state (memory values in pages):");
  expect(lines.some((line) => /oom-kill:|Killed|no killable/.test(line))).toBe(false);
});

test("with vm.oom_kill_allocating_task who asks is killed, and oom_dump_tasks keeps the others out of the log", () => {
  const machine = pressed();
  const { kernel, load, free, log } = machine;
  sysctl(machine, "oom_kill_allocating_task", 1);
  sysctl(machine, "oom_dump_tasks", 0);
  const large = load("anon", Math.floor(free(0) * 0.8), 0);
  const small = load("anon", free(0) + 40, 0);
  expect(large.errno).toBeNull();
  expect([...kernel.processes.values()].map(({ pid }) => pid)).toContain(large.pid);
  expect(log().filter((line) => line.includes("Killed process"))).toEqual([
    expect.stringMatching(
      new RegExp(`^Out of memory \\(oom_kill_allocating_task\\): Killed process ${small.pid} \\(mem\\) `),
    ),
  ]);
  expect(log()).not.toContain("Tasks state (memory values in pages):");
  expect(audit(kernel)).toEqual([]);
});

test("a mapping larger than all memory is refused before anybody is killed", () => {
  const { kernel, load, log } = pressed();
  expect(load("anon", 64 * 1024).errno).toBe("ENOMEM");
  expect(log().at(-1)).toMatch(/^__vm_enough_memory: pid: \d+, comm: mem, /);
  expect(kernel.vmstat.oomKill).toBe(0);
});

test.each(["5.10", "6.1", "6.12", "7.3"] as const)(
  "on %s pipes starve the kernel beside a Movable zone that is free",
  (version) => {
    const nodes = [{ onboard: bytes(768 * MIB), cpus: "0-1", slots: [] }];
    const partition = { id: "A", name: "a", nodes, sharedSlots: 8, maxMemory: bytes(8 * GIB), kernel: version };
    const engine = new Engine({
      seed: 1,
      box: { partitions: [{ ...partition, cmdline: "movablecore=512M" }], shelf: [] },
    });
    const kernel = engine.kernel("A");
    for (let i = 0; i < 10; i++) {
      engine.submit({ do: "load", partition: "A", load: { kind: "pipes", count: 500, node: -1 } });
      engine.settle();
    }
    expect(audit(kernel)).toEqual([]);
    expect(kernel.vmstat.oomKill).toBeGreaterThan(0);
    expect(kernel.stopped).toBeNull();
    expect(kernel.zones.find(({ name, populated }) => populated && name === "Movable")?.free).toBeGreaterThan(100_000);
    const lines = engine.transactions
      .reader("first")
      .read()
      .flatMap(({ changes }) => changes.flatMap((each) => (each.c === "log" ? [each.line] : [])));
    expect(lines).toContain(
      "mem invoked oom-killer: gfp_mask=0x500cc2(GFP_HIGHUSER|__GFP_ACCOUNT), order=0, oom_score_adj=0",
    );
    // Recorded: what a request cannot use is left out of the report, but on 5.10.
    expect(lines.some((line) => line.startsWith("Node 0 Movable free:"))).toBe(version === "5.10");
  },
);

test("whatever starves and kills, the books are in order", () => {
  const kind = fc.constantFrom(
    "anon" as const,
    "shm" as const,
    "thp" as const,
    "mlock" as const,
    "slab" as const,
    "vmalloc" as const,
  );
  const step = fc.tuple(kind, fc.integer({ min: 100, max: 900 }), fc.integer({ min: -1, max: 1 }));
  fc.assert(
    fc.property(fc.array(step, { minLength: 3, maxLength: 6 }), (steps) => {
      const { kernel, load } = pressed();
      for (const [what, mib, node] of steps) {
        const { pid, errno } = load(what, mib, node);
        expect(audit(kernel)).toEqual([]);
        if (errno !== null) expect(kernel.processes.has(pid)).toBe(false);
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
});
