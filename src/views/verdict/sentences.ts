/** What the verdict says of an attempt below its headline: the sentence or two that a newcomer needs. */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import { occasionWords, ownerWords } from "../../client/owners.ts";
import type { Attempt, Culprit } from "../../engine/chronicle/outcome.ts";
import { PageFlag, PageKind } from "../../engine/memory/kinds.ts";
import { isWaitingForDisk } from "./check-data.ts";
import { code, count, duration, hexPfn, type Phrase, plural, strong } from "./phrase.ts";
import type { Place } from "./headline.ts";
import { errnoTexts } from "./strings.ts";

function arrivalTold(add: Attempt, place: Place, online: number): string {
  const where = place === null ? "" : ` to node ${place}`;
  if (add.result === "running") return `It is being added${where}.`;
  if (add.result === "failed") return `It was not added${where}: ${add.errno ?? "failed"}.`;
  return online > 0
    ? `It was added${where}, and ${plural(online, "block")} of it ${online === 1 ? "is" : "are"} online.`
    : `It was added${where}; its blocks are offline.`;
}

function summaryTold(attempt: Attempt, culprit: Culprit | null): Phrase {
  if (culprit && attempt.result !== "ok") return blame(attempt, culprit);
  if (attempt.result === "failed") {
    if (!attempt.errno) return ["The attempt failed."];
    const { message, meaning } = errnoTexts[attempt.errno];
    if (attempt.kind === "add" && attempt.errno === "ENOMEM")
      return [
        strong(message),
        ". What describes it, 64 bytes a page, has to lie in memory that is online already, and too little of that is free. Put smaller DIMMs in first: each, once it is online, has room for the next. Or boot 6.8 or newer with ",
        code("memory_hotplug.memmap_on_memory=1"),
        ": then it lies on the DIMM itself.",
      ];
    return [strong(message), ". ", meaning];
  }
  if (attempt.result === "running") {
    if (isWaitingForDisk(attempt))
      return [
        "Pages of files in it are being written to a disk. The kernel waits for them, hears no signal meanwhile, and then moves them. Dirty pages that nobody writes yet would have moved at once; ",
        code("sync"),
        " before an offline has the wait behind it.",
      ];
    return attempt.kind === "offline" || attempt.kind === "eject"
      ? [
          "The kernel closes it to new allocations, then copies every page in use to other memory and changes the page tables that point to it.",
        ]
      : ["The kernel is at work on it."];
  }
  switch (attempt.kind) {
    case "offline":
      return attempt.pagesMoved > 0
        ? [
            "Everything in it was copied to other memory; the programs it belongs to did not notice. The block is not used any more until it is put online.",
          ]
        : ["Nothing in it was in use. The block is not used any more until it is put online."];
    case "online":
      return ["Its pages are in the free lists of its zone now: anyone who needs memory can get them."];
    case "add":
      return ["The kernel has a memory map for it and made memory blocks of it. Blocks are used once they are online."];
    case "remove":
      return ["Its memory map and its entries in ", code("/sys/devices/system/memory"), " are gone."];
    case "eject":
      return [
        "All its blocks went offline, their memory map was taken down, and the firmware switched the slot off. Nothing was lost.",
      ];
  }
}

/** `1 unmovable page at pfn 0x23a07, slab dentry, allocated 3.5 s earlier: find walks /usr.` and the rule behind it. */
function blame(attempt: Attempt, culprit: Culprit): Phrase {
  const pages =
    culprit.others > 0
      ? `${plural(culprit.others + 1, `${adjective(culprit)} page`)}, the first`
      : `1 ${adjective(culprit)} page`;
  return [
    strong(pages),
    " at pfn ",
    code(hexPfn(culprit.pfn)),
    ", ",
    strong(ownerWords(culprit.owner)),
    `, in pageblock ${count(culprit.pageblock.index)} of memory${culprit.block} (node ${culprit.node}, zone ${culprit.zone}), `,
    ...since(attempt, culprit),
    ". ",
    lawTold(culprit),
  ];
}

function adjective(culprit: Culprit): string {
  if (culprit.reason === "unmovable page") return "unmovable";
  return pinned(culprit) ? "pinned" : culprit.reason === "isolation failed" ? "busy" : "stuck";
}

