/**
 * A partition restarts (kernel/reboot.c, kernel_restart): its kernel ends where it stands, and another boots on the hardware as it is
 * now. DIMMs of an emulated machine keep slot and address, are not in the firmware's memory map, and are found by the ACPI scan, as
 * those were that it had at power-on (asked on 6.12 and 7.3); DIMMs in slots of a node are boot memory. What only the kernel knew is
 * lost: settings, files in memory, loaded modules, processes, caches, what was offline, which zone blocks were in, and what it had
 * leaked. Boot takes no simulated time.
 */
import { BOOT } from "../chronicle/occasion.ts";
import { AttemptLog } from "../chronicle/attempt.ts";
import { finish } from "../chronicle/slices.ts";
// The next command line may have the word.
import "../kernel/boot-layout/crash-kernel.ts";
import type { Task } from "../chronicle/task.ts";
import type { Dimm } from "../hardware/chassis.ts";
import type { PartitionDescription } from "../hardware/description.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { attachDevice } from "../hotplug/acpi-hotplug.ts";
import { deviceOf, setPhase } from "./box-operations.ts";
import type { Command } from "./commands.ts";
import type { Engine, Submission } from "./engine.ts";
import { halt } from "./halting.ts";
import { offer } from "./late-commands.ts";

const DONE: Submission = { errno: null, rejection: null, op: null };
const NOBODY = -1;

function restart(engine: Engine, { partition, cmdline }: Extract<Command, { do: "reboot" }>): Submission {
  const ended = engine.kernel(partition);
  if (!ended.stopped) {
    ended.log("info", "reboot: Restarting system");
    engine.recorder.emit({ c: "journal", partition, level: "info", line: lossOf(ended) });
    ended.stopped = { at: engine.now, words: "Restarting system", restarts: true };
    halt(engine, ended);
  }
  const before = engine.description(partition);
  const found = dimmsOf(engine, partition);
  const description = describe(engine, before, found, cmdline ?? before.cmdline);
  engine.recorder.commit();
  engine.recorder.begin("boot", BOOT);
  engine.recorder.forgetLog(partition);
  for (const dimm of found) {
    dimm.attempt = null;
    setPhase(engine, dimm, "inserting");
  }
  engine.powerOn(description);
  if (before.sharedSlots !== undefined) for (const dimm of found) scan(engine, dimm);
  engine.plugInVirtio(description);
  engine.bootIsOver(description);
  const kernel = engine.kernel(partition);
  kernel.tellDemotionTargets();
  for (const dimm of found) setPhase(engine, dimm, dimm.phase === "inserting" ? "in-use" : dimm.phase);
  engine.restarted(partition);
  return DONE;
}

/** What is about to be lost, for who reads the log. */
function lossOf({ processes, blocks }: Kernel): string {
  const offline = [...blocks.values()].filter(({ state }) => state === "offline").length;
  const lost = [
    ...(processes.size > 0 ? [`${processes.size} ${processes.size === 1 ? "process" : "processes"}`] : []),
    ...(offline > 0 ? [`that ${offline} ${offline === 1 ? "block is" : "blocks are"} offline`] : []),
  ];
  return `restarting: lost are ${[...lost, "files in memory, loaded modules, and settings of /sys and /proc"].join(", ")}`;
}

/** DIMMs in the partition's slots, in the order in which the ACPI scan finds them. */
const dimmsOf = (engine: Engine, partition: string): Dimm[] => {
  const slotOf = ({ slot }: Dimm): number => engine.chassis.slots.get(slot ?? "")?.device.slot ?? 0;
  return engine.chassis.dimmsOf(partition).sort((one, other) => slotOf(one) - slotOf(other));
};

/** The partition with the hardware that it has now. What a recording told of its first boot holds for no other machine. */
function describe(
  engine: Engine,
  before: PartitionDescription,
  found: readonly Dimm[],
  cmdline: string,
): PartitionDescription {
  const { calibration, rootFilePages, coldplug: cold = [], ...rest } = before;
  const coldplug = found.map(({ id, size, pxm }) => ({ id, size, node: pxm ?? 0 }));
  const recorded = cmdline === before.cmdline && JSON.stringify(coldplug) === JSON.stringify(cold);
  const requested = new Map(engine.virtio(before.id).memory.map((device) => [device.id, device.requested]));
  return {
    ...rest,
    cmdline,
    ...(before.sharedSlots === undefined ? {} : { coldplug }),
    ...(recorded && calibration ? { calibration } : {}),
    ...(rootFilePages === undefined ? {} : { rootFilePages }),
    nodes: before.nodes.map((node, pxm) => ({
      ...node,
      slots: node.slots.map((_, index) => {
        const dimm = engine.chassis.dimms.get(engine.chassis.slots.get(`${before.id}/${pxm}/${index}`)?.dimm ?? "");
        return dimm ? { id: dimm.id, size: dimm.size, health: dimm.health } : null;
      }),
    })),
    ...(before.virtioMem
      ? {
          virtioMem: before.virtioMem.map((device) => ({
            ...device,
            requested: requested.get(device.id) ?? device.size,
          })),
        }
      : {}),
  };
}

/** The driver is attached to a DIMM that was there before the kernel. */
function scan(engine: Engine, dimm: Dimm): void {
  const { kernel, device } = deviceOf(engine, dimm);
  const task: Task = {
    id: NOBODY,
    signalled: false,
    attempt: (kind, partition, target, whole) =>
      new AttemptLog({ id: NOBODY, kind, partition, target, at: engine.now, whole, cause: "boot" }),
  };
  const errno = finish(attachDevice(kernel, device, task, task.attempt("add", kernel.id, dimm.id, null)));
  // Nobody can ask for what was tried before there was anybody.
  for (const block of kernel.blocks.values()) block.attempt = null;
  setPhase(engine, dimm, errno === null ? "in-use" : "inert");
}

offer("reboot", restart);
