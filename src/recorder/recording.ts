/**
 * Plays a scenario on a real kernel and returns its trace. What a step starts is waited for where the machine says that
 * it is done (an ACPI _OST, a deleted device, a process that is gone), with bounds for what never ends.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LabScenario, type PlayedStep, type Trace, type TraceStep, startedAs } from "../protocol/trace.ts";
import { bytesOf } from "../playback/machine.ts";
import { BadInput } from "../conformance/input.ts";
import { EmulatedMachine, type MachineFiles, MachineRefused } from "./emulator/emulated-machine.ts";
import type { KeptBoots } from "./emulator/kept-boots.ts";
import type { MonitorEvent } from "./emulator/monitor.ts";
import { diskArguments, driverArchive, MOUNTING } from "./emulator/disk.ts";
import { VIRTIO_BLOCK, backendOf, machineArguments } from "./emulator/qemu-arguments.ts";
import { markHotpluggable, tableArchive } from "./emulator/srat.ts";
import { messages, parseObservation } from "./observation.ts";
import { Overlap } from "./overlap.ts";

/** Read by the shell that runs the line: a process less. */
const OBSERVE = ". /bin/observe";
/** The log keeps this many new lines of a step. */
const LOG_LINES = 120;
/** Boot messages that say something about memory. */
const ABOUT_MEMORY =
  /SRAT|e820|NUMA|[Zz]one|Movable|node +\d|On node|Memory:|Memory block|zonelist|Initmem|hotplug|memmap_on/;
const BLOCKS =
  "cd /sys/devices/system/memory && grep . memory*/state; grep virtio /proc/iomem; grep MemTotal /proc/meminfo";
/** Prints a line for each worker that is at work on what virtio_mem's driver queues (drivers/virtio/virtio_mem.c; wq_worker_comm). */
const AT_WORK = "cat /proc/[0-9]*/comm 2>/dev/null | grep -F +events_freezable";
const PAGES_COUNTED = 32_768;
/** An eject that waits for pinned pages never ends; one that does not takes far less than this. */
const EJECT_MS = 20_000;
const HOTADD_MS = 30_000;
const RESIZE_WAIT = 6;
/** A driver that hasn't begun, or has to try again, may let a device stand still for so long. */
const UNMOVED_MS = 8_000;
/** How often a guest is looked at that may still be at work on what a device gave it. */
const LOOK_MS = 1_000;
const POLL_MS = 100;
/** RAM from here on lies above 4 GiB (QEMU, pc_init1). */
const LOW_MEMORY_MOST = 0xe0000000;
const LOW_MEMORY_ELSE = 0xc0000000;
const EJECT_REQUEST = 3;
const IN_PROGRESS = 0x84;

export interface RecordingOptions {
  readonly files: MachineFiles;
  /** Boots that are gone on with; every recording boots by itself without. */
  readonly kept?: KeptBoots | undefined;
  /** Milliseconds for which a device may stand still; 8 s if not given. */
  readonly unmovedMs?: number;
  /** Told before each step. */
  readonly onStep?: (number: number, step: TraceStep) => void;
}

/** Throws `MachineRefused` when QEMU can't make such a machine, `MachineLost` when the kernel stops. */
export async function recordTrace(
  scenario: LabScenario,
  { files, kept, unmovedMs = UNMOVED_MS, onStep }: RecordingOptions,
): Promise<Trace> {
  const work = mkdtempSync(join(tmpdir(), "recording-"));
  let vm: EmulatedMachine | undefined;
  try {
    const args = machineArguments(scenario);
    const { disk } = scenario.machine;
    const initramfs = withDrivers(scenario, files, await withHotpluggable(scenario, files, args, work), work);
    // What a kept boot knows of its disk would not be on another's.
    vm = disk
      ? await EmulatedMachine.boot({ ...files, initramfs }, [...args, ...diskArguments(disk, work)], scenario.cmdline)
      : await EmulatedMachine.boot({ ...files, initramfs }, args, scenario.cmdline, kept);
    return await new Recording(vm, scenario, unmovedMs).play(onStep);
  } finally {
    await vm?.close();
    rmSync(work, { recursive: true, force: true });
  }
}

