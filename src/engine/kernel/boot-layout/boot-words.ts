/**
 * Words of the command line that change nothing on the simulated machine: those that Linux hands to the first process, and
 * those that it knows and this machine does not act on. Neither is dropped in silence.
 */
import { type Profile, profileOf } from "../profiles/index.ts";
import { type KernelCmdline, splitParameters } from "./cmdline.ts";
import { knowsOption } from "./linux-options.ts";

export interface IdleWords {
  /** As the first process gets them: words without a value, then those with one (init/main.c, unknown_bootoption). */
  readonly forInit: readonly string[];
  /** As written. */
  readonly notSimulated: readonly string[];
}

/** What recorders boot with for their console and their emulator: there is nothing here that these would change. */
const OF_THE_CONSOLE: ReadonlySet<string> = new Set(["console", "loglevel", "quiet", "panic", "mitigations", "tsc"]);

export function idleWords({ text, unknown }: Pick<KernelCmdline, "text" | "unknown">, profile: Profile): IdleWords {
  const words: string[] = [];
  const settings = new Map<string, string>();
  const notSimulated: string[] = [];
  const recent = profile.zoneinfo === "6.10";
  for (const { name, value, raw } of splitParameters(text)) {
    if (raw === "--") break;
    // Another first process starts without the words so far.
    if (name === "init" && value !== null) words.length = 0;
    if (!unknown.includes(raw) || OF_THE_CONSOLE.has(name)) continue;
    // A value that transparent_hugepage refuses makes it a word that nobody knows.
    const known = name.includes(".") || (name !== "transparent_hugepage" && knowsOption(recent, name, value !== null));
    if (known) notSimulated.push(raw);
    else if (value === null) words.push(name);
    else settings.set(name, `${name}=${value}`);
  }
  // These two the first process has of its own.
  for (const own of ["HOME", "TERM"]) settings.delete(own);
  return { forInit: [...words, ...settings.values()], notSimulated };
}

/** Lines of the boot log about them. The second is the playground's own, and begins with its name. */
export function idleWordLines(cmdline: KernelCmdline, kernel: Profile["version"]): string[] {
  const profile = profileOf(kernel);
  const { forInit, notSimulated } = idleWords(cmdline, profile);
  const { unknownWords } = profile.bootLog;
  const told = forInit.join(" ");
  return [
    ...(told !== "" && unknownWords === "quoted"
      ? [`Unknown kernel command line parameters "${told}", will be passed to user space.`]
      : []),
    ...(told !== "" && unknownWords === "plain" ? [`Unknown command line parameters: ${told}`] : []),
    ...(notSimulated.length > 0 ? [`playground: not simulated: ${notSimulated.join(" ")}`] : []),
  ];
}
