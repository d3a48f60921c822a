/** What can be done with a memory block, what it would do, and why it can't be done now. */
import { isMovableKind } from "../../engine/memory/kinds.ts";
import type { Command } from "../../engine/time/commands.ts";
import type { Foresight } from "../../protocol/messages.ts";
import type { BlockRecord } from "../../protocol/records.ts";

/** Words that `memoryN/state` takes. */
export const BLOCK_ACTIONS = ["offline", "online", "online_kernel", "online_movable"] as const;
export type BlockAction = (typeof BLOCK_ACTIONS)[number];

/** Keys on a focused tile. */
export const ACTION_KEYS: Readonly<Record<BlockAction, string>> = {
  offline: "o",
  online: "n",
  online_kernel: "k",
  online_movable: "m",
};

export type Obstacle = "already-offline" | "already-online" | "busy";
/** What can be said beforehand of an action that may be tried. */
export type Outlook =
  | { readonly is: "goes-to"; readonly zone: string }
  /** The engine's foresight; `null` until it is there. */
  | { readonly is: "foreseen"; readonly foresight: Foresight | null }
  | { readonly is: "no-zone" };

export interface ActionChoice {
  readonly action: BlockAction;
  readonly key: string;
  /** Why it can't be done now; `null` when it can be tried. */
  readonly obstacle: Obstacle | null;
  readonly outlook: Outlook;
}

/** `foresight`: what taking it offline would do. */
export function actionChoices(
  block: BlockRecord,
  running: boolean,
  foresight: Foresight | null,
): readonly ActionChoice[] {
  return BLOCK_ACTIONS.map((action) => ({
    action,
    key: ACTION_KEYS[action],
    obstacle: obstacleTo(block, action, running),
    outlook: action === "offline" ? { is: "foreseen", foresight } : outlookOfOnline(block, action),
  }));
}

/** What stands in the way of an action: a state that is there already (the kernel answers EINVAL), or a running attempt. */
export function obstacleTo(block: BlockRecord, action: BlockAction, running: boolean): Obstacle | null {
  if (running || block.state === "going-offline") return "busy";
  if (action === "offline") return block.state === "offline" ? "already-offline" : null;
  return block.state === "offline" ? null : "already-online";
}

/**
 * valid_zones of an offline block lists its default zone first, then the others it may join; online_kernel takes
 * the one that isn't Movable, online_movable takes Movable (drivers/base/memory.c, valid_zones_show).
 */
function outlookOfOnline(block: BlockRecord, action: Exclude<BlockAction, "offline">): Outlook {
  const zones = block.validZones.filter((zone) => zone !== "none");
  const zone =
    action === "online"
      ? zones[0]
      : zones.find((candidate) => (candidate === "Movable") === (action === "online_movable"));
  return zone === undefined ? { is: "no-zone" } : { is: "goes-to", zone };
}

/** Pages that offlining would copy elsewhere. */
export function movablePages(block: BlockRecord): number {
  return block.kinds.reduce((sum, pages, kind) => (isMovableKind(kind) ? sum + pages : sum), 0);
}

const statePath = (block: Pick<BlockRecord, "number">): string =>
  `/sys/devices/system/memory/memory${block.number}/state`;

/** The write that an action is. */
export const commandOf = (block: Pick<BlockRecord, "partition" | "number">, action: BlockAction): Command => ({
  do: "write",
  partition: block.partition,
  path: statePath(block),
  text: action,
});

/** The shell line that does the same. */
export const shellLineOf = (block: Pick<BlockRecord, "number">, action: BlockAction): string =>
  `echo ${action} > ${statePath(block)}`;

/** The action behind a key on a focused tile. */
export const actionOfKey = (key: string): BlockAction | undefined =>
  BLOCK_ACTIONS.find((action) => ACTION_KEYS[action] === key.toLowerCase());