const pinned = ({ flags, reason }: Culprit) => reason !== "unmovable page" && (flags & PageFlag.Pinned) !== 0;

function since(attempt: Attempt, { allocatedAt, allocatedWhy, pid, owner }: Culprit): Phrase {
  if (allocatedAt === null) return ["there since boot"];
  const age = attempt.startedAt - allocatedAt;
  const when = age >= 0 ? `allocated ${duration(age)} earlier` : "allocated meanwhile";
  // The owner may say all that is known of the cause already.
  const by = pid !== null && owner.by?.pid !== pid ? ` for pid ${pid}` : "";
  const why = occasionWords(allocatedWhy);
  return ownerWords(owner).includes(why) ? [`${when}${by}`] : [`${when}${by}: `, code(why)];
}

const CACHE =
  " It belongs to a cache of the kernel's, which outlives the process that filled it; drop_caches frees most of it, not all.";

/** Who pins a page, and what ends that. */
function pinTold({ owner }: Culprit): string {
  switch (owner.what) {
    case "io_uring-buffers":
      return "It is a buffer registered with a ring of io_uring and pinned for as long as the ring has it: unregistering the buffers (IORING_UNREGISTER_BUFFERS) or closing the ring lets it go.";
    case "registered-buffers":
      return "It is registered with an RDMA device, which reads and writes it by its physical address: giving up the memory region (ibv_dereg_mr) lets it go, and so does the end of the process.";
    case "guest-memory":
      return "It is memory of a guest with a device of its own (VFIO), which reads and writes it by its physical address: it is pinned until the device is taken from the guest, or the guest ends.";
    default:
      return "Someone holds a reference to the page itself, so its contents may not be copied away while that lasts.";
  }
}

function lawTold(culprit: Culprit): string {
  if (culprit.reason === "isolation failed")
    return "It could not be taken off its list: something else is working with it right now.";
  if (culprit.reason === "migration failure") {
    return pinned(culprit) ? pinTold(culprit) : "Its contents could not be copied to another page.";
  }
  if (culprit.owner.what === "crash-kernel")
    return "crashkernel= keeps it for a kernel to be started after a panic. It never moves, and can be given up.";
  if (culprit.owner.what === "huge-pool")
    return "A free page of the pool is nobody's: it does not move, and goes when the pool gets smaller.";
  switch (culprit.kind) {
    case PageKind.Reserved:
    case PageKind.KernelImage:
    case PageKind.BootMemmap:
      return "Memory that was reserved at boot never leaves its place.";
    case PageKind.Vmemmap:
    case PageKind.SelfMemmap:
      return "It holds the memory map of other memory, which the kernel uses by its address.";
    case PageKind.PageTable:
    case PageKind.KernelPageTable:
      return "Page tables are known to the processor by their physical address, so they stay.";
    case PageKind.Slab:
    case PageKind.SlabReclaimable:
    case PageKind.KernelStack:
    case PageKind.Vmalloc:
    case PageKind.KernelBuffer:
      return `Kernel data is used by its address, and nothing tells its users that it moved, so it stays. ZONE_MOVABLE keeps such pages out.${culprit.lifetime === "cache" ? CACHE : ""}`;
    case PageKind.Lost:
      return "It is neither in use nor free: of each 2 MiB of a memory map this kernel gave back the first page and lost the others. The offline looks for something to move until a signal ends it. Only a reboot brings such pages back; 7.3 loses none.";
    default:
      return "The kernel has no way to move such a page.";
  }
}

const english = { arrival: arrivalTold, summary: summaryTold, law: lawTold };
export type SentenceWords = Words<typeof english>;
const words = inLanguages<SentenceWords>(english, { ja: () => import("./sentences.ja.ts") });

/** How a DIMM that left arrived: `It was added to node 0, and 8 blocks of it are online.` */
export const arrival = (add: Attempt, place: Place, online: number): string => words.arrival(add, place, online);

/** One or two sentences: what decided, or what happened. `culprit` may be that of a part of the attempt. */
export const summary = (attempt: Attempt, culprit: Culprit | null): Phrase => words.summary(attempt, culprit);

/** The rule that such a page stops an attempt by, in a sentence. */
export const law = (culprit: Culprit): string => words.law(culprit);
