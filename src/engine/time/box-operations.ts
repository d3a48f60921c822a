/** What people do to hardware: carrying DIMMs, pushing buttons, the monitor of an emulated machine. */
import { OstSource } from "../hardware/acpi.ts";
import type { Dimm } from "../hardware/chassis.ts";
import { attachDevice, ejectRequest, type MemoryDevice, reportInsertion } from "../hotplug/acpi-hotplug.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { blocksIn } from "../hotplug/remove.ts";
import { setBlock } from "../hotplug/state-file.ts";
import type { FileActions } from "../sysfs/port.ts";
import { unplug } from "../hotplug/unplug.ts";
import { CONTAINER_PATH } from "../kernel/uevents.ts";
import { nodeForDimm } from "../kernel/boot-layout/index.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { addressRange } from "../hardware/memory-map.ts";
import { PageKind } from "../memory/kinds.ts";
import { type Bytes, sectionOf } from "../units.ts";
import type { Engine, Submission } from "./engine.ts";
import type { Place } from "./commands.ts";
import type { Task, Steps } from "../chronicle/task.ts";
import type { AttemptLog } from "../chronicle/attempt.ts";
import type { Rejection } from "./rejection.ts";

const refuse = (errno: ErrnoName, rejection: Rejection): Submission => ({ errno, rejection, op: null });
const began = (op: number): Submission => ({ errno: null, rejection: null, op });
const DONE: Submission = { errno: null, rejection: null, op: null };
const monitorSays = (text: string): Rejection => ({ why: "monitor-says", text });
const SHELF = "shelf";

/** Carries a DIMM somewhere else: out of its slot first, if it is in one, with the kernel's consent. */
export function moveDimm(engine: Engine, id: string, to: Place): Submission {
  const dimm = engine.chassis.dimms.get(id);
  if (!dimm) return refuse("ENODEV", { why: "no-dimm", dimm: id });
  const destination = "slot" in to ? to.slot : SHELF;
  const refused = rejectionOfPlace(engine, dimm, destination);
  if (refused) return refused;
  if (dimm.phase === "inserting" || dimm.phase === "ejecting") return refuse("EBUSY", { why: "on-its-way", dimm: id });
  if (dimm.slot === null) return destination === SHELF ? DONE : insert(engine, dimm, destination);
  if (dimm.slot === destination) return DONE;
  return leave(engine, dimm, destination, false);
}

/** The refusal of a slot whose partition's kernel has panicked: nobody there answers. */
function stoppedAt(engine: Engine, slot: string | null): Submission | undefined {
  const partition = engine.chassis.slots.get(slot ?? "")?.partition;
  if (partition === undefined || !engine.kernel(partition).stopped) return undefined;
  return refuse("EIO", { why: "stopped", partition });
}

/** The attention button: firmware asks the kernel for the DIMM. */
export function pressButton(engine: Engine, id: string): Submission {
  const dimm = engine.chassis.dimms.get(id);
  if (!dimm || dimm.slot === null) return refuse("ENODEV", { why: "in-no-slot", dimm: id });
  const stopped = stoppedAt(engine, dimm.slot);
  if (stopped) return stopped;
  if (dimm.phase === "inserting" || dimm.phase === "ejecting") return refuse("EBUSY", { why: "on-its-way", dimm: id });
  return leave(engine, dimm, SHELF, true);
}

/** The monitor's device_add: a new DIMM appears in the first free shared slot. */
export function hotAdd(
  engine: Engine,
  partition: string,
  request: { id: string; node: number; size: Bytes; addr?: number | undefined; slot?: number | undefined },
): Submission {
  const known = engine.chassis.dimms.get(request.id);
  if (known && known.slot !== null) return refuse("EEXIST", monitorSays(`Duplicate device ID '${request.id}'`));
  const plugged = engine.chassis.plug(partition, {
    id: request.id,
    size: request.size,
    pxm: request.node,
    address: request.addr,
    slot: request.slot,
  });
  if (!plugged.ok) return refuse("EINVAL", monitorSays(plugged.error));
  const slot = engine.chassis.slotByIndex(partition, plugged.slot);
  if (!slot) return refuse("EINVAL", monitorSays("no free slots available"));
  const dimm = engine.chassis.create({ id: request.id, size: request.size });
  engine.chassis.place(dimm, slot.key, request.node);
  dimm.ranges = [addressRange(plugged.address, plugged.address + dimm.size)];
  return began(beginInsertion(engine, dimm));
}

/** The monitor's device_del: an eject request; the DIMM is gone for good when it succeeds. */
export function hotRemove(engine: Engine, partition: string, id: string): Submission {
  const dimm = engine.chassis.dimms.get(id);
  if (!dimm || dimm.slot === null || engine.chassis.slots.get(dimm.slot)?.partition !== partition)
    return refuse("ENODEV", monitorSays(`Device '${id}' not found`));
  return leave(engine, dimm, null, true);
}

