/** The lessons that come with the playground, in their order. What a card says, its file says too. */
import { inLanguages, type Language } from "../client/language/catalogue.ts";

export interface Card {
  readonly id: string;
  readonly minutes: number;
  readonly title: string;
  readonly idea: string;
}

export interface Track {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  /** Those that its lessons can be read in. */
  readonly languages: readonly Language[];
  readonly cards: readonly Card[];
}

const card = (id: string, minutes: number, title: string, idea: string): Card => ({ id, minutes, title, idea });

const tracks: readonly Track[] = [
  {
    id: "talk",
    title: "The talk, live",
    about: "The ideas of 2013 in the order of the slides, on a machine that answers",
    languages: ["en", "ja"],
    cards: [
      card(
        "a-server-that-must-not-stop",
        4,
        "A server that must not stop",
        "Carry memory from one running server to another.",
      ),
      card("two-phases", 5, "Two phases", "In the slot is not in use: add, then online."),
      card(
        "what-hot-add-builds",
        6,
        "What hot add builds",
        "Page tables, and 64 bytes for each page, before a byte is usable.",
      ),
      card(
        "what-hot-remove-deletes",
        6,
        "What hot remove deletes",
        "Linux 3.8 can take memory out of use, and cannot forget it. 3.9 can.",
      ),
      card("by-hand", 5, "By hand", "One file, a few words, and the errnos that it can give."),
      card(
        "full-and-still-it-goes",
        5,
        "Full, and still it goes",
        "Offline moves what is in a block, while it is being used.",
      ),
      card(
        "kernel-memory-says-no",
        6,
        "Kernel memory says no",
        "One page that the kernel knows by its address is enough, and none of the others moves.",
      ),
      card(
        "evenly-is-not-enough",
        7,
        "Evenly is not enough",
        "`movablecore=` gives every node a little Movable, and so no node can leave.",
      ),
      card(
        "one-word",
        6,
        "One word decides",
        "`online` or `online_movable`: the zone is chosen when a block comes online.",
      ),
      card(
        "a-node-to-give-away",
        7,
        "A node to give away",
        "The firmware’s SRAT and `movable_node`: a whole node leaves.",
      ),
      card("the-price", 6, "The price", "Distance 21: what memory costs that is far from its CPU."),
      card("to-do-list", 8, "What is left of the to-do list", "2013 against now: zone, memory map, vmalloc."),
      card(
        "the-road-not-taken",
        6,
        "The road not taken",
        "A kernel that moves its own memory: what it could do, and what that costs.",
      ),
    ],
  },
  {
    id: "field",
    title: "Cases from the field",
    about: "Problems that people reported, re-enacted with the machine that had them",
    languages: ["en"],
    cards: [
      card("busy-for-no-reason", 6, "Busy for no reason", "EBUSY, though the DIMM is nearly empty."),
      card("half-a-dimm-out", 6, "Half a DIMM out", "Seven of eight blocks leave. Now what?"),
      card("who-onlined-it", 6, "Who onlined it?", "Kernel and rule both want to: the first wins."),
      card("oom-and-plenty-free", 6, "OOM, and plenty free", "postgres was killed with nearly two GiB free."),
      card("the-add-that-failed", 6, "The add that failed", "No 188 MiB for the map of 12 GiB."),
      card("free-shows-nothing", 5, "free shows nothing", "Added, but in which of five layers did it stop?"),
      card("the-write-that-never-returns", 6, "The write that never returns", "A few pinned pages, and no time limit."),
      card("gigantic-pages", 6, "Gigantic pages", "1 GiB in one piece, across eight blocks."),
      card("the-drop-that-snaps", 6, "The drop that snaps", "A good DIMM in a free slot, and EINVAL."),
      card("three-ways-to-shrink", 7, "Three ways to shrink", "DIMM, virtio-mem, balloon: one machine."),
      card("the-dimm-beneath-a-dimm", 5, "The DIMM beneath a DIMM", "d7’s memory map lies on d4. Pull d4."),
      card("one-too-many", 5, "One too many", "The same DIMM twice; the second stays for good."),
    ],
  },
];

/** Of cards by their lesson, and of tracks, whose idea is what they are about. */
export type CardWords = Readonly<Record<string, { readonly title: string; readonly idea: string }>>;
const english: CardWords = Object.fromEntries([
  ...tracks.flatMap(({ cards }) => cards.map(({ id, title, idea }) => [id, { title, idea }] as const)),
  ...tracks.map(({ id, title, about }) => [id, { title, idea: about }] as const),
]);
const words = inLanguages<CardWords>(english, { ja: () => import("./catalogue.ja.ts") });

/** Their words are in the reader's language. */
export const TRACKS: readonly Track[] = tracks.map((track) => ({
  id: track.id,
  get title() {
    return words[track.id]?.title ?? track.title;
  },
  get about() {
    return words[track.id]?.idea ?? track.about;
  },
  languages: track.languages,
  cards: track.cards.map((one) => ({
    id: one.id,
    minutes: one.minutes,
    get title() {
      return words[one.id]?.title ?? one.title;
    },
    get idea() {
      return words[one.id]?.idea ?? one.idea;
    },
  })),
}));

export const trackOf = (id: string): Track | undefined =>
  TRACKS.find(({ cards }) => cards.some((one) => one.id === id));

export const findCard = (id: string): Card | undefined => trackOf(id)?.cards.find((one) => one.id === id);
