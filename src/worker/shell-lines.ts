/**
 * What a command of the mouse is as shell lines, for people who want to learn them: what a terminal shows after a
 * drag, and the event log beside it. A line that is no command but tells what firmware does is a comment.
 */
import { blocksIn } from "../engine/hotplug/remove.ts";
import type { Command } from "../engine/time/commands.ts";
import type { LoadDescription } from "../engine/workload/load-description.ts";
import type { Engine } from "../engine/time/engine.ts";
import { formatList } from "../engine/kernel/boot-layout/ranges.ts";
import type { Dimm, Slot } from "../engine/hardware/chassis.ts";

export interface ShellLines {
  /** The partition whose kernel is spoken to. */
  readonly partition: string;
  readonly lines: readonly string[];
}

/** The lines for a command that has not been carried out yet; `null` where a shell has nothing to say. */
export function shellLines(engine: Engine, command: Command): ShellLines | null {
  switch (command.do) {
    case "write":
      return {
        partition: command.partition,
        lines: [`echo ${quoted(command.text.replace(/\n$/, ""))} > ${command.path}`],
      };
    case "load": {
      const line = starting(command.load);
      return line === null ? null : { partition: command.partition, lines: [line] };
    }
    case "kill":
      return { partition: command.partition, lines: [`kill ${command.pid}`] };
    case "move":
      return moving(engine, command.dimm, "slot" in command.to ? command.to.slot : null);
    case "press": {
      const { slot } = seated(engine, command.dimm) ?? {};
      if (!slot) return null;
      const what = `# firmware asks the kernel for ${slot.device.name}, as this would:`;
      return { partition: slot.partition, lines: [what, eject(slot)] };
    }
    default:
      return null;
  }
}

/** The program that takes memory and keeps it; what a scenario starts by another name does more than it can. */
function starting({ kind, mib, count, node = -1, policy, comm, cpus }: LoadDescription): string | null {
  if (comm !== "mem") return null;
  const size = kind === "pipes" ? count : mib;
  if (size === undefined) return null;
  const where = node < 0 || policy === "default" ? "" : ` ${node} ${policy === "preferred" ? "pref" : "bind"}`;
  return `${cpus ? `taskset -c ${formatList(cpus)} ` : ""}mem ${kind} ${size}${where}`;
}

function moving(engine: Engine, id: string, destination: string | null): ShellLines | null {
  const goal = destination === null ? undefined : engine.chassis.slots.get(destination);
  const from = seated(engine, id);
  const arrival = goal
    ? [`# ${id} goes into slot ${goal.key}: firmware tells the kernel to check ${goal.device.name}`]
    : [];
  if (!from) return goal ? { partition: goal.partition, lines: arrival } : null;
  if (from.slot === goal) return null;
  const { dimm, slot } = from;
  return { partition: slot.partition, lines: [...offlining(engine, dimm, slot), eject(slot), ...arrival] };
}

/** The loop that takes all blocks of a DIMM offline and stops at the first that refuses (src/engine/hotplug/unplug.ts). */
function offlining(engine: Engine, dimm: Dimm, slot: Slot): string[] {
  const kernel = engine.kernel(slot.partition);
  const numbers = dimm.ranges
    .flatMap(({ start, end }) => blocksIn(kernel, start, end - start))
    .filter(({ state }) => state !== "offline")
    .map(({ number }) => number);
  const state = (block: string | number) => `/sys/devices/system/memory/memory${block}/state`;
  const [only, second] = numbers;
  if (only === undefined) return [];
  if (second === undefined) return [`echo offline > ${state(only)}`];
  return [`for n in ${series(numbers)}; do echo offline > ${state("$n")} || break; done`];
}

const eject = ({ device }: Slot): string => `echo 1 > /sys/bus/acpi/devices/${device.name}/eject`;

/** `{44..51}` where numbers follow one another, else each of them. */
function series(numbers: readonly number[]): string {
  const first = numbers[0] ?? 0;
  const consecutive = numbers.every((number, index) => number === first + index);
  return consecutive ? `{${first}..${first + numbers.length - 1}}` : numbers.join(" ");
}

function seated(engine: Engine, id: string): { readonly dimm: Dimm; readonly slot: Slot } | undefined {
  const dimm = engine.chassis.dimms.get(id);
  const slot = dimm?.slot == null ? undefined : engine.chassis.slots.get(dimm.slot);
  return dimm && slot ? { dimm, slot } : undefined;
}

const quoted = (text: string): string => (/^[\w.,:/+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
