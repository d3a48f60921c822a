/** The last process that a kernel killed because memory had run out, as its own report in the log says it. Pure. */
import type { PlaygroundState } from "../../client/playground.ts";
import type { LogEntry } from "../../protocol/messages.ts";
import { topLevel } from "./attempts.ts";

export interface Kill {
  readonly partition: string;
  readonly at: number;
  readonly pid: number;
  readonly comm: string;
  /** MiB that it had resident, anonymous and shared. */
  readonly mib: number;
  /** Who asked for the page that was not there. */
  readonly asker: string;
  /** What was asked for may lie in ZONE_MOVABLE. */
  readonly movable: boolean;
  /** It is the asker, as vm.oom_kill_allocating_task has it, not who held most. */
  readonly asItAsked: boolean;
  /** The group that had no more to get, as far as its `memory.max` goes: `/x`. `null`: memory itself was short. */
  readonly group: { readonly path: string; readonly mib: number } | null;
  /** Nodes that the asker is bound to by policy or cpuset, as the kernel lists them: `0-1`. `null`: all. */
  readonly nodes: string | null;
}

const ENDS = /^(?:Memory cgroup out|Out) of memory(?: \((oom_kill_allocating_task)\))?: Killed process /;
const KILLED = /Killed process (\d+) \((.*?)\) .*?anon-rss:(\d+)kB.*?shmem-rss:(\d+)kB/;
const INVOKED = /^(.*) invoked oom-killer: gfp_mask=0x\w+\(([^)]*)\)/;
const BOUND =
  /^oom-kill:constraint=CONSTRAINT_(NONE|CPUSET|MEMORY_POLICY|MEMCG),nodemask=([^,]*(?:,\d[\d-]*)*),.*?mems_allowed=(\d[\d-]*(?:,\d[\d-]*)*)/;
const FULL = /^oom-kill:.*?,oom_memcg=(.*?),task_memcg=/;
const LIMIT = /^memory: usage \d+kB, limit (\d+)kB, /;
/** Its first line, and on which occasion ever. */
const BOOTS = /^BIOS-provided physical RAM map:/;
const KIB_PER_MIB = 1024;

/** When a partition's kernel booted last, as its log says it from a line on; `null`: it has not since. */
export const startOf = (log: readonly LogEntry[], partition: string | null, from = 0): number | null => {
  for (let i = log.length - 1; i > from; i--) {
    const entry = log[i] as LogEntry;
    if (entry.partition === partition && BOOTS.test(entry.line)) return entry.at;
  }
  return null;
};

/** The newest kill of a log since its kernel booted; `null` where it tells of none. */
export function lastKill(log: readonly LogEntry[]): Kill | null {
  let index = ends.get(log);
  if (index === undefined) {
    index = log.findLastIndex(({ line }) => ENDS.test(line));
    if (index >= 0 && startOf(log, (log[index] as LogEntry).partition, index) !== null) index = -1;
    ends.set(log, index);
  }
  const end = log[index];
  if (!end) return null;
  let kill = kills.get(end);
  if (kill === undefined) {
    kill = read(log, index, end);
    kills.set(end, kill);
  }
  return kill;
}

/** Where it is told of; logs are replaced, never changed, and each change of the store asks. */
const ends = new WeakMap<readonly LogEntry[], number>();
/** One value a kill, so that whoever shows it need not do so again. */
const kills = new WeakMap<LogEntry, Kill | null>();

function read(log: readonly LogEntry[], index: number, end: LogEntry): Kill | null {
  const said = KILLED.exec(end.line);
  if (!said) return null;
  const before = (pattern: RegExp): RegExpExecArray | null => {
    for (let i = index; i >= 0; i--) {
      const { partition, line } = log[i] as LogEntry;
      const found = partition === end.partition ? pattern.exec(line) : null;
      if (found) return found;
    }
    return null;
  };
  const [, asker = "", flags = ""] = before(INVOKED) ?? [];
  const [, bound = "NONE", mask = "", allowed = ""] = before(BOUND) ?? [];
  const group = end.line.startsWith("Memory cgroup") ? (before(FULL)?.[1] ?? null) : null;
  return {
    partition: end.partition,
    at: end.at,
    pid: Number(said[1]),
    comm: said[2] ?? "",
    mib: Math.round((Number(said[3]) + Number(said[4])) / KIB_PER_MIB),
    asker,
    movable: flags.includes("MOVABLE"),
    asItAsked: ENDS.exec(end.line)?.[1] !== undefined,
    group: group === null ? null : { path: group, mib: Math.round(Number(before(LIMIT)?.[1] ?? 0) / KIB_PER_MIB) },
    nodes: bound === "NONE" || bound === "MEMCG" ? null : mask.startsWith("(") ? allowed : mask,
  };
}

/** The kill that a verdict tells of: the newest, while nothing was tried since, and its kernel runs. */
export function killToTell({ log, records }: Pick<PlaygroundState, "log" | "records">): Kill | null {
  const kill = lastKill(log);
  if (!kill || records.partition[kill.partition]?.stopped) return null;
  return (topLevel(records.attempt).at(-1)?.startedAt ?? -1) > kill.at ? null : kill;
}
