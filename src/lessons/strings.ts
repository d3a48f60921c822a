/** Every word round the lessons; a lesson's own are in its file. */
import { inLanguages, type Words } from "../client/language/catalogue.ts";
import { ownerWords } from "../client/owners.ts";
import { kindName, type Pointing } from "./pointing.ts";

const steps = (left: number) => (left === 1 ? "1 left" : `${left} left`);

const english = {
  label: "Lesson",
  place: (at: number, of: number) => `${at} of ${of}`,
  leave: "Leave the lesson",
  loading: "Fetching the lesson",
  making: "Making its machine",
  missing: "The lesson could not be opened.",
  broken: "This lesson file cannot be used.",
  back: "All lessons",
  again: "Try again",

  goal: "Goal",
  state: {
    open: (met: number, of: number) => (of > 1 ? `not yet, ${met} of ${of}` : "not yet"),
    ticked: "reached",
    kept: "so far",
    hurt: "not any more",
  },
  count: (met: number, of: number) => `${met} of ${of}`,
  keptSoFar: "so far",
  changed: (what: string, ticked: boolean) => `${what}: ${ticked ? "reached" : "not reached any more"}`,

  did: (line: string) => `You did: ${line}`,
  run: "Run",
  runLabel: (line: string) => `Run ${line}`,
  type: "Type it",
  typeLabel: (line: string) => `Type ${line} into the terminal`,
  takeBack: "Takes it back:",

  predict: "Before you go on: what do you expect?",
  see: "See",
  seeLabel: "See what the machine answers, in a copy",
  letAnswer: (said: string) => `You said: ${said}. Let the machine answer, in a copy:`,
  choose: "Choose one; then a copy of the machine answers. Yours stays as it is.",
  asking: "A copy is trying it.",
  noAnswer: "No copy could be made to answer.",
  worked: {
    head: "A worked run: what do you expect?",
    about: "A copy of this machine does it first, and stops before what you may not expect.",
    watch: "Watch it",
    next: "Next:",
    booted: "Booted with",
    marked: (nodes: readonly number[]) => `SRAT marks node ${nodes.join(", ")}`,
    nothing: "prints nothing",
    waits: "has not come back",
    added: "added",
    left: (moved: number) => `out; ${moved === 1 ? "1 page" : `${moved.toLocaleString("en-GB")} pages`} moved`,
    refused: (errno: string, whose: string | null) => (whose === null ? errno : `${errno}: ${whose}`),
  },
  same: (said: string) => `You said: ${said}. So it is.`,
  other: (said: string, truth: string) => `You said: ${said}. It is: ${truth}.`,
  none: (said: string) => `You said: ${said}. None of these is so this time.`,
  inACopy: "In a copy; your machine is unchanged.",

  boot: {
    head: "How it boots",
    words: "Kernel command line",
    marks: "Firmware’s SRAT marks as hot-pluggable",
    node: (node: number) => `node ${node}`,
    go: "Boot it",
    as: (cmdline: string) => (cmdline === "" ? "Booted without options." : `Booted with ${cmdline}.`),
  },

  point: {
    head: "Point at it",
    how: "Is it one of these? They are what is selected in the machine.",
    nothing: "Select a page, a memory block, a DIMM or a node in the machine; then name it here.",
    name: ({ at, pfn, page, whose, block, dimm, node }: Pointing): string => {
      if (at === "page") return `page 0x${(pfn ?? 0).toString(16)}: ${whose ? ownerWords(whose) : kindName(page ?? 0)}`;
      if (at === "followed") return `a page of ${dimm ?? block}, which is at 0x${(pfn ?? 0).toString(16)} now`;
      return at === "node" ? `node ${node}` : ((at === "block" ? block : dimm) ?? "");
    },
    did: (name: string) => `pointed at ${name}`,
    /** As a solution does it. */
    doing: {
      culprit: (_: string) => "point at the page that is named in the verdict",
      followed: (name: string) => `follow a page${name === "" ? "" : ` of ${name}`} in Migration`,
      thing: (name: string) => `point at ${name}`,
    },
    followed: (name: string) => `followed ${name}`,
    label: (name: string) => `This is it: ${name}`,
    answer: (name: string, hit: boolean) => (hit ? `You pointed at ${name}. That is it.` : `You pointed at ${name}.`),
  },

  show: (name: string) => `Go to ${name}`,
  actHere: "Act here",

  hint: "Hint",
  hintsLeft: steps,
  undo: "Undo my last move",
  restart: "Start again",
  next: "Next",
  previous: "Back",
  more: "More",
  copy: "Copy my situation as text",
  copied: "Copied.",
  notCopied: "Could not be copied: it is below, to be selected.",
  solution: (name: string) => `Type the solution “${name}”`,
  solutionNote: "It is typed into the terminal, not run.",

  solved: "Reached",
  yourWay: (commands: number) => `In ${commands === 1 ? "one move" : `${commands} moves`}, your way.`,
  shorter: (moves: number, name: string) =>
    `There is a way with ${moves === 1 ? "one move" : `${moves} moves`}: “${name}”.`,
  nextLesson: (title: string) => `Next: ${title}`,
  comesBack: "It comes back in “Predict, then see”:",
  hurtHelp: (goal: string) => `“${goal}” cannot be so any more on this path.`,
  elsewhere: "The machine is another one now. The lesson waits for its own.",
  ownMachine: "Make the lesson's machine",

  index: {
    title: "Lessons",
    about: "Each starts with a machine and something to get done. Any way that gets there counts.",
    toBox: "Back to the box",
    open: "Open a lesson file",
    write: "Write one",
    take: "Take progress along",
    bring: "Bring progress",
    goOn: (title: string) => `Go on: ${title}`,
    first: (title: string) => `Begin: ${title}`,
    done: (done: number, of: number, minutes: number) =>
      done === of ? `all ${of} solved` : `${done} of ${of} · about ${minutes} min left`,
    minutes: (minutes: number) => `${minutes} min`,
    solved: (ways: number) => (ways > 1 ? `solved · ${ways} ways` : "solved"),
    goOnBadge: "go on",
    firstBadge: "start here",
    brought: (lessons: number) => `Progress of ${lessons === 1 ? "one lesson" : `${lessons} lessons`} was added.`,
    /** Of a lesson that has no words in the reader's language. */
    inEnglish: "in English",
    allDone: "All solved. Predict, then see",
    /** `ways`: in how many it was solved; `null`: not yet. */
    card: (order: number, title: string, minutes: number, ways: number | null) =>
      `Lesson ${order}: ${title}, ${minutes} minutes${ways === null ? "" : ways > 1 ? `, solved in ${ways} ways` : ", solved"}`,
  },

  situation: {
    title: (title: string) => `Lesson: ${title}`,
    time: (seconds: string) => `Simulated time: ${seconds} s`,
    goals: "Goals:",
    moves: "Last moves:",
    blocks: "Memory blocks:",
    none: "(none)",
  },
} as const;

export type LessonWords = Words<typeof english>;
export const lessonStrings = inLanguages<LessonWords>(english, { ja: () => import("./strings.ja.ts") });