/** The initial ram disk, with a SRAT in front where the scenario marks nodes hot-pluggable. */
async function withHotpluggable(
  { machine }: LabScenario,
  files: MachineFiles,
  args: readonly string[],
  work: string,
): Promise<string> {
  const nodes = machine.hotpluggable ?? [];
  if (nodes.length === 0) return files.initramfs;
  const total = machine.nodes.reduce((sum, { mem }) => sum + bytesOf(mem), 0);
  const firmware = await EmulatedMachine.firmware(files, args);
  try {
    const srat = await firmware.firmwareTable("SRAT", total >= LOW_MEMORY_MOST ? LOW_MEMORY_ELSE : total);
    const path = join(work, "initramfs");
    writeFileSync(path, Buffer.concat([tableArchive(markHotpluggable(srat, nodes)), readFileSync(files.initramfs)]));
    return path;
  } finally {
    await firmware.close();
  }
}

/** The initial ram disk, with drivers behind it where the scenario has a disk. */
function withDrivers({ machine }: LabScenario, { modules }: MachineFiles, initramfs: string, work: string): string {
  if (!machine.disk) return initramfs;
  const path = join(work, "initramfs-with-drivers");
  writeFileSync(path, Buffer.concat([readFileSync(initramfs), driverArchive(modules ?? null)]));
  return path;
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

type Dimm = Extract<TraceStep, { hotadd: unknown }>["hotadd"];

const lineOf = ({ sh, timeout }: Extract<TraceStep, { sh: unknown }>): string =>
  timeout ? `timeout ${timeout} sh -c '${sh.replaceAll("'", "'\\''")}'` : sh;

const loadLine = ({ kind, mib, count, node, policy = "bind" }: Extract<TraceStep, { load: unknown }>["load"]): string =>
  `mem ${kind} ${mib ?? count ?? 0} ${node} ${policy}`;

type Answer = Pick<PlayedStep, "exit" | "stdout" | "stderr" | "error">;

class Recording {
  private readonly vm: EmulatedMachine;
  private readonly scenario: LabScenario;
  private readonly unmovedMs: number;

  /** What the setup put into the log: part of what the first step shows. */
  private early: readonly string[] = [];

  private readonly overlap: Overlap;
  /** What was observed last. */
  private seen: Trace["boot"] = { blocks: [], nodes: { list: [] }, zones: [], iomem: [] };

  constructor(vm: EmulatedMachine, scenario: LabScenario, unmovedMs: number) {
    this.vm = vm;
    this.unmovedMs = unmovedMs;
    this.overlap = new Overlap(vm, (id) => this.left(id));
    this.scenario = scenario;
  }

  private async mountDisk(): Promise<void> {
    const { vm } = this;
    for (const line of MOUNTING) await vm.sh(line);
    const { exit } = await vm.sh("grep -q ' /mnt ext4 ' /proc/mounts; status=$?; dmesg -c > /dev/null; exit $status");
    if (exit !== 0) throw new MachineRefused("the disk could not be mounted");
  }

  async play(onStep: RecordingOptions["onStep"]): Promise<Trace> {
    const { vm } = this;
    const { name, about, machine, coldplug, virtio_mem, cmdline, setup } = this.scenario;
    const kernel = (await vm.sh("uname -r")).stdout.trim();
    const bootlog = messages((await vm.sh("dmesg -c")).stdout.split("\n")).filter((line) => ABOUT_MEMORY.test(line));
    if (machine.disk) await this.mountDisk();
    for (const line of setup) await vm.sh(line);
    const { log, observation: boot } = parseObservation((await vm.sh(OBSERVE)).stdout);
    this.early = log;
    this.seen = boot;
    const steps: PlayedStep[] = [];
    for (const [i, step] of this.scenario.steps.entries()) {
      onStep?.(i + 1, step);
      steps.push(await this.step(step));
    }
    return { name, about, machine, coldplug, virtio_mem, cmdline, setup, kernel, bootlog, boot, steps };
  }

  private async step(step: TraceStep): Promise<PlayedStep> {
    const { monitor } = this.vm;
    const seen = monitor.events.length;
    const answer = await this.act(step, seen);
    // What was begun may be anywhere: nobody compares it, and who looks may have to wait for it.
    const looked =
      startedAs(step) === undefined
        ? parseObservation((await this.vm.sh(OBSERVE)).stdout)
        : { log: [], observation: this.seen };
    const { log, observation } = looked;
    this.seen = observation;
    const lines = [...this.early, ...log];
    this.early = [];
    const devices = await monitor.memoryDevices();
    return {
      do: step,
      ...answer,
      dmesg: lines.slice(0, LOG_LINES),
      devices: devices.map(({ data }) => deviceFields(data)),
      events: monitor.events.slice(seen) as PlayedStep["events"],
      after: observation,
      ...(step.kinds ? { kinds: await this.kinds(step.kinds) } : {}),
    };
  }

  private async act(step: TraceStep, seen: number): Promise<Answer> {
    const { vm, overlap } = this;
    const name = startedAs(step);
    if (name !== undefined) return this.begin(name, step, seen);
    if ("until" in step) return overlap.until(step);
    if ("interrupt" in step) return overlap.interrupt(step);
    if ("observe" in step) return {};
    if ("sh" in step) return vm.sh(lineOf(step));
    if ("hotadd" in step) return { error: await this.hotAdd(step.hotadd, seen) };
    if ("hotremove" in step) return { error: await this.hotRemove(step.hotremove, seen, step.wait) };
    if ("load" in step) return vm.sh(loadLine(step.load));
    if ("resize" in step) return { error: await this.resize(step.resize, step.wait) };
    // A process that was killed gives its memory back a moment later.
    await vm.sh(
      "killall -9 mem 2>/dev/null; i=0; while pidof mem >/dev/null && [ $i -lt 500 ]; do i=$((i+1)); done; sleep 1",
    );
    return {};
  }

  /** Begins a step, and comes back while it is at work. */
  private async begin(name: string, step: TraceStep, seen: number): Promise<Answer> {
    const { overlap } = this;
    if ("hotadd" in step) {
      const { hotadd } = step;
      return overlap.request(name, { kind: "hotadd", id: hotadd.id, seen }, () => this.plug(hotadd));
    }
    if ("hotremove" in step) {
      const id = step.hotremove;
      const ask = () => this.vm.monitor.tell("device_del", { id });
      return overlap.request(name, { kind: "hotremove", id, seen }, ask);
    }
    return overlap.line(
      name,
      "load" in step ? loadLine(step.load) : lineOf(step as Extract<TraceStep, { sh: unknown }>),
    );
  }

  private async hotAdd(dimm: Dimm, seen: number): Promise<string | null> {
    const error = await this.plug(dimm);
    if (error === null) await this.vm.monitor.event(seen, (event) => ost(event) !== undefined, HOTADD_MS);
    return error;
  }

  private async plug({ id, size, node, addr }: Dimm): Promise<string | null> {
    const { monitor } = this.vm;
    const backend = { "qom-type": "memory-backend-ram", id: backendOf(id), size: bytesOf(size), reserve: false };
    const refused = await monitor.tell("object-add", backend);
    if (refused !== null) return refused;
    const error = await monitor.tell("device_add", {
      ...{ driver: "pc-dimm", id, memdev: backendOf(id), node },
      ...(addr === undefined ? {} : { addr }),
    });
    if (error !== null) await monitor.tell("object-del", { id: backendOf(id) });
    return error;
  }

  private async hotRemove(id: string, seen: number, wait = 0): Promise<string | null> {
    const { monitor } = this.vm;
    const error = await monitor.tell("device_del", { id });
    if (error !== null) return error;
    const answered = (event: MonitorEvent) => {
      const told = ost(event);
      return told?.source === EJECT_REQUEST && told.status !== IN_PROGRESS;
    };
    await monitor.event(seen, answered, Math.max(EJECT_MS, wait * 1000));
    await this.left(id);
    return null;
  }

  /** Memory of a DIMM that is gone is nobody's. */
  private async left(id: string): Promise<void> {
    const { monitor } = this.vm;
    const there = await monitor.memoryDevices();
    if (!there.some(({ data }) => data.id === id)) await monitor.tell("object-del", { id: backendOf(id) });
  }

  /**
   * Ends when the device has the size that was asked for, or hasn't changed for a while and its driver is not at work: a guest gives
   * what it can, on a busy host slowly. It has work to do when it gave or got it, so its blocks must have come to rest, too.
   */
  private async resize(
    { id, size }: { readonly id: string; readonly size: string },
    wait = RESIZE_WAIT,
  ): Promise<string | null> {
    const { monitor } = this.vm;
    const error = await monitor.tell("qom-set", {
      ...{ path: `/machine/peripheral/${id}`, property: "requested-size", value: bytesOf(size) },
    });
    if (error !== null) return error;
    const plugged = async () => (await monitor.memoryDevices()).find(({ data }) => data.id === id)?.data.size;
    const end = Date.now() + Math.max(wait, RESIZE_WAIT) * 10_000;
    let last = await plugged();
    let since = Date.now();
    const wanted = bytesOf(size) - (bytesOf(size) % bytesOf(VIRTIO_BLOCK));
    while (Date.now() < end && last !== wanted) {
      if (Date.now() - since >= this.unmovedMs) {
        if (!(await this.atWork())) break;
        since = Date.now() - this.unmovedMs + LOOK_MS;
      }
      await pause(POLL_MS);
      const now = await plugged();
      if (now !== last) since = Date.now();
      last = now;
    }
    let before = "";
    for (let now = await this.blocks(); now !== before && Date.now() < end; now = await this.blocks()) {
      before = now;
      await pause(LOOK_MS);
    }
    return null;
  }

  private async atWork(): Promise<boolean> {
    return (await this.vm.sh(AT_WORK)).stdout !== "";
  }

  /** Memory as the guest has it now. */
  private async blocks(): Promise<string> {
    return (await this.vm.sh(BLOCKS)).stdout;
  }

  private async kinds(blocks: readonly number[]): Promise<PlayedStep["kinds"]> {
    const counted: Record<string, Record<string, number>> = {};
    for (const block of blocks) {
      const { stdout } = await this.vm.sh(`mem kinds ${block * PAGES_COUNTED} ${PAGES_COUNTED}`);
      counted[block] = Object.fromEntries(
        [...stdout.matchAll(/(\w+)=(\d+)/g)].map(([, kind = "", count]) => [kind, Number(count)]),
      );
    }
    return counted;
  }
}

const DEVICE_FIELDS = ["id", "addr", "memaddr", "size", "requested-size", "node", "slot"] as const;

const deviceFields = (data: Readonly<Record<string, unknown>>): PlayedStep["devices"][number] =>
  Object.fromEntries(
    DEVICE_FIELDS.flatMap((field) => (field in data ? [[field, data[field]]] : [])),
  ) as PlayedStep["devices"][number];

/** What an event says of _OST, the firmware method by which the kernel answers to a hot-plug request. */
function ost({ event, data }: MonitorEvent): { readonly source: number; readonly status: number } | undefined {
  return event === "ACPI_DEVICE_OST" ? (data?.info as { source: number; status: number } | undefined) : undefined;
}

/** QEMU's refusal of a machine is a fault of the scenario. */
export function refusedMachine(file: string, error: unknown): unknown {
  return error instanceof MachineRefused ? new BadInput(`${file}: machine: QEMU refuses it: ${error.message}`) : error;
}
