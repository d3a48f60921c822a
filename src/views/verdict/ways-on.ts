/** What can be done now about an attempt, and the commands that do it. */
import type { RemedyStep } from "../../engine/hotplug/remedies.ts";
import type { Command } from "../../engine/time/commands.ts";
import type { RecordTables } from "../../client/playground.ts";
import type { Remedies } from "../../protocol/messages.ts";
import type { BlockRecord, Records } from "../../protocol/records.ts";
import { type AttemptRecord, blockOf } from "./attempts.ts";

/** A thing that can be done now, and the commands that do it. */
export interface WayOn {
  readonly way: "retry" | "instead" | "online" | "online-movable" | "remedy" | "cancel";
  /** One after the other, as long as none is refused. */
  readonly commands: readonly Command[];
  /** What has to be done first so that it leaves. */
  readonly steps?: readonly RemedyStep[];
  /** It leaves then; else it may. */
  readonly certain?: boolean;
  /** Another DIMM. */
  readonly instead?: string;
}

/** What there is now of the things that an attempt was about. */
export interface Surroundings {
  readonly block: BlockRecord | undefined;
  readonly dimm: Records["dimm"] | undefined;
}

export const surroundingsOf = (tables: RecordTables, attempt: AttemptRecord): Surroundings => ({
  block: blockOf(tables, attempt),
  dimm: tables.dimm[attempt.target],
});

/** What was foreseen of a refused attempt, as things are now. */
export interface Foreseen {
  /** The same would not be refused again, as far as can be foreseen. */
  readonly retry: boolean;
  /** Another DIMM as large, in the same partition, that would leave. */
  readonly instead: string | null;
  readonly remedies: Remedies;
}

const poolOf = (node: number): string =>
  `/sys/devices/system/node/node${node}/hugepages/hugepages-1048576kB/nr_hugepages`;
const CRASH = "/sys/kernel/kexec_crash_size";
const VETO = "/sys/kernel/debug/notifier-error-inject/memory/actions/MEM_GOING_OFFLINE/error";

/** What helps now. `destination` is where a refused DIMM was to go, when that is known. */
export function waysOn(
  attempt: AttemptRecord,
  { block, dimm }: Surroundings,
  destination: string | null,
  /** `null`: nothing was foreseen yet, and then nothing is offered that may be in vain. */
  foreseen: Foreseen | null = null,
): readonly WayOn[] {
  const { partition } = attempt;
  const write = (path: string, text: string): Command => ({ do: "write", partition, path, text });
  const state = (memory: string, text: string) => write(`/sys/devices/system/memory/${memory}/state`, text);
  const commandOf = (step: RemedyStep): Command => {
    if (step.do === "kill") return { do: "kill", partition, pid: step.pid };
    if (step.do === "shrink-gigantic") return write(poolOf(step.node), String(step.keep));
    if (step.do === "shrink-crash") return write(CRASH, "0");
    return step.do === "drop-caches" ? write("/proc/sys/vm/drop_caches", "3") : write(VETO, "0");
  };
  const ways: WayOn[] = [];
  const remedy = foreseen?.remedies.remedy;
  if (remedy && attempt.result !== "ok") ways.push({ way: "remedy", commands: remedy.steps.map(commandOf), ...remedy });
  if (attempt.result === "running") return [...ways, { way: "cancel", commands: [{ do: "signal", op: attempt.id }] }];
  if (attempt.result === "failed") {
    if (foreseen?.retry && attempt.kind === "offline" && block?.state === "online")
      ways.push({ way: "retry", commands: [state(attempt.target, "offline")] });
    if (foreseen?.instead)
      ways.push({
        way: "instead",
        instead: foreseen.instead,
        commands: [
          { do: "move", dimm: foreseen.instead, to: destination === null ? { shelf: true } : { slot: destination } },
        ],
      });
    if (foreseen?.retry && attempt.kind === "eject" && dimm?.slot != null && dimm.phase !== "ejecting")
      ways.push({
        way: "retry",
        commands: [
          destination === null
            ? { do: "press", dimm: dimm.key }
            : { do: "move", dimm: dimm.key, to: { slot: destination } },
        ],
      });
  }
  if (block?.state === "offline" && (attempt.kind === "offline" || attempt.kind === "online")) {
    ways.push({ way: "online", commands: [state(attempt.target, "online")] });
    if (block.validZones.includes("Movable"))
      ways.push({ way: "online-movable", commands: [state(attempt.target, "online_movable")] });
  } else if (attempt.result === "failed" && foreseen && foreseen.remedies.movable.length > 0)
    ways.push({
      way: "online-movable",
      commands: foreseen.remedies.movable.map((key) => state(`memory${key.split(":")[1]}`, "online_movable")),
    });
  return ways;
}

/** The line that does the same in a shell; `null` where it takes a hand. */
export function shellLineOf(commands: readonly Command[]): string | null {
  const lines = commands.map((command) => {
    if (command.do === "kill") return `kill ${command.pid}`;
    return command.do === "write" ? `echo ${command.text} > ${command.path}` : null;
  });
  return lines.includes(null) ? null : lines.join("; ");
}
