/**
 * Plays a trace's steps, or a lab scenario's, on a simulated machine, and observes what the recorder observed. The
 * waits are the recorder's own: 1.5 s after a hot add, 2 s after a hot remove, 1 s after the loads end.
 */
import type { AcpiEvent } from "../engine/hardware/acpi.ts";
import type { Command } from "../engine/time/commands.ts";
import {
  type LabScenario,
  type Observation,
  type PlayedStep,
  type Trace,
  type TraceDevice,
  type TraceEvent,
  type TraceStep,
  startedAs,
} from "../protocol/trace.ts";
import { type Answer, Overlap } from "./overlap.ts";
import { LOG_LINES, type Played } from "./compare.ts";
import { PARTITION, RECORDED, bytesOf, describeMachine, kernelVersion } from "./machine.ts";
import { observe, recordedKinds } from "./observe.ts";
import { SimulatedMachine } from "./simulated-machine.ts";
import { largest } from "../engine/lists.ts";

const HOTADD_WAIT = 1.5;
const HOTREMOVE_WAIT = 2;
const RESIZE_WAIT = 6;
const KILLALL_WAIT = 1;
const PIPES_WAIT = 3;
/** Until the first observation's programs have come up, a driver that the setup inserted has done what it begins with. */
const DRIVER_WAIT = 1;
const SCRIPT = "/tmp/cmd";
const SEED = 1;

/** Until whoever begins a step and does not wait for it looks again. */
const START_WAIT = 0.5;
const INTERRUPT_WAIT = 0.5;
/** What begins when something else has ended gets as far as it can. */
const UNTIL_WAIT = 1;

type Load = Extract<TraceStep, { load: unknown }>["load"];

/** A line as the recorder runs it. */
const shellLine = ({ sh, timeout }: Extract<TraceStep, { sh: unknown }>): string =>
  timeout ? `timeout ${timeout} sh -c '${sh.replaceAll("'", "'\\''")}'` : sh;

const hotAddOf = ({ id, node, size, addr }: Extract<TraceStep, { hotadd: unknown }>["hotadd"]): Command => ({
  ...{ do: "hotadd", partition: PARTITION, id, node, size: bytesOf(size) },
  ...(addr === undefined ? {} : { addr }),
});

const hotRemoveOf = (id: string): Command => ({ do: "hotremove", partition: PARTITION, id });

/** A trace names a kernel that there is no profile for. */
export class UnknownKernel extends Error {}

export class Player {
  readonly machine: SimulatedMachine;
  private readonly source: Trace | LabScenario;
  /** What the setup put into the log: the first step's reading of it has that too. */
  private early: readonly string[] = [];

  private readonly fresh: string[] = [];
  private readonly events: TraceEvent[] = [];
  /** Events that a step has had. */
  private told = 0;
  private readonly overlap: Overlap;

  /** `atWork` is called while the machine is built and settles, and ends that by throwing. `calibrated` as for `describeMachine`. */
  constructor(source: Trace | LabScenario, atWork?: () => void, calibrated = true) {
    const version = kernelVersion(source.kernel);
    if (version === undefined)
      throw new UnknownKernel(`kernel: expected one of ${RECORDED.join(", ")}, got ${JSON.stringify(source.kernel)}`);
    this.source = source;
    this.machine = new SimulatedMachine(
      { seed: SEED, box: describeMachine(source, version, calibrated) },
      PARTITION,
      atWork,
    );
    this.overlap = new Overlap(this.machine, () => {
      this.read();
      return this.events;
    });
  }

  /** The lines that come before the first observation. */
  setup(): Observation {
    // The recorder has read the log of the boot by now, and empties it as it reads.
    this.machine.clearLog();
    this.machine.happened();
    for (const line of this.source.setup) this.shell(line);
    if (this.source.virtio_mem.length > 0) this.machine.pass(DRIVER_WAIT);
    this.early = this.happened().log;
    return observe(this.machine.kernel, this.machine.engine.files(PARTITION));
  }

