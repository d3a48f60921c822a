/** /sys/devices/system/memory (drivers/base/memory.c). */
import { looksRemovable } from "../hotplug/removable.ts";
import { validZones } from "../hotplug/zone-choice.ts";
import type { MemoryBlock } from "../memory/memory-block.ts";
import { parseBool } from "../kernel/boot-layout/cmdline.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { OnlineType } from "../kernel/parameters.ts";
import type { Profile } from "../kernel/profiles/index.ts";
import { PAGE_SIZE } from "../units.ts";
import type { FileActions } from "./port.ts";
import {
  DONE,
  type Directory,
  type Entry,
  type WriteResult,
  type Writer,
  directory,
  failed,
  link,
  readable,
  writable,
} from "./tree.ts";

const ONLINE_TYPES: readonly OnlineType[] = ["offline", "online", "online_kernel", "online_movable"];

/** sysfs_streq: a trailing newline doesn't count; all else does. */
export const sameWord = (text: string, word: string): boolean => text === word || text === `${word}\n`;
const onlineType = (text: string): OnlineType | undefined => ONLINE_TYPES.find((word) => sameWord(text, word));

/** The longest words first, as state_store tries them: a prefix must not hide them. */
const BY_LENGTH: readonly OnlineType[] = ["online_kernel", "online_movable", "online", "offline"];

/**
 * What a write to `state` means to this kernel. Before 3.16 only the first letters counted, so `online_xyz` is `online`
 * (and in 3.7 `online_movable` is, too). Commands write lines: one without its end is given it.
 */
export function stateWord(
  { stateParsing, stateWords }: Pick<Profile, "stateParsing" | "stateWords">,
  text: string,
): OnlineType | undefined {
  const known = BY_LENGTH.filter((word) => stateWords.includes(word));
  if (stateParsing === "exact") return known.find((word) => sameWord(text, word));
  const line = text.endsWith("\n") ? text : `${text}\n`;
  return known.find((word) => line.startsWith(word));
}

/** auto_online_blocks: since 4.6 on or off, since 5.7 any word of `state`. */
function autoOnlineBlocks(kernel: Kernel): Entry {
  return writable(
    () => `${kernel.parameters.autoOnline}\n`,
    (text) => {
      const word = onlineType(text);
      if (word === undefined || (kernel.profile.autoOnline === "switch" && word !== "online" && word !== "offline"))
        return failed("EINVAL");
      kernel.parameters.autoOnline = word;
      kernel.revision++;
      return DONE;
    },
  );
}

export function memoryDirectory(kernel: Kernel, actions: FileActions): Directory {
  const fixed = directory({
    ...(kernel.profile.autoOnline === "absent" ? {} : { auto_online_blocks: autoOnlineBlocks(kernel) }),
    block_size_bytes: readable(() => `${(kernel.blockPages * PAGE_SIZE).toString(16)}\n`),
    power: directory({}),
  });
  return {
    ...fixed,
    names: () => [...fixed.names(), ...[...kernel.blocks.keys()].map((number) => `memory${number}`)],
    entry: (name) => {
      const number = /^memory(0|[1-9]\d*)$/.exec(name)?.[1];
      const block = number === undefined ? undefined : kernel.blocks.get(Number(number));
      return block ? blockDirectory(kernel, actions, block) : fixed.entry(name);
    },
  };
}

function blockDirectory(kernel: Kernel, actions: FileActions, block: MemoryBlock): Directory {
  const entries: Record<string, Entry> = {};
  const acpi = actions.memoryDevices().find(({ dimm }) => dimm !== null && dimm === block.dimm);
  if (acpi) entries.firmware_node = link(`../../../LNXSYSTM:00/LNXSYBUS:00/PNP0A06:04/${acpi.device.name}`);
  for (const node of block.nodes) entries[`node${node}`] = link(`../../node/node${node}`);
  const { profile } = kernel;
  if (profile.hasEndPhysIndex)
    entries.end_phys_index = readable(() => `${block.number.toString(16).padStart(8, "0")}\n`);
  if (profile.hasOnlineFile)
    entries.online = writable(
      () => `${Number(block.state !== "offline")}\n`,
      (text, writer) => {
        const wanted = parseBool(text, profile);
        if (wanted === null) return failed("EINVAL");
        return begin(actions, block, wanted ? "online" : "offline", "online", writer);
      },
    );
  entries.phys_device = readable(() => "0\n");
  entries.phys_index = readable(() => `${block.number.toString(16).padStart(8, "0")}\n`);
  entries.power = directory({});
  entries.removable = readable(() =>
    profile.removableFile === "always" || looksRemovable(kernel, block) ? "1\n" : "0\n",
  );
  entries.state = writable(
    () => `${block.state}\n`,
    (text, writer) => {
      const word = stateWord(profile, text);
      return word === undefined ? failed("EINVAL") : begin(actions, block, word, "state", writer);
    },
  );
  entries.subsystem = link("../../../../bus/memory");
  if (profile.hasValidZones) entries.valid_zones = readable(() => `${validZones(kernel, block).join(" ")}\n`);
  return { ...directory(entries), self: block };
}

const begin = (
  actions: FileActions,
  block: MemoryBlock,
  word: OnlineType,
  through: "state" | "online",
  writer: Writer | undefined,
): WriteResult => ({
  errno: null,
  op: actions.setBlock(block, word, through, writer),
});
