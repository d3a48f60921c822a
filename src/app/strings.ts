/** Every word of the shell: header, footer, menus, help, and what is said when something is wrong. */

import { inLanguages, type Words } from "../client/language/catalogue.ts";
import { clockTime } from "../views/time/clock.ts";
import { timeToSee } from "../views/time/speeds.ts";

const english = {
  name: "Hotplug Playground",
  skip: "Skip to the box",
  panels: {
    label: "Parts of the page",
    box: "The box",
    memory: "Physical memory",
    verdict: "Verdict",
    zones: "Zones",
    log: "Event log",
    terminal: "Terminal",
  },
  panelsShort: {
    box: "Box",
    memory: "Memory",
    verdict: "Verdict",
    zones: "Zones",
    log: "Log",
    terminal: "Terminal",
  },
  stage: {
    label: "What the large panel shows",
    names: {
      physical: "Physical memory",
      scale: "All memory",
      tables: "Page tables",
      migration: "Migration",
      zones: "Zones in depth",
      running: "What runs",
      compare: "Compare",
    },
    missing: "The view could not be fetched.",
    again: "Try again",
  },
  dock: { label: "Log or terminal", log: "Log", terminal: "Terminal", terminalKey: "Terminal (Ctrl+`)" },
  terminal: {
    loading: "Fetching the terminal…",
    missing: "The terminal could not be fetched.",
    again: "Try again",
  },
  late: { missing: "This part of the page could not be fetched.", again: "Fetch it again" },

  scenario: "Scenario",
  loaded: (title: string) => `${title}: the box is ready`,
  loading: (title: string) => `Switching the box on: ${title}`,
  kernels: {
    choose: (partition: string) => `Kernel of ${partition}: the scenario begins anew with another one`,
    option: (title: string, released: string | null, recordings?: number) =>
      [title, ...(released === null ? [] : [released]), ...(recordings ? [`${recordings} recordings`] : [])].join(
        " · ",
      ),
    recorded: "Held against recordings",
    source: "From sources",
    imagined: "Never released",
  },
  notSimulated: {
    count: (words: number) => `${words} not simulated`,
    about: "Linux acts on these words of the command line; this machine does not:",
  },
  cmdline: (partition: string) => `Kernel command line of ${partition}`,

  speed: {
    label: "Simulated time",
    run: "Run",
    pause: "Pause",
    paused: "paused",
    choose: "Speed of simulated time",
    real: "real time",
    short: (share: number) => (share >= 1 ? `${share}×` : `1/${Math.round(1 / share)}×`),
    /** An offline moves about 100,000 pages in 0.3 s: what that looks like is what a viewer wants to know. */
    option: (share: number) =>
      `${share >= 1 ? "Real time" : `1/${Math.round(1 / share)}`} · 100,000 pages move in about ${viewing(share)}`,
    said: (share: number) =>
      share === 0
        ? "Simulated time stands still"
        : `Simulated time runs at ${share >= 1 ? "real time" : `1/${Math.round(1 / share)} of real time`}`,
  },

  travel: {
    undo: (what: string) => `Undo: ${what}`,
    redo: (what: string) => `Redo: ${what}`,
    back: (time: string) => `Back to ${time}`,
    went: {
      before: (what: string, time: string) => `Undone: ${what}. It is ${time} again.`,
      after: (what: string, time: string) => `Done again: ${what}. It is ${time}.`,
      there: (_what: string, time: string) => `It is ${time}, and time stands still. The page was allocated just now.`,
      back: (_what: string, time: string) => `It is ${time} again.`,
    },
  },

  learn: { button: "Learn", title: "Lessons", tab: "Lesson" },

  theme: {
    label: { auto: "Theme: as the system", light: "Theme: light", dark: "Theme: dark" },
  },

  actions: {
    run: { name: "Run or pause" },
    slower: { name: "Slower" },
    faster: { name: "Faster" },
    cancel: { name: "Cancel what is running" },
    undo: { name: "Undo" },
    redo: { name: "Redo" },
    culprit: {
      name: "Back to when the page in the way was allocated, and return",
    },
    pictureBack: { name: "One function or picture back" },
    pictureOn: { name: "One function or picture on" },
    eventBack: { name: "To the event before" },
    eventOn: { name: "To the event after" },
    present: { name: "Return to the present" },
    bookmark: { name: "Set a bookmark in time, or take it away" },
    fork: { name: "Fork here: keep what comes after, go on from here" },
    nextBookmark: { name: "To the next bookmark" },
    talk: { name: "Present the talk of 2013" },
    learn: { name: "Learn: all lessons" },
    reset: { name: "Start the scenario again" },
    load: { name: (title: string) => `Scenario: ${title}` },
    kernel: { name: (title: string) => `Boot the kernel: ${title}` },
    terminal: { name: "Open or close the terminal" },
    terminalDrawer: { name: "Terminal: along the bottom, or in the side column" },
    terminalReader: { name: "Terminal: screen reader mode" },
    find: { name: "Find pages in all memory" },
    fullStage: { name: "The large panel: whole stage, and back" },
    theme: { name: "Change the theme" },
    language: {
      name: "日本語で読む (read in Japanese)",
    },
    projector: { name: "For a projector: on, with pointer and keys, off" },
    fullScreen: { name: "Full screen" },
    palette: { name: "All actions" },
    help: { name: "Help and keys" },
    stage: { name: (view: string) => `Look at: ${view}` },
    show: { name: (panel: string) => `Go to: ${panel}` },
  },

  outcome: {
    why: (went: boolean) => (went ? "See how" : "See why"),
    close: "Close",
  },

  bookmark: (at: number) => `Bookmark at ${clockTime(at)}`,

  footer: { now: "Simulated time since power-on" },

  fault: {
    title: "The simulation cannot go on",
    lost: "Lost: the box, its processes, shells and files. Log, verdict and what the terminals showed stay until the scenario starts again.",
    silent: "The simulator does not answer",
    mayReturn:
      "If it answers again, or another one has made the box again from what was done to it, nothing is lost. Starting again gives it up: the box, its processes, shells and files, and the log.",
    replaced: "The simulator was replaced",
    madeAgain: (time: string) =>
      `It was gone, so another one made the box again from all that was done to it: this is the box as it was at ${time}, and it goes on. What had no answer yet was not done.`,
    read: "Close",
    again: "Start again",
    save: "Save log, verdicts and terminals",
    reload: "Load the page again",
    drawing: (reason: string) => `The page could not be drawn: ${reason}.`,
    panel: (reason: string) => `This part of the page could not be drawn: ${reason}.`,
    draw: "Draw it again",
  },
} as const;

export type AppWords = Words<typeof english>;
export const appStrings = inLanguages<AppWords>(english, { ja: () => import("./strings.ja.ts") });

const viewing = (speed: number): string => {
  const { many, unit } = timeToSee(speed);
  return `${many} ${unit === "seconds" ? "s" : "min"}`;
};