  step(step: TraceStep): PlayedStep {
    const answer = this.act(step);
    // To read the log and observe, the recorder runs processes on the machine.
    this.machine.forked();
    const { log, events } = this.happened();
    const lines = [...this.early, ...log];
    this.early = [];
    this.machine.clearLog();
    return {
      do: step,
      ...answer,
      dmesg: lines.slice(0, LOG_LINES),
      devices: this.devices(),
      events,
      after: observe(this.machine.kernel, this.machine.engine.files(PARTITION)),
      ...(step.kinds
        ? {
            kinds: Object.fromEntries(
              step.kinds.map((section) => [section, recordedKinds(this.machine.kernel, section)]),
            ),
          }
        : {}),
    };
  }

  private act(step: TraceStep): Answer {
    const name = startedAs(step);
    if (name !== undefined) return this.begin(name, step);
    if ("until" in step) {
      const answer = this.overlap.until(step);
      this.machine.pass(UNTIL_WAIT);
      return answer;
    }
    if ("interrupt" in step) {
      this.machine.beginStep(INTERRUPT_WAIT);
      this.overlap.interrupt(step);
      this.machine.pass(INTERRUPT_WAIT);
      return {};
    }
    if ("observe" in step) return {};
    if ("sh" in step) return this.shell(shellLine(step), step.timeout);
    if ("load" in step) return this.load(step.load);
    if ("hotadd" in step) return this.monitor(hotAddOf(step.hotadd), HOTADD_WAIT);
    if ("hotremove" in step) return this.monitor(hotRemoveOf(step.hotremove), step.wait ?? HOTREMOVE_WAIT);
    if ("killall" in step) {
      this.monitor({ do: "killall", partition: PARTITION }, KILLALL_WAIT);
      return {};
    }
    const { id, size } = step.resize;
    return this.monitor({ do: "resize", partition: PARTITION, id, size: bytesOf(size) }, step.wait ?? RESIZE_WAIT);
  }

  /** Begins a step, and comes back while it is at work. */
  private begin(name: string, step: TraceStep): Answer {
    const { machine, overlap } = this;
    machine.beginStep(START_WAIT);
    if ("sh" in step) overlap.script(name, shellLine(step));
    else if ("load" in step) {
      const { op, answer } = this.beginLoad(step.load);
      overlap.operation(name, op, answer);
    } else if ("hotadd" in step) {
      overlap.request(name, "hotadd", step.hotadd.id);
      return this.monitor(hotAddOf(step.hotadd), START_WAIT);
    } else if ("hotremove" in step) {
      overlap.request(name, "hotremove", step.hotremove);
      return this.monitor(hotRemoveOf(step.hotremove), START_WAIT);
    }
    machine.pass(START_WAIT);
    return {};
  }

  private monitor(command: Command, wait: number): Answer {
    this.machine.beginStep(wait);
    const { rejection } = this.machine.submit(command);
    this.machine.pass(wait);
    return { error: rejection?.why === "monitor-says" ? rejection.text : null };
  }

  private shell(line: string, seconds = 0): Answer {
    this.machine.beginStep(seconds);
    return this.machine.script(`${line}\n`, SCRIPT);
  }

  /** What the recorder's `mem` program does and prints. */
  private load(load: Load): Answer {
    const { machine } = this;
    machine.beginStep(PIPES_WAIT);
    const { op, answer } = this.beginLoad(load);
    if (load.kind === "pipes") machine.pass(PIPES_WAIT);
    else if (op !== null) machine.finish(op);
    return answer();
  }

