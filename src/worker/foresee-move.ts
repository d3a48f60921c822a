/** What carrying a DIMM to a place would do, as the page asks it before a drop. */
import { foreseeAll, foreseeOffline, likelyTarget } from "../engine/hotplug/foresight.ts";
import { blocksIn } from "../engine/hotplug/remove.ts";
import type { Kernel } from "../engine/kernel/kernel.ts";
import { deviceOf, rejectionOfPlace } from "../engine/time/box-operations.ts";
import type { Rejection } from "../engine/time/rejection.ts";
import type { Place } from "../engine/time/commands.ts";
import type { Engine } from "../engine/time/engine.ts";
import { type Foresight, NOTHING_FORESEEN } from "../protocol/messages.ts";

export function foreseeMove(engine: Engine, id: string, to: Place): Foresight {
  const impossible = (rejection: Rejection): Foresight => ({
    ...NOTHING_FORESEEN,
    possible: false,
    outlook: "impossible",
    rejection,
  });
  const dimm = engine.chassis.dimms.get(id);
  if (!dimm) return impossible({ why: "no-dimm", dimm: id });
  const destination = "slot" in to ? to.slot : "shelf";
  const rejection = rejectionOfPlace(engine, dimm, destination)?.rejection;
  if (rejection) return impossible(rejection);
  if (dimm.slot === destination || (dimm.slot === null && destination === "shelf")) return NOTHING_FORESEEN;
  const arrival = arrivalAt(engine, destination);
  if (dimm.slot === null) return { ...NOTHING_FORESEEN, outlook: "arrives", arrival };
  const { kernel, device } = deviceOf(engine, dimm);
  const of = { ...NOTHING_FORESEEN, arrival, kernel: kernel.profile.version };
  if (!kernel.profile.removesMemory) return { ...of, possible: false, outlook: "refused", code: "no-removal" };
  const blocks = device.ranges.flatMap((range) => blocksIn(kernel, range.start, range.end - range.start));
  const { outlook, decides, staying, pagesToMove } = foreseeAll(kernel, blocks);
  return {
    ...of,
    possible: outlook === "leaves" || outlook === "may-leave",
    outlook,
    code: decides?.foresight.code ?? null,
    blocks: blocks.length,
    stayingBlocks: [...staying.values()].reduce((sum, some) => sum + some, 0),
    pagesToMove,
    target: likelyTarget(kernel, device.node),
  };
}

/** What writing `offline` to the state of a block would do. */
export function foreseeBlock(kernel: Kernel | undefined, number: number | undefined): Foresight {
  const block = number === undefined ? undefined : kernel?.blocks.get(number);
  if (!kernel || !block) return { ...NOTHING_FORESEEN, possible: false, outlook: "impossible" };
  const { outlook, code, errno, pagesToMove } = foreseeOffline(kernel, block);
  return {
    ...NOTHING_FORESEEN,
    possible: outlook === "leaves" || outlook === "may-leave",
    outlook,
    code,
    errno,
    kernel: kernel.profile.version,
    blocks: 1,
    stayingBlocks: outlook === "refused" || outlook === "goes-on" ? 1 : 0,
    pagesToMove,
  };
}

function arrivalAt(engine: Engine, destination: string): Foresight["arrival"] {
  const slot = engine.chassis.slots.get(destination);
  if (!slot) return null;
  const { autoOnline } = engine.kernel(slot.partition).parameters;
  return { word: autoOnline, node: slot.device.pxm, partition: slot.partition };
}
