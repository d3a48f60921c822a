/** The command line of `npm run shell`: which machine, and what to run on it. */
import { type BoxDescription, KERNEL_VERSIONS, type KernelVersion } from "../engine/hardware/description.ts";
import type { Command } from "../engine/time/commands.ts";
import { versionNamed } from "../engine/kernel/profiles/index.ts";
import { SCENARIOS } from "../protocol/scenarios/index.ts";
import type { ScriptStart } from "../shell/host.ts";
import { BadInput, readText } from "./input.ts";
import { RECORDED, describeMachine, kernelVersion } from "../playback/machine.ts";
import { findSource } from "./source.ts";

const USAGE =
  "usage: npm run shell -- [--machine SCENARIO.json|NAME] [--kernel VERSION] [--partition ID] [-c LINE | SCRIPT.sh] [ARGUMENTS]";
/** Machines of recordings were all played with this seed. */
const SEED = 1;

export interface MachineRequest {
  readonly seed: number;
  readonly box: BoxDescription;
  readonly partition: string;
  /** What is done before anything runs: commands, or lines that its shell runs. */
  readonly setup: readonly (Command | string)[];
}
export type Script = Pick<ScriptStart, "text" | "name" | "positional" | "fromArgument">;

export interface ShellRequest {
  readonly machine: MachineRequest;
  /** `null`: standard input says, or types. */
  readonly script: Script | null;
}

/** Throws `BadInput` for what cannot be used. */
export function shellRequest(args: readonly string[]): ShellRequest {
  let named: string = SCENARIOS[0].name;
  let kernel: KernelVersion | null = null;
  let partition: string | null = null;
  let line: string | null = null;
  let at = 0;
  const value = (option: string): string => {
    const given = args[++at];
    if (given === undefined) throw new BadInput(`${option} lacks its value; ${USAGE}`);
    return given;
  };
  for (; at < args.length && line === null; at++) {
    const arg = args[at] as string;
    if (arg === "--machine") named = value(arg);
    else if (arg === "--partition") partition = value(arg);
    else if (arg === "--kernel") {
      const version = value(arg);
      kernel = versionNamed(version) ?? null;
      if (kernel === null)
        throw new BadInput(`--kernel: expected one of ${KERNEL_VERSIONS.join(", ")}, got ${version}`);
    } else if (arg === "-c") line = value(arg);
    else if (arg === "--") {
      at++;
      break;
    } else if (arg.startsWith("-")) throw new BadInput(`unknown option ${arg}; ${USAGE}`);
    else break;
  }
  const machine = machineOf(named, kernel, partition);
  const rest = args.slice(at);
  if (line !== null) {
    const [name = "bash", ...positional] = rest;
    return { machine, script: { text: line, name, positional, fromArgument: true } };
  }
  const [path, ...positional] = rest;
  return { machine, script: path === undefined ? null : { text: readText(path), name: path, positional } };
}

function machineOf(named: string, kernel: KernelVersion | null, partition: string | null): MachineRequest {
  const source = findSource(named);
  const { seed, box, setup } =
    source.is === "scenario"
      ? source.scenario
      : {
          seed: SEED,
          box: describeMachine(source.scenario, kernelOf(named, source, kernel)),
          setup: source.scenario.setup,
        };
  const chosen = partition ?? box.partitions[0]?.id ?? "";
  if (!box.partitions.some(({ id }) => id === chosen))
    throw new BadInput(`${named}: no partition ${chosen} (there are ${box.partitions.map(({ id }) => id).join(", ")})`);
  const partitions = kernel === null ? box.partitions : box.partitions.map((each) => ({ ...each, kernel }));
  return { seed, box: { ...box, partitions }, partition: chosen, setup };
}

function kernelOf(
  named: string,
  { scenario: { kernel } }: { readonly scenario: { readonly kernel: string } },
  asked: KernelVersion | null,
): KernelVersion {
  const version = asked ?? kernelVersion(kernel);
  if (version === undefined)
    throw new BadInput(`${named}: kernel: expected one of ${RECORDED.join(", ")}, got ${JSON.stringify(kernel)}`);
  return version;
}
