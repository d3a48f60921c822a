/**
 * The rows: each profile is its predecessor and what changed since. Source: the timeline of memory hot-plug in
 * docs/kernel-profiles.md, which says for each switch how it is known.
 */
import type { KernelVersion } from "../../hardware/description.ts";
import type { Profile } from "./profile.ts";

/** Where the talk starts from: add, online into Normal, offline what is movable; nothing can be removed. */
const v3_7: Profile = {
  version: "3.7",
  removesMemory: false,
  undoesEject: false,
  rescansBus: false,
  failedAddKeepsMaps: false,
  starvedStayBoosted: false,
  stateWords: ["offline", "online"],
  stateParsing: "prefix",
  zoneFixedAt: "add",
  convertsAtZoneEdges: false,
  addsAboveMovable: false,
  needsNormalMemory: true,
  autoOnline: "absent",
  onlinesByDefault: false,
  movableNode: "unknown",
  hasAutoMovable: false,
  refusesPoisonedBlocks: false,
  offlineGivesUp: "after 120 s",
  refusesHoles: false,
  isolationTrustsMigrateType: true,
  isolatesEndsFirst: false,
  migrationTarget: "near the CPU",
  movesHugetlb: false,
  countsPersistentHuge: false,
  sharesOutBootHuge: false,
  poolsHugeInBatches: false,
  giganticAcross: "dissolves",
  demotesGigantic: false,
  overcommitsGigantic: false,
  normalMemoryFollows: true,
  movableGigantic: false,
  contiguousMovesUsed: false,
  contiguousMovesHuge: false,
  movesHugeWhole: false,
  pinsLeaveMovable: false,
  offlineTells: "all",
  dumpsPages: false,
  listsFailuresBackwards: false,
  dumpFormat: "5.10",
  notesBootPages: "in index",
  removableFile: "heuristic",
  hasCma: false,
  hasMemmapOnMemory: false,
  memmapOnMemoryAnySize: false,
  losesMemoryMaps: false,
  forcesMemmapOnMemory: false,
  zonelistLog: "ordered",
  skipsMemorylessSelf: false,
  scalesWatermarks: false,
  prefersUserMinFree: false,
  tellsDemotionTargets: false,
  daemonsOnNode: "nothing",
  slabFollowsPolicy: true,
  boundsMovableMin: false,
  mostMinFreeKb: 65_536,
  hasOnlineFile: false,
  hasEndPhysIndex: true,
  hasValidZones: false,
  hasMemoryMask: false,
  hasZswap: false,
  handlesMemoryFailure: true,
  countsMemoryFailures: false,
  zoneinfo: "3.x",
  blockSizes: "128 MiB",
  corePercent: false,
  coreMirror: "unknown",
  longBooleans: "no",
  bootLog: {
    hugeWords: false,
    acpiPrefix: false,
    hotplugMarks: false,
    processors: true,
    deviceZone: false,
    blockSize: false,
    unavailable: false,
    memoryless: "none",
    joinsFromRam: false,
    e820Words: "usable",
    zonePages: "512 KiB",
    unknownWords: "none",
  },
  proposal2013: false,
  whatIf: false,
};

/** Movable nodes: memory can be onlined into a zone of one's choice, as far as the zones' edges allow. */
const v3_8: Profile = {
  ...v3_7,
  version: "3.8",
  stateWords: ["offline", "online", "online_kernel", "online_movable"],
  convertsAtZoneEdges: true,
  needsNormalMemory: false,
  hasMemoryMask: true,
};

/** The day of the talk: memory can be removed. */
const v3_9: Profile = { ...v3_8, version: "3.9", removesMemory: true };

/** movable_node and the SRAT; hugetlb pages migrate. */
const v3_14: Profile = {
  ...v3_9,
  version: "3.14",
  undoesEject: true,
  prefersUserMinFree: true,
  addsAboveMovable: true,
  movableNode: "boot",
  movesHugetlb: true,
  hasOnlineFile: true,
  hasEndPhysIndex: false,
  bootLog: { ...v3_9.bootLog, hotplugMarks: true },
};

/** Any block to any zone, decided when it is onlined. */
const v4_14: Profile = {
  ...v3_14,
  version: "4.14",
  stateParsing: "exact",
  zoneFixedAt: "online",
  convertsAtZoneEdges: false,
  addsAboveMovable: false,
  autoOnline: "switch",
  movableNode: "boot and run time",
  migrationTarget: "other nodes",
  movesHugeWhole: true,
  offlineTells: "success",
  zonelistLog: "plain",
  scalesWatermarks: true,
  hasValidZones: true,
  zoneinfo: "4.8",
  blockSizes: "by end of memory",
  coreMirror: "by address",
  bootLog: { ...v3_14.bootLog, acpiPrefix: true, deviceZone: true, blockSize: true },
};

