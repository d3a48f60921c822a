/** Every word of the verdict: what each check asks, what each errno says, and the buttons. */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import type { AttemptStep, CheckRule, ErrnoName } from "../../engine/chronicle/outcome.ts";
import type { RemedyStep } from "../../engine/hotplug/remedies.ts";
import { amount, type CheckData, given } from "./check-data.ts";
import { ERRNO_MESSAGES } from "./errno-messages.ts";
import { code, count, type Phrase, plural } from "./phrase.ts";

export interface CheckText {
  readonly title: string;
  /** What is asked, for someone who has not heard of it. */
  readonly asks: string;
  readonly pass: (data: CheckData) => string;
  readonly fail: (data: CheckData) => string;
  readonly pending: (data: CheckData) => string;
}

const checks: Readonly<Record<CheckRule, CheckText>> = {
  "state-changes": {
    title: "New state",
    asks: "Is the block in another state than the one that is asked for?",
    pass: (data) => given(data, "state", (state) => `was ${state}`, "the state changes"),
    fail: (data) => given(data, "state", (state) => `it already is ${state}`, "it is in that state already"),
    pending: () => "looking at the state",
  },
  "one-zone": {
    title: "One zone",
    asks: "Does the whole block lie in a single zone of a single node?",
    pass: (data) => {
      const pages = amount(data, "pages");
      const where = given(data, "zone", (zone) => `in ${zone}`, "in one zone");
      return pages === undefined ? `all pages ${where}` : `all ${plural(pages, "page")} ${where}`;
    },
    fail: (data) =>
      given(data, "zones", (zones) => `its pages are in ${zones}`, "its pages are in several zones or nodes"),
    pending: () => "looking at the zones",
  },
  "no-holes": {
    title: "No holes",
    asks: "Is every page of it System RAM?",
    pass: () => "every page is System RAM",
    fail: (data) =>
      given(data, "holes", (holes) => `${holes} pages are not System RAM`, "part of it is not System RAM"),
    pending: () => "reading the memory map",
  },
  isolate: {
    title: "Movable only",
    asks: "Can every pageblock be closed to new allocations? One page that the kernel cannot move is enough to say no.",
    pass: (data) => {
      const pageblocks = amount(data, "pageblocks");
      return pageblocks === undefined
        ? "nothing in it is bound to its place"
        : `${plural(pageblocks, "pageblock")} isolated`;
    },
    fail: (data) => {
      const isolated = amount(data, "done");
      const of = amount(data, "pageblocks");
      const progress =
        isolated === undefined || of === undefined ? "" : `; ${count(isolated)} of ${count(of)} could be isolated`;
      const where = given(data, "pageblock", (index) => `pageblock ${index}`, "a pageblock");
      return `${where} holds a page that cannot move${progress}`;
    },
    pending: () => "isolating pageblocks",
  },
  notifiers: {
    title: "No objection",
    asks: "Does every part of the kernel that wants to be asked agree?",
    pass: () => "nobody in the kernel objects",
    fail: (data) =>
      given(data, "errno", (errno) => `a part of the kernel objects: ${errno}`, "a part of the kernel objects"),
    pending: () => "asking around in the kernel",
  },
  migrate: {
    title: "Pages moved",
    asks: "Have all movable pages been copied to other memory?",
    pass: (data) => {
      const moved = amount(data, "moved");
      if (moved === undefined) return "everything that was in it is elsewhere now";
      if (moved === 0) return "there was nothing to move";
      return `${plural(moved, "page")} copied to other memory${passes(data)}`;
    },
    fail: (data) => {
      const left = amount(data, "left") ?? amount(data, "failed");
      return left === undefined
        ? "some pages could not be moved"
        : `${plural(left, "page")} could not be moved${passes(data)}`;
    },
    pending: (data) => {
      const left = amount(data, "left");
      return left === undefined
        ? `copying pages to other memory${passes(data)}`
        : `${plural(left, "page")} to go${passes(data)}${given(data, "writing", (pages) => `; ${pages} were on their way to a disk, and are waited for`)}`;
    },
  },
  "dissolve-hugetlb": {
    title: "Huge pages returned",
    asks: "Can the free huge pages in it be given back to the allocator?",
    pass: (data) => {
      const dissolved = amount(data, "dissolved");
      return dissolved ? `${plural(dissolved, "huge page")} given back` : "no huge pages in the way";
    },
    fail: () => "a huge page of the hugetlb pool could not be given back",
    pending: () => "giving back free huge pages",
  },
  signal: {
    title: "Not called off",
    asks: "Has nobody interrupted the attempt?",
    pass: () => "nobody interrupted it",
    fail: () => "a signal arrived",
    pending: () => "can be interrupted",
  },
  "not-poisoned": {
    title: "No broken pages",
    asks: "Has no page of the block been taken out of use after a memory error?",
    pass: () => "no page of it is known to be broken",
    fail: (data) => {
      const pages = amount(data, "pages");
      return pages === undefined
        ? "pages of it are broken"
        : `${plural(pages, "page")} of it broke before it went offline`;
    },
    pending: () => "looking for broken pages",
  },
  "kernel-memory": {
    title: "Kernel memory",
    asks: "What if kernel memory could move and keep its virtual addresses? Entries of the direct mapping are split for it, and all CPUs wait.",
    pass: (data) =>
      `${given(data, "moved", (moved) => `${moved} kernel pages moved`, "kernel pages moved")}${given(data, "splits", (splits) => `, ${splits} entries split`)}${given(data, "stoppedMs", (ms) => `, all CPUs waited ${ms} ms`)}`,
    fail: () => "there is no memory for its copy elsewhere",
    pending: () => "moving kernel pages",
  },
  "address-free": {
    title: "Addresses free",
    asks: "Is every virtual address of the range free? Kernel memory that moved away from here has kept its own.",
    pass: () => "all are free",
    fail: (data) =>
      given(
        data,
        "lent",
        (lent) => `${lent} addresses are still used by kernel pages that moved away`,
        "some are still in use",
      ),
    pending: () => "looking at the direct mapping",
  },
  "normal-memory": {
    title: "Normal memory",
    asks: "Does the node keep memory for the kernel? In this kernel no node may consist of Movable memory alone.",
    pass: () => "the node keeps Normal memory",
    fail: () => "it is the node's last Normal memory, and Movable memory would remain",
    pending: () => "counting",
  },
  "all-free": {
    title: "All free",
    asks: "Is every page free once everything that can move has moved? Kernels before 4.15 ask only then.",
    pass: () => "every page is free",
    fail: (data) => given(data, "left", (left) => `${left} pages are in use and cannot move`, "pages are in use"),
    pending: (data) =>
      given(
        data,
        "left",
        (left) => `${left} pages are neither in use nor free: it looks again and again`,
        "looking once more",
      ),
  },
  "in-time": {
    title: "In time",
    asks: "Did it take less than 120 seconds? Kernels before 4.15 wait no longer.",
    pass: () => "in time",
    fail: (data) => given(data, "seconds", (seconds) => `gave up after ${seconds} seconds`, "gave up"),
    pending: () => "the time is running",
  },
  "removal-supported": {
    title: "Removal",
    asks: "Can this kernel forget memory? Linux learned it with 3.9.",
    pass: () => "it can",
    fail: (data) =>
      given(data, "kernel", (kernel) => `Linux ${kernel} cannot remove memory`, "it cannot remove memory"),
    pending: () => "asking the kernel",
  },
  "online-zone": {
    title: "Zone",
    asks: "Which zone does the block go to?",
    pass: (data) => given(data, "zone", (zone) => `goes to ${zone}`, "a zone was chosen"),
    fail: (data) => given(data, "zone", (zone) => `it cannot go to ${zone}`, "no zone takes it"),
    pending: () => "choosing a zone",
  },
  "range-aligned": {
    title: "Alignment",
    asks: "Do start and size fall on memory block borders?",
    pass: (data) => {
      const size = amount(data, "size");
      const block = amount(data, "block");
      return size && block ? `exactly ${plural(size / block, "memory block")}` : "falls on block borders";
    },
    fail: () => "start or size do not fall on memory block borders",
    pending: () => "looking at the range",
  },
  "range-free": {
    title: "Addresses free",
    asks: "Is there no other memory at these addresses?",
    pass: () => "nothing else is at these addresses",
    fail: () => "other memory already has these addresses",
    pending: () => "looking for overlaps",
  },
  "node-possible": {
    title: "Node known",
    asks: "Did the firmware announce this node at boot?",
    pass: (data) =>
      given(data, "node", (node) => `node ${node} was announced at boot`, "the node was announced at boot"),
    fail: (data) =>
      given(data, "node", (node) => `node ${node} was not announced at boot`, "the node was not announced at boot"),
    pending: () => "looking up the node",
  },
  addressable: {
    title: "Within reach",
    asks: "Can the direct map reach these addresses?",
    pass: () => "the direct map reaches it",
    fail: () => "it lies beyond what the direct map can reach",
    pending: () => "looking at the address limit",
  },
  "within-mem": {
    title: "Within mem=",
    asks: "Does it end below what mem= allows? While it boots, the kernel adds nothing beyond.",
    pass: () => "it ends below what mem= allows",
    fail: () => "it lies beyond what mem= allows while the kernel boots",
    pending: () => "looking at mem=",
  },
  vmemmap: {
    title: "Memory map",
    asks: "Is there room for the struct pages that describe it?",
    pass: (data) =>
      given(data, "pages", (pages) => `its struct pages take ${pages} pages`, "room for its struct pages was found"),
    fail: (data) =>
      data.kept
        ? `no memory was left for its struct pages; ${count(amount(data, "kept") ?? 0)} pages that were already taken for them are not given back before a reboot`
        : "no memory was left for its struct pages",
    pending: () => "finding room for its struct pages",
  },
  "all-blocks-offline": {
    title: "All blocks offline",
    asks: "Is every memory block of the DIMM offline? Only then may its power go.",
    pass: (data) => given(data, "blocks", (blocks) => `all ${blocks} are offline`, "all of them are offline"),
    fail: (data) => {
      const block = amount(data, "block");
      return block === undefined || block < 0 ? "a block stayed online" : `memory${block} stayed online`;
    },
    pending: (data) => {
      const offline = amount(data, "offline");
      const blocks = amount(data, "blocks");
      return offline === undefined || blocks === undefined
        ? "taking them offline"
        : `${count(offline)} of ${count(blocks)} are offline`;
    },
  },
  "device-slot": {
    title: "Slot",
    asks: "Does the firmware accept the DIMM in that slot?",
    pass: (data) => given(data, "slot", (slot) => `the firmware has it in slot ${slot}`, "the firmware accepts it"),
    fail: () => "the firmware has no room for it: slot, size or addresses",
    pending: () => "asking the firmware",
  },
  "powered-off": {
    title: "Power off",
    asks: "Did the firmware take the DIMM off its bus?",
    pass: () => "it can be pulled",
    fail: () => "the firmware kept it powered",
    pending: () => "waiting for the firmware",
  },
  "kernel-runs": {
    title: "Kernel runs",
    asks: "Did the kernel live to see the end of it?",
    pass: () => "it ran on",
    fail: ({ restarted }) => (restarted ? "the partition was rebooted meanwhile" : "the kernel panicked meanwhile"),
    pending: () => "it runs",
  },
};

