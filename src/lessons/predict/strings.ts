/** Every word of "predict, then see". */
import type { CheckRule } from "../../engine/chronicle/outcome.ts";
import type { GeneratorName, Said } from "./format.ts";

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

export const predictStrings = {
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
  soldered: "soldered",
  zone: "zone",
  offline: "offline",
  several: "two zones",
  emptying: "emptying",
  pages: (pages: number, kind: string) => `${number(pages)} ${kind}`,
  pinned: (pages: number) => `${number(pages)} of them held by somebody`,
  heldShort: "held",
  kernel: (version: string) => `Linux ${version}`,
  noOptions: "no boot options",
  legend: "Pages",

  generator: {
    "which-zone": "Which zone will “online” choose",
    "what-answer": "What will this write return",
  } satisfies Record<GeneratorName, string>,

  ask: {
    "which-zone": ({ block }: Data) => `${block} is brought online with the plain word. Which zone does it join?`,
    "what-answer": () => "What does this write return?",
  } as Readonly<Record<string, (data: Data) => string>>,
  often: (answer: string) => `Machines like this one differ only in chance. How often is the answer “${answer}”?`,
  oftenOption: { always: "always", sometimes: "sometimes", never: "never" } as Readonly<Record<string, string>>,

  answer: {
    "0": "returns 0",
    "goes on": "does not return",
    offline: "stays offline",
    gone: "is gone",
  } as Readonly<Record<string, string>>,

  /** A machine that gave a wrong answer: what is different there. */
  from: {
    with: ({ option }: Data) => `with ${option} on the command line`,
    without: ({ option }: Data) => `without ${option} on the command line`,
    word: ({ word }: Data) => `with the word ${word}`,
    block: ({ block }: Data) => `for ${block}`,
    write: ({ line }: Data) => `for ${line}`,
  } as Readonly<Record<string, (data: Data) => string>>,
  where: (answer: string, where: string) => `“${answer}” is what you get ${where}.`,

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
    "normal-memory": { pass: () => "", fail: () => "It is the last Normal memory of its node." },
    notifiers: { pass: () => "", fail: () => "A part of the kernel objected." },
    "in-time": { pass: () => "", fail: () => "It took longer than this kernel waits." },
    "all-free": { pass: () => "", fail: () => "Pages were left that cannot move; this kernel asks only at the end." },
  } as Partial<Record<CheckRule, { pass(data: Data): string; fail(data: Data): string }>>,
  whyOther: (rule: string, where: string) => `The kernel stopped at “${rule}” (${where}).`,
  already: "It is in that state already, and writing the same again is an error.",
  by: (where: string) => `Decided in ${where}.`,
} as const;
