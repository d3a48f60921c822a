/** Words of the audience's picture and of the speaker's window. */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import type { Support } from "../../engine/experiments/support-report.ts";
import type { Command } from "../../engine/time/commands.ts";
import { formatBytes } from "../../engine/units.ts";
import { count } from "../../views/reading.ts";
import { SHORT } from "./figures.ts";

const english = {
  count,
  /** A command as it stands on the stage, and whether a shell is where it is given. */
  command(command: Command): { readonly prompt: "#" | "›"; readonly text: string } {
    switch (command.do) {
      case "write":
        return {
          prompt: "#",
          text: `echo ${command.text.trim()} > ${command.path.startsWith(SHORT) ? command.path.slice(SHORT.length) : command.path}`,
        };
      case "move":
        return "shelf" in command.to
          ? { prompt: "›", text: `ACPI eject request: ${command.dimm}` }
          : { prompt: "›", text: `${command.dimm} into slot ${command.to.slot}` };
      case "press":
        return { prompt: "›", text: `ACPI eject request: ${command.dimm}` };
      case "load": {
        const { comm, kind, mib, count: objects } = command.load;
        const amount = mib === undefined ? `${count(objects ?? 0)} objects` : `${count(mib)} MiB`;
        return { prompt: "›", text: `${comm ?? kind} takes ${amount}` };
      }
      case "hotadd":
        return { prompt: "›", text: `device_add pc-dimm,id=${command.id},node=${command.node}` };
      case "hotremove":
        return { prompt: "›", text: `device_del ${command.id}` };
      case "killall":
        return { prompt: "#", text: "killall" };
      case "kill":
        return { prompt: "#", text: `kill ${command.pid}` };
      default:
        return { prompt: "›", text: command.do };
    }
  },
  writeError: (phrase: string) => `echo: write error: ${phrase}`,
  refused: (errno: string) => `refused: ${errno}`,
  block: {
    moved: (pages: number) => `${count(pages)} moved`,
    left: (pages: number) => `${count(pages)} to go`,
    offline: (block: number) => `memory${block} is offline`,
    staysToo: (pages: number) => `${count(pages)} that could move stay, too`,
    unmovable: (pages: number, all: number) => `${count(pages)} of ${count(all)} pages can't move`,
    movable: (pages: number) => `all ${count(pages)} pages can move`,
    unused: "nothing in it",
    culprit: (pfn: number, owner: string) => `pfn 0x${pfn.toString(16)} · ${owner}`,
    filled: (owner: string, comm: string) => `${owner} of ${comm}`,
    gone: "not there",
    free: (pages: number) => `${count(pages)} free`,
  },
  box: {
    node: (id: number) => `node ${id}`,
    onboard: "board",
    empty: "empty",
    shelf: "shelf",
    phases: { shelf: "", inserting: "adding", "in-use": "", inert: "not added", ejecting: "leaving" },
    failing: "failing",
    size: (bytes: number) => formatBytes(bytes),
  },
  zones: {
    short: { Normal: "N", Movable: "M", DMA: "D", DMA32: "D" } as Readonly<Record<string, string>>,
    offline: "·",
    several: "2",
    /** What the letters stand for. */
    legend: [
      ["N", "Normal"],
      ["M", "Movable"],
      ["D", "DMA32"],
      ["2", "two zones"],
      ["·", "offline"],
    ],
    /** Of all zones that the kernel allocates from itself, and of ZONE_MOVABLE. */
    kernel: (bytes: number) => `kernel's ${formatBytes(bytes)}`,
    movable: (bytes: number) => `Movable ${formatBytes(bytes)}`,
    none: "no memory",
  },
  tables: {
    directMap: "direct mapping",
    memmap: "memory map",
    mapped: (bytes: number) => `${formatBytes(bytes)} mapped`,
    tables: (pages: number) => `${count(pages)} page-table pages`,
    structs: (bytes: number) => `${formatBytes(bytes)} of struct page`,
    gib: (index: number) => `${index} GiB`,
  },
  page: {
    page: "one page",
    bytes: "4 KiB",
    entry: (level: "PUD" | "PMD" | "PTE") =>
      ({ PUD: "one entry for 1 GiB", PMD: "one entry for 2 MiB", PTE: "an entry of its own" })[level],
    unmapped: "not mapped",
    struct: (page: number) => `64 bytes in pfn 0x${page.toString(16)}`,
    noStruct: "no struct page",
  },
  service: {
    programs: (pages: number) => `programs: ${count(pages)} pages`,
    held: (dimm: string, pages: number) => `${dimm}: ${count(pages)}`,
  },
  phases: {
    shelf: "out",
    added: "added",
    online: "online",
    add: "add",
    onlining: "online",
    offlining: "offline",
    remove: "remove",
  },
  support: {
    kernel: (version: string) => (/^\d/.test(version) ? `Linux ${version}` : version),
    trying: "…",
    signs: { support: "✓", "with limitation": "◐", "not support": "✗" } as const satisfies Readonly<
      Record<Support, string>
    >,
    verdicts: { support: "yes", "with limitation": "partly", "not support": "no" } as const satisfies Readonly<
      Record<Support, string>
    >,
  },
  /** The picture, for who hears it. */
  told: {
    /** `node 1, d3 (512 MiB): 4 blocks Movable`; what is empty is left out. */
    at: (place: string, what: string, rest: string) =>
      `${[place, what].filter(Boolean).join(", ")}${rest === "" ? "" : `: ${rest}`}`,
    list: (all: readonly string[]) => all.join(", "),
    both: (where: string, pages: string) => [where, pages].filter(Boolean).join("; "),
    blocks: (many: number, zone: string) => `${many === 1 ? "1 block" : `${many} blocks`} ${zone}`,
    run: (first: number, last: number, zone: string) => `memory${first}${last > first ? ` to ${last}` : ""} ${zone}`,
    pages: (many: number, kind: string) => `${count(many)} ${kind}`,
    emptySlots: (many: number) => (many === 1 ? "1 empty slot" : `${many} empty slots`),
    nothing: "nothing",
    states: { offline: "offline", "going-offline": "going offline" },
    severalZones: "in two zones",
    phase: (dimm: string, phase: string) => `${dimm} is ${phase}`,
    dial: (label: string, at: string, stops: readonly string[]) => `${label} ${at} (of ${stops.join(", ")})`,
  },
  follow: "try it yourself",
  code: (address: string) => `QR code of ${address}`,
  following: {
    bar: "How you follow",
    modes: {
      joining: "Joining",
      "in-step": "In step",
      "catching-up": "Catching up",
      "cut-off": "Cut off",
      ended: "The talk is over",
      around: "Looking around",
      copy: "Your own copy",
    },
    speaker: (scene: string, cue: number, of: number) => `speaker: ${scene}${of > 0 ? `, click ${cue} of ${of}` : ""}`,
    nobody: "nobody speaks yet; go through it on your own with → and ←",
    trip: "the speaker is on a side trip",
    differs: "This machine has come to another state than the speaker's.",
    around: "Look around",
    copy: "Copy to try things",
    keptCopy: "Your copy",
    newCopy: "New copy from here",
    back: "Back in step",
    guess: "A guess",
    onlySums: "Only sums are told.",
    told: "Told; another tap replaces it.",
    black: "The screen is black",
    twin: "What is shown, as text",
    runs: "…",
  },
  live: {
    title: "Audience",
    inStep: "in step with you",
    around: "looking around",
    copy: "with a copy of their own",
    catchingUp: "catching up",
    notConnected: "not connected: tries again",
    unsaid: (entries: number) => `${entries} not said yet`,
    drives: (who: string) => `driver ${who} drives now: this window goes along`,
    show: "Show to all",
    hide: "Hide from all",
    guesses: (question: string) => `Their guesses: ${question}`,
    none: "No room is served: the link opens the talk, not in step with you.",
    hand: (to: string) => `Hand over to ${to}`,
    handTo: "Hand over",
    noKey: "This link's key is missing: open the speaker's link again.",
  },
  print: {
    print: "Print",
    ready: "A sheet for each scene.",
    making: (made: number, of: number) => `The machine plays the scenes: ${made} of ${of}`,
  },
  scene: (number: number, of: number) => `scene ${number} of ${of}`,
  nextClick: "Next click",
  speakerWindow: "Speaker's window",
  fullScreen: "Full screen",
  sideTrip: "Side trip",
  comeBack: "back to the talk",
  coming: "The machine starts",
  black: "The screen is black: B shows it again",
  frozen: "time stands still",
  at: {
    title: (scene: string, number: number) => `${number}. ${scene}`,
  },
  /** Where both views are in one window. */
  both: {
    label: "Views of the talk",
    audience: "Audience's view",
    speaker: "Speaker's view",
    why: {
      "one-screen": "There is one screen: change views here",
      refused: "The browser opens no second window: allow pop-ups, or change views here",
    },
    apart: "A window of its own",
  },
  presenter: {
    title: "Speaker",
    onScreen: "On screen",
    same: "same state as the other window",
    alone: "no other window",
    differs: (place: string) => `The other window shows ${place}, or is not the same there.`,
    mine: "Take mine",
    theirs: "Take theirs",
    next: (what: string) => `Next: ${what}`,
    nextScene: (title: string) => `Next scene: ${title}`,
    end: "The end",
    back: "Back",
    cues: "Clicks of this scene",
    rest: "At rest",
    notes: "Notes",
    nextUp: "Next",
    planned: (time: string) => `${time} planned`,
    scenes: "Scenes",
    of: (total: string) => `of ${total}`,
    ahead: (time: string) => `${time} faster than planned`,
    behind: (time: string) => `${time} slower than planned`,
    onTime: "as planned",
    start: "Start the clock",
    sideTrip: "Side trip",
    freeze: "Freeze",
    thaw: "Go on",
    black: "Black",
    white: "Show again",
    audience: "Audience's window",
    smaller: "Smaller notes",
    larger: "Larger notes",
    clicker: "Clicker",
    keys: [
      ["PgDn", "→", "next click, also halfway through a run"],
      ["PgUp", "←", "one click back, the machine too"],
      ["F", "", "side trip: try what they ask; Esc returns here"],
      ["B", ".", "black; time stands still"],
      ["Q", "", "address and QR code for all"],
    ],
    away: "On a side trip",
  },
} as const;

export type StageWords = Words<typeof english>;
export const stageStrings = inLanguages<StageWords>(english, { ja: () => import("./strings.ja.ts") });

export const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