/** What the files under /sys need of the box: changes of blocks, and the devices behind PNP0C80:XX. */
export function fileActions(engine: Engine, partition: string, kernel: Kernel): FileActions {
  return {
    setBlock: (block, word, through, writer) => setBlock(kernel, block, word, through, writer),
    eject: (device) => {
      const dimm = engine.chassis.dimms.get(engine.chassis.slots.get(device.slotKey)?.dimm ?? "");
      if (!dimm || dimm.phase === "ejecting" || dimm.phase === "inserting") return "ENODEV";
      leave(engine, dimm, SHELF, true, OstSource.OspmEject);
      return null;
    },
    moduleLoaded: (name, text) => engine.virtio(partition).moduleLoaded(name, text),
    virtioMem: () => engine.virtio(partition).moduleParameters,
    memoryDevices: () =>
      [...engine.chassis.slots.values()]
        .filter((slot) => slot.partition === partition)
        .map(({ device, dimm }) => ({ device, dimm })),
  };
}

/** DIMMs that the ACPI scan finds at boot. */
export function coldPlug(engine: Engine, partition: string, dimm: { id: string; size: Bytes; node: number }): void {
  hotAdd(engine, partition, { id: dimm.id, node: dimm.node, size: dimm.size });
  engine.settle();
}

/** Why a DIMM cannot go there whatever the kernel says, or `undefined`. */
export function rejectionOfPlace(engine: Engine, dimm: Dimm, destination: string): Submission | undefined {
  const stopped = stoppedAt(engine, dimm.slot) ?? stoppedAt(engine, destination);
  if (stopped) return stopped;
  if (destination === SHELF) return undefined;
  const slot = engine.chassis.slots.get(destination);
  if (!slot) return refuse("ENODEV", { why: "no-slot", slot: destination });
  if (slot.dimm !== null && slot.dimm !== dimm.id)
    return refuse("EBUSY", { why: "slot-holds", slot: destination, dimm: slot.dimm });
  if (dimm.health === "failed") return refuse("EIO", { why: "no-power", dimm: dimm.id });
  if (slot.dimm === dimm.id) return undefined;
  for (const other of engine.chassis.dimms.values()) {
    if (other.destination === destination && other.id !== dimm.id)
      return refuse("EBUSY", { why: "slot-kept", slot: destination, dimm: other.id });
  }
  if (slot.device.pxm === null) return refuse("EINVAL", { why: "through-monitor" });
  const plugged = engine.chassis.plug(slot.partition, {
    id: `${dimm.id}`,
    size: dimm.size,
    pxm: slot.device.pxm,
    slot: slot.device.slot,
  });
  if (!plugged.ok && dimm.slot === null) return refuse("EINVAL", monitorSays(plugged.error));
  return undefined;
}

function insert(engine: Engine, dimm: Dimm, destination: string, follows: number | null = null): Submission {
  const slot = engine.chassis.slots.get(destination);
  if (!slot || slot.device.pxm === null) return refuse("ENODEV", { why: "no-slot", slot: destination });
  const plugged = engine.chassis.plug(slot.partition, {
    id: dimm.id,
    size: dimm.size,
    pxm: slot.device.pxm,
    slot: slot.device.slot,
  });
  if (!plugged.ok) return refuse("EINVAL", monitorSays(plugged.error));
  engine.chassis.place(dimm, destination, slot.device.pxm);
  dimm.ranges = [addressRange(plugged.address, plugged.address + dimm.size)];
  // It was on its way when the kernel there stopped: it arrives, and nobody takes notice.
  if (engine.kernel(slot.partition).stopped) {
    setPhase(engine, dimm, "inert");
    return DONE;
  }
  return began(beginInsertion(engine, dimm, follows));
}

function beginInsertion(engine: Engine, dimm: Dimm, follows: number | null = null): number {
  const { kernel, device } = deviceOf(engine, dimm);
  setPhase(engine, dimm, "inserting");
  return engine.start(
    kernel.id,
    { is: "insert", dimm: dimm.id, slot: dimm.slot ?? "" },
    false,
    function* (task) {
      const errno = yield* deviceCheck(engine, dimm, task, follows);
      reportInsertion(kernel, device);
      return errno;
    },
    (errno) => setPhase(engine, dimm, errno === null ? "in-use" : "inert"),
  );
}

/**
 * Notify(device, 1): a DIMM was inserted. Kernels that scan its whole bus again (acpi_scan_rescan_bus) meet every DIMM whose
 * add had failed, slot by slot, and try it once more. `follows` is the eject that brought it. Returns the errno of the inserted one.
 */
