/** Every word that the box shows or says. */
import { machineWords } from "../../client/machine-words.ts";
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import type { DimmHealth, KernelVersion } from "../../engine/hardware/description.ts";
import { describeProfile } from "../../engine/kernel/profiles/descriptions.ts";
import type { Foresight } from "../../protocol/messages.ts";
import type { DimmRecord, Led } from "../../protocol/records.ts";
import type { Obstacle } from "./floor.ts";
import { doubts } from "../doubts.ts";
import { count } from "../reading.ts";
import type { ErrnoName } from "../../engine/chronicle/outcome.ts";
import type { Rejected } from "../../protocol/messages.ts";
import { rejectionText } from "../rejections.ts";

const plural = (value: number, one: string, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`;
const inWords = (value: number) => ["no", "one", "two", "three", "four", "five", "six"][value] ?? count(value);

const english = {
  title: "The box",
  subtitle: (partitions: number) =>
    partitions === 1 ? "one chassis, one server" : `one chassis, ${inWords(partitions)} hardware partitions`,
  hint: "Drag a DIMM to a slot, or select it and press M",
  hintTouch: "Tap a DIMM, then tap where it should go",
  hintCarrying: "Choose a place. Escape puts it back.",
  hintCarryingTouch: "Tap a place. Tap the DIMM again to leave it.",
  question: "Pull memory out of a running server.",
  questionAbout: (asked: readonly string[]) =>
    `Linux will let one of ${asked.join(" and ")} go, and refuse the other. Put one on the shelf.`,
  questionKeys: "Drag it, or focus it and press M",
  questionTouch: "Tap one, then the shelf",
  questionSpot: (asked: readonly string[]) => `drop ${asked.join(" or ")} here`,
  questionLabel: (at: number, of: number) => `question ${at} of ${of}`,
  starting: "Switching the box on",
  rootLabel: "The box: partitions, nodes, DIMM slots and the spare shelf",
  itemsHelp:
    "Arrow keys move between DIMMs and slots. Enter or M picks a DIMM up, then arrow keys choose a place, Enter drops it there, Escape puts it back. Shift F10 opens its menu.",

  partitionUp: (nodes: number) => `up · ${plural(nodes, "node")}`,
  partitionStopped: "stopped",
  nodesOf: (partition: string) => `Nodes of ${partition}`,
  kernel: (version: KernelVersion | "") => (version === "" ? "" : machineWords.kernel(describeProfile(version))),
  node: (id: number) => `Node ${id}`,
  slotsOf: (node: string) => `Slots of ${node}`,
  cpus: (list: string) => (list === "" ? "no CPUs" : `CPU ${list.replaceAll("-", "–")}`),
  noMemory: "no memory",
  nodeOffline: "offline",
  distance: (distance: number, to: number) => `${distance} to node ${to}`,
  distances: (least: number, most: number) =>
    least === most ? `${least} to other nodes` : `${least}–${most} to other nodes`,
  distanceTitle: "NUMA distance from the SLIT: what reaching the other node's memory costs; 10 is local",
  distanceFrom: (distance: number, from: number) => `${distance} from node ${from}`,
  shared: "Shared slots",

  slotOfNode: (node: number, slot: number) => `node ${node}, slot ${slot}`,
  sharedSlot: (slot: number) => `shared slot ${slot}`,
  theShelf: "the spare shelf",
  emptySlot: (place: string) => `Empty slot: ${place}`,
  reservedSlot: (place: string, dimm: string) => `${place}, reserved for ${dimm}`,
  slotCaption: "empty",
  slotWaits: (dimm: string) => `for ${dimm}`,
  dropHere: (place: string) => `Put it in ${place}`,
  dropOnShelf: "Put it on the spare shelf",
  shelf: "Spare shelf",
  shelfEmpty: "nothing on it",
  shelfSpot: "a free spot on the spare shelf",

  onboard: "on-board",
  onboardShort: "board",
  onboardLabel: (size: string, use: string) => `On-board memory, ${size}, soldered on: it stays. ${use}`,

  dimmLabel: (parts: readonly string[]) => parts.join(", "),
  dimm: (key: string) => `DIMM ${key}`,
  health: (health: DimmHealth): string =>
    ({ ok: "", failing: "correctable errors rising", failed: "failed: does not power on" })[health],
  healthShort: (health: DimmHealth): string => ({ ok: "", failing: "failing", failed: "failed" })[health],
  phase: (phase: DimmRecord["phase"]): string =>
    ({
      shelf: "",
      inserting: "being added",
      "in-use": "",
      inert: "in its slot, but not in use",
      ejecting: "being emptied",
    })[phase],
  led: (led: Led): string =>
    ({ off: "power off", on: "power on", blinking: "at work, do not pull", fault: "fault" })[led],
  zoneBlocks: (blocks: number, zone: string) => `${plural(blocks, "block")} ${zone}`,
  offlineBlocks: (blocks: number) => `${plural(blocks, "block")} offline`,
  used: (percent: number) => `${percent} % used`,
  unmovable: (blocks: number) =>
    blocks === 1 ? "1 block holds pages that cannot move" : `${blocks} blocks hold pages that cannot move`,

  attention: (dimm: string) => `Attention button of ${dimm}: ask the kernel to give it up`,
  attentionTitle: "Attention button: asks the kernel to give this DIMM up",
  menu: (dimm: string) => `Move ${dimm} to…`,
  menuTitle: "Move to…",
  menuPress: "Press the attention button",
  menuCancel: "Cancel emptying",
  menuNowhere: "No free place",
  /** `kept`: it would tell the answer of the question that is asked. */
  foresight: (of: Foresight | "kept" | undefined): string => {
    if (of === undefined) return "looking ahead…";
    if (of === "kept") return "Drop it, and see.";
    const arrival = of.arrival ? arrivalText(of.arrival) : "";
    switch (of.outlook) {
      case "stays":
        return "Stays where it is.";
      case "impossible":
        return of.rejection ? rejectionText(of.rejection, of.errno ?? "EINVAL") : "";
      case "arrives":
        return arrival;
      case "leaves": {
        const leaves =
          of.pagesToMove === 0
            ? "Empty: nothing has to move."
            : `${plural(of.pagesToMove, "page")} move${of.pagesToMove === 1 ? "s" : ""} to node ${of.target}.`;
        return arrival ? `${leaves} ${arrival}` : leaves;
      }
      case "may-leave":
        return `May be refused: ${of.code ? doubts[of.code] : "it is in use"}.`;
      case "refused":
        return of.code === "no-removal"
          ? `Will be refused: Linux ${of.kernel} cannot remove memory.`
          : `Will be refused: ${of.stayingBlocks} of ${plural(of.blocks, "block")} can't leave: ${of.code ? doubts[of.code] : ""}.`;
      case "goes-on":
        return `Will go on until cancelled: ${of.stayingBlocks} of ${plural(of.blocks, "block")} can't be emptied: ${of.code ? doubts[of.code] : ""}.`;
    }
  },
  cancel: (dimm: string) => `Cancel emptying ${dimm}`,
  progress: (dimm: string) => `Emptying ${dimm}`,
  progressValue: (left: number, percent: number) => `${percent} % emptied, ${plural(left, "page")} left`,
  progressShort: (left: number) => `${count(left)} left`,
  adding: "adding",
  inTransit: (dimm: string) => `${dimm} comes here when it is empty`,
  verdict: (dimm: string, errno: string) => `${dimm} was refused with ${errno}: show why`,
  verdictCancelled: (dimm: string) => `Emptying ${dimm} was cancelled: show how far it got`,
  cancelledBadge: "cancelled",

  obstacle: (obstacle: Obstacle): string =>
    ({
      unknown: "no such place",
      "being-emptied": "it is being emptied; cancel that first",
      "being-inserted": "it is being added; wait until that is done",
      occupied: "another DIMM stands there",
      reserved: "that slot is reserved for another DIMM",
      "already-there": "it is there already",
    })[obstacle],

  notThere: (obstacle: Obstacle): string => `Not here: ${english.obstacle(obstacle)}.`,

  said: {
    pickedUp: (dimm: string, from: string) => `Picked up ${dimm} from ${from}.`,
    pickedUpByKeys: "Arrow keys choose a place, Enter drops it, Escape puts it back.",
    pickedUpByClick: "Click a place to drop it there. Escape puts it back.",
    pickedUpByTap: "Tap a place to drop it there. Tap the DIMM again to put it back.",
    cannotLift: (dimm: string, why: string) => `${dimm} cannot be picked up: ${why}.`,
    over: (place: string, foresight: string) => `Over ${place}: ${foresight}`,
    cannotPlace: (why: string) => `Not there: ${why}.`,
    chooseFirst: "Choose a place first, with the arrow keys.",
    dropped: (dimm: string, to: string) => `Dropped ${dimm} on ${to}.`,
    putBack: (dimm: string, home: string) => `${dimm} is back: ${home}.`,
    notAccepted: (dimm: string, errno: ErrnoName, rejection: Rejected | null) =>
      `${dimm} stays where it is: ${errno}${rejection ? `, ${rejectionText(rejection, errno).replace(/\.$/, "")}` : ""}.`,
    emptying: (dimm: string, pages: number) => `Emptying ${dimm}: ${plural(pages, "page")} to free.`,
    halfway: (dimm: string) => `${dimm} is half empty.`,
    arrivedEmpty: (dimm: string, place: string, moved: number) =>
      `${dimm} is empty${moved > 0 ? `, ${plural(moved, "page")} moved` : ""}. It is now in ${place}.`,
    shelved: (dimm: string, moved: number) =>
      `${dimm} is empty${moved > 0 ? `, ${plural(moved, "page")} moved` : ""}. It is now on the spare shelf.`,
    inserted: (dimm: string, place: string) => `${dimm} is in ${place}.`,
    inUse: (dimm: string, blocks: number) => `${dimm} is in use: ${plural(blocks, "memory block")}.`,
    inert: (dimm: string, errno: string) => `The kernel could not add ${dimm}: ${errno}.`,
    refused: (dimm: string, place: string, errno: string, why: string) =>
      `${dimm} stays in ${place}: ${errno}${why ? `, ${why}` : ""}.`,
    cancelled: (dimm: string, place: string) => `Cancelled. ${dimm} stays in ${place}.`,
    culprit: (reason: string, owner: string, block: number) =>
      `${reason} in memory${block}${owner ? `, held by ${owner}` : ""}`,
  },
} as const;

export type BoxWords = Words<typeof english>;
export const boxStrings = inLanguages<BoxWords>(english, { ja: () => import("./strings.ja.ts") });

/** What speaks against it, after a colon. */
function arrivalText({ word, node, partition }: NonNullable<Foresight["arrival"]>): string {
  const becomes =
    word === "offline"
      ? "Its blocks stay offline"
      : word === "online_movable"
        ? "Its blocks come online in Movable"
        : "Its blocks come online";
  return `${becomes} on node ${node} of partition ${partition}.`;
}
