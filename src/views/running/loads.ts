/** What a person chose to start, as a command and as the line that does the same in a shell. Pure. */
import type { Command } from "../../engine/time/commands.ts";
import { cpusOf } from "./cpu-list.ts";
import type { LoadDescription, LoadKind } from "../../engine/workload/load-description.ts";

export interface Choice {
  readonly kind: LoadKind;
  /** MiB; of pipes how many. */
  readonly size: number;
  /** -1: any. */
  readonly node: number;
  readonly policy: NonNullable<LoadDescription["policy"]>;
  /** CPUs that it may run on, as a list of the kernel's (`4-7`); empty: any. */
  readonly cpus: string;
}

/** Two descriptors a pipe, 1,024 a process, three taken. */
export const MOST_PIPES = 510;
export const MOST_MIB = 1_048_576;
export const mostOf = (kind: LoadKind): number => (kind === "pipes" ? MOST_PIPES : MOST_MIB);

/** Whether a size can be started. */
export const isSize = ({ kind, size }: Choice): boolean => Number.isInteger(size) && size >= 1 && size <= mostOf(kind);

/** The same that `mem` starts, by the same name. */
export function commandOf(partition: string, { kind, size, node, policy, cpus }: Choice): Command {
  const amount = kind === "pipes" ? { count: size } : { mib: size };
  const where = node < 0 || policy === "default" ? {} : { node, policy };
  return {
    do: "load",
    partition,
    load: { kind, ...amount, comm: "mem", ...where, ...(cpus === "" ? {} : { cpus: cpusOf(cpus) }) },
  };
}

/** As the log shows it (src/worker/shell-lines.ts). */
export function lineOf({ kind, size, node, policy, cpus }: Choice): string {
  const where = node < 0 || policy === "default" ? "" : ` ${node} ${policy === "preferred" ? "pref" : "bind"}`;
  return `${cpus === "" ? "" : `taskset -c ${cpus} `}mem ${kind} ${size}${where}`;
}
