/** Signals: their numbers on x86, what they do to a process that says nothing about them, and how shells tell of them. */

/** Names without `SIG`, in the order of their numbers; `EXIT` is 0 for `kill -0` and `trap`. */
const NAMES = [
  "EXIT",
  "HUP",
  "INT",
  "QUIT",
  "ILL",
  "TRAP",
  "ABRT",
  "BUS",
  "FPE",
  "KILL",
  "USR1",
  "SEGV",
  "USR2",
  "PIPE",
  "ALRM",
  "TERM",
  "STKFLT",
  "CHLD",
  "CONT",
  "STOP",
  "TSTP",
  "TTIN",
  "TTOU",
  "URG",
  "XCPU",
  "XFSZ",
  "VTALRM",
  "PROF",
  "WINCH",
  "IO",
  "PWR",
  "SYS",
] as const;

export const Signal = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  KILL: 9,
  SEGV: 11,
  PIPE: 13,
  TERM: 15,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  WINCH: 28,
} as const;

/** Real-time signals have numbers and no names of their own here. */
export const MAX_SIGNAL = 64;

export const signalName = (signal: number): string => NAMES[signal] ?? `RTMIN+${signal - 34}`;
export const signalNames: readonly string[] = NAMES.slice(1);

/** `INT`, `SIGINT`, `int`, `2`; `undefined` when there is none of that name. */
export function signalNumber(text: string): number | undefined {
  if (/^\d{1,3}$/.test(text)) return Number(text) <= MAX_SIGNAL ? Number(text) : undefined;
  const at = NAMES.indexOf(text.toUpperCase().replace(/^SIG/, "") as (typeof NAMES)[number]);
  return at < 0 ? undefined : at;
}

export type DefaultAction = "terminate" | "ignore" | "stop" | "continue";

export function defaultAction(signal: number): DefaultAction {
  switch (signal) {
    case Signal.CHLD:
    case Signal.WINCH:
    case 23:
      return "ignore";
    case Signal.CONT:
      return "continue";
    case Signal.STOP:
    case Signal.TSTP:
    case Signal.TTIN:
    case 22:
      return "stop";
    default:
      return "terminate";
  }
}

/** What a shell prints of a process that a signal ended (strsignal). */
const DESCRIPTIONS: Readonly<Record<number, string>> = {
  1: "Hangup",
  2: "Interrupt",
  3: "Quit",
  4: "Illegal instruction",
  5: "Trace/breakpoint trap",
  6: "Aborted",
  7: "Bus error",
  8: "Floating point exception",
  9: "Killed",
  10: "User defined signal 1",
  11: "Segmentation fault",
  12: "User defined signal 2",
  13: "Broken pipe",
  14: "Alarm clock",
  15: "Terminated",
  24: "CPU time limit exceeded",
  25: "File size limit exceeded",
};
export const signalText = (signal: number): string => DESCRIPTIONS[signal] ?? `Unknown signal ${signal}`;
