/**
 * What a write to memoryN/state or memoryN/online begins (drivers/base/memory.c, state_store; drivers/base/core.c,
 * online_store): take the lock, look again, then online or offline. The words themselves are read in ../sysfs.
 */
import { lineOccasion } from "../chronicle/occasion.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { OnlineType } from "../kernel/parameters.ts";
import { call, type Steps, type Task } from "../chronicle/task.ts";
import { lockHotplug, unlockHotplug } from "./lock.ts";
import { type MemoryBlock, type Onliner, UDEV_WORKER } from "../memory/memory-block.ts";
import { deviceOffline } from "./offline.ts";
import { deviceOnline } from "./online.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";

/**
 * Begins the operation that the writer waits for and returns its number. A block that is in the wanted state already
 * is -EINVAL through `state` and success through `online`.
 */
export function setBlock(
  kernel: Kernel,
  block: MemoryBlock,
  word: OnlineType,
  through: "state" | "online",
  writer?: { readonly comm: string; readonly pid: number },
): number {
  const value = through === "state" ? word : word === "offline" ? "0" : "1";
  const occasion = lineOccasion(`echo ${value} > /sys/devices/system/memory/memory${block.number}/${through}`);
  const store = through === "state" ? "state_store" : "online_store";
  const onliner = { by: "writer", comm: writer?.comm ?? null, pid: writer?.pid ?? null } as const;
  return kernel.start(occasion, (task) => call(store, change(kernel, block, { word, through, onliner }, task)));
}

/** What is written, to which of the files, and by whom. */
interface Write {
  readonly word: OnlineType;
  readonly through: "state" | "online";
  readonly onliner: Onliner & { readonly by: "writer" };
}

function* change(
  kernel: Kernel,
  block: MemoryBlock,
  { word, through, onliner }: Write,
  task: Task,
): Steps<ErrnoName | null> {
  if (!(yield* lockHotplug(kernel, task))) return "EINTR";
  try {
    if (kernel.blocks.get(block.number) !== block) return "ENODEV";
    if ((block.state === "offline") === (word === "offline")) {
      // state_store notes the type before device_online finds nothing to do.
      if (through === "state" && word !== "offline") block.keptType = word;
      const { onliner: first } = block;
      if (first && first.by !== "boot" && word !== "online" && onliner.comm === UDEV_WORKER) {
        block.onliner = { ...first, late: word };
        kernel.emitBlock(block);
      }
      return through === "state" ? "EINVAL" : null;
    }
    if (word === "offline") return yield* deviceOffline(kernel, block, task, null);
    const type = through === "state" ? word : null;
    return yield* deviceOnline(kernel, block, { type, onliner }, task, null);
  } finally {
    unlockHotplug(kernel, task);
  }
}
