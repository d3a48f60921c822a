import { expect, test } from "vitest";
import type { LogEntry } from "../../protocol/messages.ts";
import { pressed } from "../../engine/testing/pressed.ts";
import { killToTell, lastKill, startOf } from "./killed.ts";

const entries = (lines: readonly string[]): LogEntry[] =>
  lines.map((line, seq) => ({ seq, at: seq, partition: "A", level: "warn", line, transaction: seq }));

test("a kill is read from what the engine's kernel reports of it", () => {
  const { load, free, log } = pressed();
  load("anon", free(0) - 45, 0);
  load("anon", 400, 0);
  const kill = lastKill(entries(log()));
  expect(kill).toMatchObject({
    partition: "A",
    comm: "mem",
    asker: "mem",
    movable: true,
    asItAsked: false,
    nodes: "0",
  });
  expect(kill?.mib).toBeGreaterThan(100);
  expect(log()).toContainEqual(expect.stringContaining(`Killed process ${kill?.pid} (mem)`));
});

test("a kill of the one that asked is told as that", () => {
  const { kernel, load, free, log } = pressed();
  kernel.oom.killAsker = 1;
  load("anon", Math.floor(free(0) * 0.8), 0);
  const asker = load("anon", free(0) + 40, 0);
  expect(lastKill(entries(log()))).toMatchObject({ pid: asker.pid, asItAsked: true, nodes: "0" });
});

test("kernel memory, a cpuset, several nodes; none where nobody was killed, where something was tried since, or the kernel stopped", () => {
  const report = (flags: string, bound: string) =>
    entries([
      `a sh invoked oom-killer: gfp_mask=0xcc0(${flags}), order=0, oom_score_adj=0`,
      `oom-kill:constraint=CONSTRAINT_${bound},global_oom,task_memcg=/,task=x (y),pid=7,uid=0`,
      "Out of memory: Killed process 7 (x (y)) total-vm:9kB, anon-rss:2048kB, file-rss:0kB, shmem-rss:1024kB, UID:0 pgtables:4kB oom_score_adj:0",
    ]);
  const global = report("GFP_KERNEL", "NONE,nodemask=(null),cpuset=/,mems_allowed=0-1");
  expect(lastKill(global)).toMatchObject({ asker: "a sh", comm: "x (y)", mib: 3, movable: false, nodes: null });
  expect(lastKill(report("GFP_X", "CPUSET,nodemask=(null),cpuset=box,mems_allowed=1,3"))?.nodes).toBe("1,3");
  expect(lastKill(report("GFP_X", "MEMORY_POLICY,nodemask=0-1,3,cpuset=/,mems_allowed=0-3"))?.nodes).toBe("0-1,3");
  const full = lastKill(
    entries([
      "mem invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
      "memory: usage 102296kB, limit 102400kB, failcnt 18",
      "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0-1,oom_memcg=/x,task_memcg=/x/y,task=mem,pid=176,uid=0",
      "Memory cgroup out of memory: Killed process 176 (mem) total-vm:82924kB, anon-rss:60864kB, file-rss:0kB, shmem-rss:264kB, UID:0 pgtables:156kB oom_score_adj:0",
    ]),
  );
  expect(full).toMatchObject({ pid: 176, mib: 60, nodes: null, group: { path: "/x", mib: 100 } });
  expect(lastKill(global)?.group).toBeNull();
  expect(lastKill(entries(["Out of memory and no killable processes..."]))).toBeNull();

  const state = (startedAt: number, stopped?: object) =>
    ({
      log: global,
      records: { partition: { A: { stopped } }, attempt: { 1: { id: 1, parent: null, follows: null, startedAt } } },
    }) as unknown as Parameters<typeof killToTell>[0];
  expect(killToTell(state(1))?.pid).toBe(7);
  expect(killToTell(state(1))).toBe(killToTell(state(1)));
  expect(killToTell(state(3))).toBeNull();
  expect(killToTell(state(1, {}))).toBeNull();
  // Of the kernel before this one it is not told; that another partition's boots is nothing to it.
  const boot = (partition: string) => ({
    ...global[0]!,
    seq: 9,
    at: 9,
    partition,
    line: "BIOS-provided physical RAM map:",
  });
  expect(lastKill([...global, boot("A")])).toBeNull();
  expect(lastKill([...global, boot("B")])?.pid).toBe(7);
  expect(startOf([...global, boot("A")], "A")).toBe(9);
});