/** No timeout, reasons in the log, any of four words for what comes online by itself. Compared with recorded kernels. */
const v5_10: Profile = {
  ...v4_14,
  version: "5.10",
  failedAddKeepsMaps: true,
  starvedStayBoosted: true,
  autoOnline: "words",
  offlineGivesUp: "on a signal",
  refusesHoles: true,
  isolationTrustsMigrateType: false,
  dumpsPages: true,
  removableFile: "always",
  mostMinFreeKb: 262_144,
  corePercent: true,
  bootLog: { ...v4_14.bootLog, hugeWords: true, unavailable: true, zonePages: "1 MiB" },
};

/** auto-movable, memory maps on the memory itself, pins that leave Movable. */
const v5_15: Profile = {
  ...v5_10,
  version: "5.15",
  hasAutoMovable: true,
  contiguousMovesUsed: true,
  pinsLeaveMovable: true,
  offlineTells: "nothing",
  dumpFormat: "6.1",
  hasMemmapOnMemory: true,
  zoneinfo: "5.12",
  blockSizes: "by machine",
  bootLog: { ...v5_10.bootLog, unknownWords: "plain" },
};

/** Compared with recorded kernels. */
const v6_1: Profile = {
  ...v5_15,
  version: "6.1",
  longBooleans: "true, false",
  starvedStayBoosted: false,
  hasZswap: true,
  demotesGigantic: true,
  giganticAcross: "refuses",
  isolatesEndsFirst: true,
  zonelistLog: "fallback",
  bootLog: { ...v5_15.bootLog, memoryless: "twice", zonePages: "none", unknownWords: "quoted" },
};

/** Compared with recorded kernels. */
const v6_12: Profile = {
  ...v6_1,
  version: "6.12",
  starvedStayBoosted: true,
  giganticAcross: "dissolves",
  rescansBus: true,
  tellsDemotionTargets: true,
  onlinesByDefault: true,
  refusesPoisonedBlocks: true,
  listsFailuresBackwards: true,
  dumpFormat: "6.12",
  memmapOnMemoryAnySize: true,
  forcesMemmapOnMemory: true,
  skipsMemorylessSelf: true,
  boundsMovableMin: true,
  countsMemoryFailures: true,
  countsPersistentHuge: true,
  sharesOutBootHuge: true,
  poolsHugeInBatches: true,
  zoneinfo: "6.10",
  coreMirror: "only if mirrored",
  bootLog: { ...v6_1.bootLog, processors: false, memoryless: "once", joinsFromRam: true },
};

/** Compared with recorded kernels. */
const v6_18: Profile = {
  ...v6_12,
  version: "6.18",
  longBooleans: "enabled, too",
  daemonsOnNode: "objects and stacks",
  notesBootPages: "in private",
  normalMemoryFollows: false,
  losesMemoryMaps: true,
};

/** Compared with recorded kernels. */
const v7_3: Profile = {
  ...v6_18,
  version: "7.3",
  dumpFormat: "7.3",
  sharesOutBootHuge: false,
  hasCma: true,
  overcommitsGigantic: true,
  normalMemoryFollows: true,
  losesMemoryMaps: false,
  movableGigantic: true,
  contiguousMovesHuge: true,
  daemonsOnNode: "objects",
  slabFollowsPolicy: false,
  notesBootPages: "no",
  bootLog: { ...v6_18.bootLog, e820Words: "System RAM" },
};

/** 3.9 with what the talk announced as under development. */
const proposal: Profile = { ...v3_9, version: "2013-proposal", proposal2013: true };

/** 6.12 with what nobody has built. */
const whatIf: Profile = { ...v6_12, version: "what-if", whatIf: true, hasCma: true };

export const ROWS: Readonly<Record<KernelVersion, Profile>> = {
  "3.7": v3_7,
  "3.8": v3_8,
  "3.9": v3_9,
  "3.14": v3_14,
  "4.14": v4_14,
  "5.10": v5_10,
  "5.15": v5_15,
  "6.1": v6_1,
  "6.12": v6_12,
  "6.18": v6_18,
  "7.3": v7_3,
  "2013-proposal": proposal,
  "what-if": whatIf,
};