function* deviceCheck(engine: Engine, inserted: Dimm, task: Task, follows: number | null): Steps<ErrnoName | null> {
  const { kernel, device } = deviceOf(engine, inserted);
  let result: ErrnoName | null = null;
  for (const dimm of kernel.profile.rescansBus ? unattached(engine, inserted) : [inserted]) {
    // It may have been taken out while those before it were tried.
    if (dimm !== inserted && dimm.phase !== "inert") continue;
    const found = dimm === inserted ? device : deviceOf(engine, dimm).device;
    const errno = yield* asAttempt(engine, dimm, "add", task, (attempt) => {
      if (dimm === inserted) attempt.follows = follows;
      return attachDevice(kernel, found, task, attempt);
    });
    if (dimm === inserted) result = errno;
    else if (errno === null) setPhase(engine, dimm, "in-use");
  }
  // The scan attaches the container, too, whose handler says that it is online (drivers/acpi/container.c, container_device_online).
  if (kernel.profile.rescansBus && kernel.booted)
    kernel.uevents.send(engine.now, "online", CONTAINER_PATH, "container");
  return result;
}

/** DIMMs in slots of the same partition that no driver is attached to, with the one just inserted, by slot. */
function unattached(engine: Engine, inserted: Dimm): Dimm[] {
  const slotOf = (dimm: Dimm) => engine.chassis.slots.get(dimm.slot ?? "");
  const partition = slotOf(inserted)?.partition;
  return [...engine.chassis.dimms.values()]
    .filter((dimm) => dimm === inserted || (dimm.phase === "inert" && slotOf(dimm)?.partition === partition))
    .sort((a, b) => (slotOf(a)?.device.slot ?? 0) - (slotOf(b)?.device.slot ?? 0));
}

/**
 * A DIMM leaves its slot: by an administrator's script, which a signal can stop, or because firmware asks. `null` as the
 * destination makes it vanish.
 */
function leave(
  engine: Engine,
  dimm: Dimm,
  destination: string | null,
  firmware: boolean,
  source: OstSource = OstSource.EjectRequest,
): Submission {
  const { kernel, device } = deviceOf(engine, dimm);
  dimm.destination = destination;
  dimm.usedPagesAtStart = usedPages(kernel, dimm);
  const before = dimm.phase;
  setPhase(engine, dimm, "ejecting");
  const op = engine.start(
    kernel.id,
    firmware ? { is: "eject-request", dimm: dimm.id } : { is: "take-out", dimm: dimm.id, slot: dimm.slot ?? "" },
    !firmware,
    (task) =>
      asAttempt(engine, dimm, "eject", task, (attempt) =>
        firmware ? ejectRequest(kernel, device, task, attempt, source) : unplug(kernel, device, task, attempt),
      ),
    (errno) => {
      if (errno !== null) {
        dimm.destination = null;
        setPhase(engine, dimm, before);
        return;
      }
      const { destination: goal, attempt: eject } = dimm;
      engine.chassis.lift(dimm);
      if (goal === null) engine.chassis.discard(dimm);
      setPhase(engine, dimm, "shelf");
      if (goal !== null && goal !== SHELF) insert(engine, dimm, goal, eject);
    },
  );
  return began(op);
}

function* asAttempt(
  engine: Engine,
  dimm: Dimm,
  kind: "add" | "eject",
  task: Task,
  work: (attempt: AttemptLog) => Steps<ErrnoName | null>,
): Steps<ErrnoName | null> {
  const attempt = task.attempt(kind, deviceOf(engine, dimm).kernel.id, dimm.id, null);
  engine.chassis.setAttempt(dimm, attempt.id);
  const errno = yield* work(attempt);
  attempt.end(errno, engine.now);
  engine.recorder.emit({ c: "attempt", attempt: attempt.value() });
  return errno;
}

/** The kernel that a DIMM's slot belongs to, and the DIMM as that kernel sees it. */
export function deviceOf(engine: Engine, dimm: Dimm): { kernel: Kernel; device: MemoryDevice } {
  const slot = dimm.slot === null ? undefined : engine.chassis.slots.get(dimm.slot);
  if (!slot) throw new Error(`${dimm.id} is in no slot`);
  const layout = engine.layouts.get(slot.partition);
  if (!layout) throw new Error(`no partition ${slot.partition}`);
  return {
    kernel: engine.kernel(slot.partition),
    device: {
      dimm: dimm.id,
      slot: slot.device.slot,
      name: slot.device.name,
      node: nodeForDimm(layout, dimm.pxm ?? 0),
      ranges: dimm.ranges,
    },
  };
}

/** Pages of a DIMM's online blocks that hold something. */
export function usedPages(kernel: Kernel, dimm: Dimm): number {
  let used = 0;
  for (const range of dimm.ranges) {
    for (const block of blocksIn(kernel, range.start, range.end - range.start)) {
      if (block.state === "offline") continue;
      used += block.pages;
      for (let section = sectionOf(block.startPfn); section < sectionOf(block.startPfn + block.pages); section++) {
        used -= kernel.pages.countIn(section, PageKind.Free) + kernel.pages.countIn(section, PageKind.None);
      }
    }
  }
  return used;
}

/** A DIMM is in another phase from now on, and everybody is told. */
export function setPhase(engine: Engine, dimm: Dimm, phase: Dimm["phase"]): void {
  engine.chassis.setPhase(dimm, phase);
  engine.recorder.emit({ c: "dimm", id: dimm.id, place: dimm.slot ?? SHELF, phase });
}