function passes(data: CheckData): string {
  const made = amount(data, "passes") ?? amount(data, "pass");
  return made !== undefined && made > 1 ? `, ${plural(made, "pass", "passes")}` : "";
}

/** What a shell prints for an errno, and what it means here in a sentence. */
const errnos: Readonly<Record<ErrnoName, { readonly message: string; readonly meaning: string }>> = {
  EPERM: { message: ERRNO_MESSAGES.EPERM, meaning: "The kernel does not allow this for that memory." },
  EINTR: {
    message: ERRNO_MESSAGES.EINTR,
    meaning: "It was called off. What has moved stays where it is now; the rest was not touched.",
  },
  EIO: { message: ERRNO_MESSAGES.EIO, meaning: "The hardware did not do what it was told." },
  ENXIO: { message: ERRNO_MESSAGES.ENXIO, meaning: "There is nothing at that address." },
  EAGAIN: { message: ERRNO_MESSAGES.EAGAIN, meaning: "The kernel gave up for now; it may work later." },
  ENOMEM: { message: ERRNO_MESSAGES.ENOMEM, meaning: "There was not enough free memory elsewhere to do it." },
  EBUSY: { message: ERRNO_MESSAGES.EBUSY, meaning: "Something in it is in use and cannot be moved." },
  EEXIST: { message: ERRNO_MESSAGES.EEXIST, meaning: "There is memory at these addresses already." },
  ENODEV: { message: ERRNO_MESSAGES.ENODEV, meaning: "The device is not there, or cannot do this." },
  EINVAL: { message: ERRNO_MESSAGES.EINVAL, meaning: "The kernel does not do this with that memory as it is." },
  ENOENT: { message: ERRNO_MESSAGES.ENOENT, meaning: "There is no such memory block." },
  EACCES: { message: ERRNO_MESSAGES.EACCES, meaning: "The file does not allow it." },
  EFAULT: { message: ERRNO_MESSAGES.EFAULT, meaning: "No page could be had for an address that was touched." },
  ENOSPC: { message: ERRNO_MESSAGES.ENOSPC, meaning: "There is no room for it." },
  E2BIG: { message: ERRNO_MESSAGES.E2BIG, meaning: "It lies beyond the addresses that the kernel can use." },
  ERANGE: {
    message: ERRNO_MESSAGES.ERANGE,
    meaning: "It lies beyond the addresses that the processor can use.",
  },
  ENOTRECOVERABLE: { message: ERRNO_MESSAGES.ENOTRECOVERABLE, meaning: "Nothing can be done about the page." },
  EHWPOISON: { message: ERRNO_MESSAGES.EHWPOISON, meaning: "A page in it has a memory error." },
};

