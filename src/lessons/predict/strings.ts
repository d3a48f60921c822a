/** Every word of "predict, then see". */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import { kindWords } from "../../client/owners.ts";
import type { CheckRule } from "../../engine/chronicle/outcome.ts";
import type { GeneratorName, Said } from "./format.ts";
import type { Observation } from "./observe.ts";

type Data = Said["data"];
const number = (value: string | number | undefined): string =>
  typeof value === "number" ? value.toLocaleString("en-US") : (value ?? "");

/** What decided between kernel zone and Movable, by the machine's own codes (src/engine/hotplug/zone-choice.ts). */
const becauseTexts: Readonly<Record<string, string>> = {
  word: "The word says which zone.",
  "in-kernel":
    "The block lies within the kernel zone’s span, between its neighbours, and outside of Movable’s: that decides before any boot option.",
  "in-movable":
    "The block lies within Movable’s span, between its neighbours, and outside of the kernel zone’s: that decides before any boot option.",
  "movable-node": "Neither span alone has the block, so movable_node decides: Movable.",
  default: "Neither span alone has the block, and movable_node is not there: the kernel’s own zone.",
  "ratio-allows": "auto-movable: the ratio of Movable to boot memory leaves room for the rest of its DIMM.",
  "ratio-forbids": "auto-movable: the ratio of Movable to boot memory leaves no room for the rest of its DIMM.",
  "node-ratio-forbids": "auto-movable: the machine would have room for it, its node has not.",
  "device-is-kernel":
    "auto-movable: a part of its DIMM is the kernel’s already, and a DIMM that cannot leave whole is no use as Movable.",
};

const kindTexts: Readonly<Record<string, string>> = {
  anon: "anonymous memory",
  thp: "huge pages of a process",
  shm: "shared memory",
  cache: "page cache",
  mlock: "locked memory (mlock)",
  longterm: "memory pinned for a device",
  vfio: "memory of a guest with a device",
  ksm: "memory that KSM may merge",
  pin: "pages held by pipes",
  vmalloc: "vmalloc memory",
  slab: "dentries",
};

