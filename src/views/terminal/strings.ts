/** Every word of the terminal panel. */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
const english = {
  title: "Terminal",
  label: "Terminals",
  tabs: "Open terminals",
  tab: (partition: string, name: string) => `${partition}, ${name}`,
  busyTab: (label: string) => `${label}: a command runs`,
  close: (label: string) => `Close the terminal ${label}`,
  open: "New terminal",
  openOn: (partition: string, name: string) => `Terminal on ${partition} · ${name}`,
  script: "Put a script into the home folder",
  reader: "Screen reader mode",
  enlarge: "Make the terminal a drawer along the bottom",
  shrink: "Put the terminal back into the side column",
  hide: "Close the terminal panel (its shells go on)",
  height: "Height of the terminal drawer",
  leave: "F6 leaves",
  input: (label: string) => `Shell on ${label}. F6 leaves the terminal.`,
  tooMuch: "Too much output to read out. Arrow keys in the terminal's list of lines go through it.",
  dropHere: "Drop a script: it lands in the home folder",
  tooLarge: (file: string) => `${file} is larger than 1 MiB: not taken`,
  notText: (file: string) => `${file} is no text: not taken`,
  unreadable: (file: string) => `${file} could not be read: not taken`,
  still: "Time stands still, so the command waits.",
  run: "Run time",
  /** The first line of a terminal, in full and for a narrow one. */
  greeting: {
    here: (name: string, kernel: string): readonly [string, string] => [
      `Linux ${kernel} on ${name}, simulated. What is typed here happens in the box.`,
      "What is typed here happens in the box.",
    ],
    look: "Look: ",
    learn: "Learn:",
  },
  sleeping: (command: string, real: string, speed: string) => `${command} takes ${real} at ${speed} speed`,
  realTime: "Run at real time",
  none: "No terminal is open.",
  again: (reason: string) => `— ${reason}`,
  noPartition: (partition: string) => `— This scenario has no partition ${partition}.`,
  keys: "Keys of the terminal",
  key: { tab: "Tab", interrupt: "Ctrl-C", up: "Up", down: "Down" },
} as const;

export type TerminalWords = Words<typeof english>;
export const terminalStrings = inLanguages<TerminalWords>(english, { ja: () => import("./strings.ja.ts") });