const stepStates: Readonly<Record<AttemptStep["state"], string>> = {
  offline: "went offline",
  "rolled-back": "went offline and came back online",
  stayed: "stayed online",
  "not-back": "went offline and could not come back",
  emptying: "being emptied",
  "coming-back": "coming back online",
  online: "came online",
  "coming-online": "coming online",
  "not-online": "stayed offline",
};

function stepText(step: RemedyStep): string {
  if (step.do === "kill") return `end ${step.comm} (pid ${step.pid})`;
  if (step.do === "shrink-gigantic") return `give back node ${step.node}'s free pages of 1 GiB`;
  if (step.do === "shrink-crash") return "give up the crash kernel's memory";
  return step.do === "drop-caches" ? "drop caches" : "stop the injected veto";
}

const english = {
  checkTexts: checks,
  errnoTexts: errnos,
  title: "Verdict",
  empty: "Nothing was tried yet",
  question: "Which one is it?",
  questionAbout:
    "Both hold pages of programs. One thing differs: the line along their left edge, the zone. The kernel’s answer appears here.",
  emptyHelp:
    "Drag a DIMM to another slot, or take a memory block offline. What the kernel answers appears here, and why.",
  starting: "The box is being switched on.",
  history: "Earlier attempts",
  older: "Older attempt",
  newer: "Newer attempt",
  position: (index: number, of: number) => `${count(index)} of ${count(of)}`,
  checks: "Checks, in the kernel's order",
  checkVerdict: { pass: "passed", fail: "failed", pending: "under way" },
  /** Titles of the checks before the one that failed. */
  passedBefore: (titles: readonly string[]) => `Passed before: ${titles.join(", ")}`,
  decidedIn: "Decided in",
  blocks: "Its memory blocks",
  /** Before the numbers of memory blocks. */
  memory: "memory",
  block: (target: string, verdict: string) => `${target}: ${verdict}`,
  stepState: (state: AttemptStep["state"], tries: number) =>
    `${stepStates[state]}${state === "stayed" && tries > 1 ? `, tried ${tries} times` : ""}`,
  /** Said where some blocks are not what was wanted: `3 went offline and came back online, 1 stayed online.` */
  stepTally: (states: readonly AttemptStep["state"][]): string | null => {
    if (!states.some((state) => state === "stayed" || state === "rolled-back")) return null;
    const told = (Object.keys(stepStates) as AttemptStep["state"][]).flatMap((state) => {
      const some = states.filter((other) => other === state).length;
      return some > 0 ? [`${count(some)} ${stepStates[state]}`] : [];
    });
    return `${told.join("; ")}.`;
  },
  partOf: (target: string) => `Part of taking out ${target}`,
  kernelLog: (lines: number) => `Kernel log, ${plural(lines, "line")}`,
  progress: (target: string) => `Pages that left ${target}`,
  progressText: (moved: number, left: number) => `${plural(moved, "page")} moved, ${count(left)} to go`,
  facts: { moved: "moved", failed: "not moved", passes: "passes", took: "took", to: "to" },
  destination: (node: number, zone: string) => `node ${node} · ${zone}`,
  actions: "What you can do now",
  showPage: "Show the page",
  toAllocation: "Back to when it was allocated",
  retry: "Retry",
  instead: (dimm: string) => `Take ${dimm} instead`,
  unchanged: "Nothing has changed: it would end the same way.",
  cancel: "Cancel",
  /** `End find (pid 701), then drop caches` */
  remedy: (steps: readonly RemedyStep[]): string => {
    const told = steps.map(stepText).join(", then ");
    return `${told.charAt(0).toUpperCase()}${told.slice(1)}`;
  },
  /** What comes of a remedy, and the line that does the same in a shell. */
  promise: (steps: readonly RemedyStep[], certain: boolean, target: string, shell: string): Phrase => [
    `${english.remedy(steps)}, and ${target} ${certain ? "can leave." : "may be able to leave"}`,
    certain ? "" : steps.some((step) => step.do === "drop-caches") ? ": what is in use of a cache stays." : ".",
    " In a shell: ",
    code(shell),
  ],
  reboot: "Reboot …",
  movableNode: (target: string): Phrase => [
    `The kernel made ${target} ZONE_NORMAL as it booted, so its own memory may be anywhere in it. Booted with `,
    code("movable_node"),
    `, ${target} is ZONE_MOVABLE.`,
  ],
  /** On a button from the click until it has had its effect. */
  underWay: {
    retry: "Trying again…",
    instead: "Taking it…",
    cancel: "Cancelling…",
    online: "Going online…",
    "online-movable": "Going online…",
    remedy: "Doing it…",
  },
  cancelling: "Cancelling: the kernel looks for signals between passes.",
  onlineMovable: "Online as movable",
  online: "Online",
  /** Said when a command was not even begun. */
  refused: (message: string) => `Not accepted: ${message}`,
} as const;

export type VerdictWords = Words<typeof english>;
export const verdictStrings = inLanguages<VerdictWords>(english, { ja: () => import("./strings.ja.ts") });
export const { checkTexts, errnoTexts } = verdictStrings;
