/** What would work where an attempt was refused. Fetched when the page asks for the first time. */
import { couldBeMovable, movableNodeHelps, remedyFor, remedyUnderWay } from "../engine/hotplug/remedies.ts";
import { blocksIn } from "../engine/hotplug/remove.ts";
import type { MemoryBlock } from "../engine/memory/memory-block.ts";
import { deviceOf } from "../engine/time/box-operations.ts";
import type { Engine } from "../engine/time/engine.ts";
import { NO_REMEDIES, type Remedies } from "../protocol/messages.ts";

/** For an offline or an eject; others need nothing done first. */
export function remediesOf(engine: Engine, id: number): Remedies {
  const attempt = engine.attempts.get(id);
  const kernel = attempt && engine.kernels.get(attempt.partition);
  if (!attempt || !kernel || !(attempt.kind === "offline" || attempt.kind === "eject")) return NO_REMEDIES;
  const blocks = attempt.kind === "offline" ? blockOf(engine, attempt) : blocksOfDimm(engine, attempt);
  // While it runs nothing but what holds it up is of interest.
  if (attempt.running)
    return {
      ...NO_REMEDIES,
      remedy: remedyUnderWay(
        kernel,
        blocks.filter(({ state }) => state === "going-offline"),
      ),
    };
  if (attempt.kind === "eject" && !kernel.profile.removesMemory) return NO_REMEDIES;
  return {
    remedy: remedyFor(kernel, blocks),
    movable: blocks
      .filter((block) => couldBeMovable(kernel, block))
      .map(({ number }) => `${attempt.partition}:${number}`),
    movableNode: movableNodeHelps(engine.description(attempt.partition), kernel, blocks),
  };
}

interface Tried {
  readonly partition: string;
  readonly target: string;
}

function blockOf(engine: Engine, { partition, target }: Tried): readonly MemoryBlock[] {
  const block = engine.kernel(partition).blocks.get(Number(/^memory(\d+)$/.exec(target)?.[1]));
  return block ? [block] : [];
}

/** Where the DIMM is now, if it is still with the kernel that refused it. */
function blocksOfDimm(engine: Engine, { partition, target }: Tried): readonly MemoryBlock[] {
  const dimm = engine.chassis.dimms.get(target);
  if (!dimm || dimm.slot === null || !(dimm.phase === "in-use" || dimm.phase === "ejecting")) return [];
  const { kernel, device } = deviceOf(engine, dimm);
  if (kernel !== engine.kernel(partition)) return [];
  return device.ranges.flatMap((range) => blocksIn(kernel, range.start, range.end - range.start));
}