  /** Starts a load; `answer` says what the program has printed once its operation is over. */
  private beginLoad(load: Load): { readonly op: number | null; readonly answer: () => Answer } {
    const { machine } = this;
    const amount = load.mib ?? load.count ?? 0;
    const pipes = load.kind === "pipes";
    const counted = pipes || load.kind === "slab";
    const preferred = load.policy === "pref" || load.policy === "preferred";
    const failed = (stdout: string): Answer => ({ exit: 1, stdout, stderr: "" });
    if (amount === 0 && !pipes) return { op: null, answer: () => failed("mmap errno=22\n") };
    const { errno, op } = machine.submit({
      do: "load",
      partition: PARTITION,
      load: {
        kind: load.kind,
        ...(counted ? { count: amount } : { mib: amount }),
        node: load.node,
        policy: load.node < 0 ? "default" : preferred ? "preferred" : "bind",
      },
    });
    const pid = largest(machine.kernel.processes.keys(), 0);
    const answer = (): Answer => {
      const failure = pipes || op === null ? null : machine.failure(op);
      // mmap refuses what the pool cannot promise; whoever touches what is not there is killed.
      if (failure === "ENOMEM" && load.kind === "huge") return failed("mmap errno=12\n");
      if (failure !== null) return failed("failed\n");
      if (errno !== null) {
        const call = counted ? "mempolicy" : errno === "ENOMEM" ? "mmap" : "mbind";
        return failed(`${call} errno=${errno === "ENOMEM" ? 12 : 22}\n`);
      }
      const pinned = load.kind === "pin" ? ` pinned=${amount * 1024}KiB` : "";
      return { exit: 0, stdout: `ok pid=${pid}${pinned}\n`, stderr: "" };
    };
    return { op: pipes ? null : op, answer };
  }

  /** Reads what happened since the last reading. */
  private read(): void {
    for (const { changes } of this.machine.happened())
      for (const change of changes) {
        if (change.c === "log") this.fresh.push(change.line);
        else if (change.c === "acpi") this.events.push(monitorEvent(change.event));
      }
  }

  /** New log lines and monitor events since the last step. */
  private happened(): { readonly log: string[]; readonly events: TraceEvent[] } {
    this.read();
    const told = this.told;
    this.told = this.events.length;
    return { log: this.fresh.splice(0), events: this.events.slice(told) };
  }

  /** The monitor's query-memory-devices: by address. */
  private devices(): TraceDevice[] {
    const { chassis } = this.machine.engine;
    const dimms = chassis.dimmsOf(PARTITION).map((dimm) => ({
      id: dimm.id,
      addr: dimm.ranges[0]?.start ?? 0,
      size: dimm.size,
      node: dimm.pxm,
      slot: chassis.slots.get(dimm.slot ?? "")?.device.slot ?? 0,
    }));
    const growing = this.machine.engine.virtio(PARTITION).memory.map((device) => ({
      id: device.id,
      memaddr: device.address,
      size: device.size,
      "requested-size": device.requested,
      node: device.pxm,
    }));
    const at = (device: { readonly addr?: number; readonly memaddr?: number }): number =>
      device.addr ?? device.memaddr ?? 0;
    return [...dimms, ...growing].sort((a, b) => at(a) - at(b));
  }
}

/** An event as the emulator's monitor reports it. */
function monitorEvent(event: AcpiEvent): TraceEvent {
  if (event.event === "DEVICE_DELETED")
    return { event: event.event, data: { device: event.device, path: `/machine/peripheral/${event.device}` } };
  const { source, status, slot, device } = event;
  return {
    event: event.event,
    data: { info: { ...(device === undefined ? {} : { device }), source, status, slot, "slot-type": "DIMM" } },
  };
}

/** The steps of a trace or scenario. */
export const stepsOf = (source: Trace | LabScenario): readonly TraceStep[] =>
  "boot" in source ? source.steps.map((played) => played.do) : source.steps;

/**
 * Plays a trace from boot to its last step. A fault of the simulator ends it early, in words. `calibrated` as for `describeMachine`.
 */
export function playTrace(source: Trace | LabScenario, calibrated = true): Played {
  const steps: PlayedStep[] = [];
  let boot: Observation | null = null;
  try {
    const player = new Player(source, undefined, calibrated);
    boot = player.setup();
    for (const step of stepsOf(source)) steps.push(player.step(step));
  } catch (error) {
    if (error instanceof UnknownKernel) throw error;
    return { boot, steps, failure: `the simulator failed: ${error instanceof Error ? error.message : String(error)}` };
  }
  return { boot, steps, failure: null };
}