const english = {
  title: "Predict, then see",
  about: "You say what happens. Then a machine does it.",
  close: "Back to the box",
  lessons: "All lessons",
  generators: "What to predict",
  next: "Next",
  look: "Look round in this machine",
  copy: "Copy link",
  copied: "Copied.",
  notCopied: "It is in the address bar.",
  coming: "Machines are trying it.",
  broken: "No exercise could be made.",
  again: "Try again",
  level: (level: number, of: number) => `Level ${level} of ${of}`,
  counted: (right: number, asked: number) => (asked === 0 ? "" : `${right} of ${asked} right`),
  rose: (level: number) => `Three in a row: level ${level} next.`,
  fell: (level: number) => `Level ${level} next.`,

  answers: "Answers",
  see: "See",
  seeLabel: "See what the machine does",
  choose: "Choose one. Then the machine does it, slowly.",
  running: "It runs. The moment that decides comes last.",
  hurry: "At once",
  said: (answer: string) => `You said: ${answer}.`,
  same: "So it is.",
  other: (answer: string) => `It is: ${answer}.`,
  /** Said instead of "So it is", where the machine does not do what was found out: never, unless something is broken. */
  strange: (answer: string) => `This machine did something else: ${answer}.`,

  machine: "The machine",
  node: (id: number, cpus: string) => `Node ${id}${cpus === "" ? "" : `, CPUs ${cpus}`}`,
  onBoard: "on-board",
  zone: "zone",
  offline: "offline",
  several: "two zones",
  emptying: "emptying",
  pages: (pages: number, kind: string) => `${number(pages)} ${kind}`,
  pinned: (pages: number) => `${number(pages)} of them held by somebody`,
  heldShort: "held",
  memory: (mib: number) => `${number(mib)} MiB on-board`,
  kernel: (version: string) => `Linux ${version}`,
  noOptions: "no boot options",
  legend: "Pages",
  free: "free",
  strip: "From its first page to its last",
  stripSaid: (kinds: string) => `From its first page to its last: ${kinds}`,

  generator: {
    "what-answer": "What will this write return",
    "which-stays": "Which block stays",
    "which-zone": "Which zone will “online” choose",
    "valid-zones": "What does valid_zones say",
    "where-lands": "Where does this allocation land",
    "movable-start": "Where does ZONE_MOVABLE start",
    "free-falls": "How much does MemFree fall",
    "memmap-host": "Which DIMM hosts this memmap",
    "leave-order": "In which order do the pages leave",
    "one-different": "A second machine, one option different",
  } satisfies Record<GeneratorName, string>,

  ask: {
    "which-zone": ({ block }: Data) => `${block} is brought online with the plain word. Which zone does it join?`,
    "what-answer": () => "What does this write return?",
    "which-stays": () => "One of these blocks stays online. Which one?",
    "valid-zones": ({ block }: Data) => `What does valid_zones of ${block} say then?`,
    "where-lands": ({ kind, mib, node }: Data) =>
      `A process on the CPUs of node ${node} takes ${mib} MiB of ${kindTexts[kind ?? ""] ?? kind}. Where does most of it land?`,
    "movable-start": () => "The machine is switched on. Where does ZONE_MOVABLE start?",
    "movable-start-node": ({ node }: Data) =>
      `The machine is switched on. Where does ZONE_MOVABLE of node ${node} start?`,
    "free-falls": ({ dimm, mib }: Data) =>
      `${dimm}, of ${number(mib)} MiB, is added to node 1. What becomes of MemFree?`,
    "memmap-host": ({ dimm, node }: Data) =>
      `${dimm} is added to node ${node}. On which memory do its struct pages lie?`,
    "leave-order": ({ block }: Data) => `${block} goes offline. Of which kind have all pages left it first?`,
  } as Readonly<Record<string, (data: Data) => string>>,
  /** Of a second machine, which is drawn. */
  second: (answer: string, difference: string) =>
    `On a first machine the answer is: ${answer}. This one is the same, only ${difference}.`,
  often: (answer: string) => `Machines like this one differ only in chance. How often is the answer “${answer}”?`,
  oftenOption: { always: "always", sometimes: "sometimes", never: "never" } as Readonly<Record<string, string>>,
  marked: (nodes: string) => `Firmware (SRAT) says of node ${nodes} that its memory can be taken away.`,

  answer: {
    answer: (value: string) =>
      value === "0" ? "returns 0" : value === "goes on" ? "has not returned after 5 s" : value,
    zone: (value: string) => (value === "offline" ? "stays offline" : value),
    valid: (value: string) => value,
    refused: (value: string) => value,
    left: (value: string) => value,
    "movable-start": (value: string) =>
      value === "none"
        ? "nowhere: there is none"
        : `at ${number(Number(value))} MiB, in memory${Math.floor(Number(value) / 128)}`,
    free: (value: string) =>
      value === "0"
        ? "it stays the same"
        : Number(value) < 0
          ? `it falls by ${number(-Number(value))} MiB`
          : `it grows by ${number(Number(value))} MiB`,
    "memmap-host": (value: string) =>
      value.startsWith("node") ? `on-board memory of node ${value.slice(4)}` : value === "none" ? "nowhere" : value,
    landed: (value: string) => {
      const [, node, zone] = value.split("/");
      return zone === undefined ? "nowhere: it is refused" : `node ${node}, ${zone}`;
    },
    "left-first": (value: string) => (/^\d+$/.test(value) ? kindWords(Number(value)) : "none before the others"),
  } satisfies Record<Observation["see"], (value: string) => string>,

  /** A machine that gave a wrong answer: what is different there. */
  from: {
    with: ({ option }: Data) => `with ${option} on the command line`,
    without: ({ option }: Data) => `without ${option} on the command line`,
    word: ({ word }: Data) => `with the word ${word}`,
    block: ({ block }: Data) => `for ${block}`,
    write: ({ line }: Data) => `for ${line}`,
    options: ({ options }: Data) => (options === "" ? "without boot options" : `with ${options} instead`),
    size: ({ mib }: Data) => `with a DIMM of ${number(mib)} MiB`,
    state: ({ state }: Data) => `with memhp_default_state=${state}`,
    kind: ({ kind }: Data) => `for ${kindTexts[kind ?? ""] ?? kind}`,
    node: ({ node }: Data) => `on the CPUs of node ${node}`,
    "kind-node": ({ kind, node }: Data) => `for ${kindTexts[kind ?? ""] ?? kind} on the CPUs of node ${node}`,
    "dimm-node": ({ dimm, node }: Data) => `with ${dimm} in node ${node}`,
    roomy: ({ node }: Data) => `with room in node ${node}`,
    crowded: ({ node }: Data) => `with little room in node ${node}`,
    "crowded-kernel": ({ dimm, node }: Data) => `with little room in node ${node}, and ${dimm} the kernel’s`,
    begun: ({ first }: Data) => `where ${kindTexts[first ?? ""] ?? first} came into the block first`,
    first: () => "on the first machine",
  } as Readonly<Record<string, (data: Data) => string>>,
  where: (answer: string, where: string) => `“${answer}” is so ${where}.`,
  /** Of a block that was not the one that stays. */
  leaves: (block: string) => `${block} leaves: a copy tried it.`,

  tally: (answer: string, times: number, of: number) => `${answer}: ${times} of ${of} machines`,

  why: {
    "state-changes": { pass: () => "", fail: () => "The block is in that state already." },
    "one-zone": {
      pass: () => "",
      fail: () => "Its pages lie in more than one zone, and such a block never goes offline.",
    },
    "no-holes": { pass: () => "", fail: () => "Part of the block is not System RAM." },
    isolate: {
      pass: () => "",
      fail: ({ owner }: Data) =>
        owner === undefined
          ? "A page in it cannot move, and one is enough."
          : `One page in it cannot move: ${owner}. The kernel looks first, so none of the others moved.`,
    },
    migrate: {
      pass: ({ moved }: Data) =>
        moved === undefined || moved === 0 ? "There was nothing to move." : `${number(moved)} pages moved elsewhere.`,
      fail: ({ owner, moved }: Data) =>
        `${owner === undefined ? "Somebody" : owner} holds pages that may not move. The kernel tries again and again${moved ? `; ${number(moved)} others have left` : ""}.`,
    },
    "online-zone": {
      pass: ({ zone, because }: Data) => becauseTexts[because ?? ""] ?? `It went into ${zone}.`,
      fail: ({ zone }: Data) => `No zone at its border takes it (${zone}).`,
    },
    vmemmap: {
      pass: ({ self, pages }: Data) =>
        self === 1
          ? "Its struct pages, 64 bytes for each page, lie on the DIMM itself."
          : `Its struct pages, 64 bytes for each page, take ${number(typeof pages === "number" ? pages / 256 : pages)} MiB of memory that was there before, as near as there is room.`,
      fail: () => "There was no room for its struct pages.",
    },
    "normal-memory": { pass: () => "", fail: () => "It is the last Normal memory of its node." },
    notifiers: { pass: () => "", fail: () => "A part of the kernel objected." },
    "in-time": { pass: () => "", fail: () => "It took longer than this kernel waits." },
    "all-free": { pass: () => "", fail: () => "Pages were left that cannot move; this kernel asks only at the end." },
  } as Partial<Record<CheckRule, { pass(data: Data): string; fail(data: Data): string }>>,
  rule: {
    landed:
      "Movable is for pages that can be moved: user pages that nobody holds for good. All else takes a kernel zone. Each kind begins on the node of the CPU that asks, and goes to another when that is full.",
    "movable-start":
      "movablecore= says how much may be Movable, kernelcore= how much must not; either is spread over the nodes, and on each Movable is the upper end. With movable_node what firmware marked decides instead, and the node that the kernel itself lies on stays out of it.",
    valid:
      "An online block says the zone that it is in. An offline one says those it could join, and first the one that plain online would choose.",
    "left-first":
      "The kernel walks the block from its first page to its last and moves what it meets: what lies lowest leaves first, whatever it is.",
  } as Partial<Record<Observation["see"], string>>,
  whyOther: (rule: string, where: string) => `The kernel stopped at “${rule}” (${where}).`,
  already: "It is in that state already, and writing the same again is an error.",
  by: (where: string) => `Decided in ${where}.`,
} as const;

export type PredictWords = Words<typeof english>;
export const predictStrings = inLanguages<PredictWords>(english, { ja: () => import("./strings.ja.ts") });
