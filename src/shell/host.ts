/** Shells for those outside the machine: a script that runs to its end, its output handed over as it comes. */
import { Capture, TextFile } from "./io/files.ts";
import type { OpenFile } from "./io/open-file.ts";
import type { Terminal } from "./io/terminal.ts";
import type { Process } from "./process/process.ts";
import type { Userland } from "./process/userland.ts";
import { Interpreter } from "./run/interpreter.ts";
import { freshState, runScript } from "./run/new-shell.ts";
import { OPTION_LETTERS, Variables } from "./state.ts";

export interface ScriptStart {
  readonly text: string;
  /** `$0`, which begins the shell's own messages. */
  readonly name: string;
  readonly positional?: readonly string[];
  /** The text is a line as `-c` gets it. */
  readonly fromArgument?: boolean;
  /** Letters of options that are set: `ex`. */
  readonly options?: string;
  readonly folder?: string;
  /** What standard input gives: a text, or nothing. */
  readonly input?: string | OpenFile;
  readonly environment?: Readonly<Record<string, string>>;
  readonly terminal?: Terminal;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/**
 * Starts a script as a process of the machine. It runs while the engine does; `process.ending` tells when and how it
 * ended. Throws when the machine has no memory for a process.
 */
export function startScript(userland: Userland, start: ScriptStart): Process {
  const { input = "", positional = [], fromArgument = false } = start;
  const descriptors = new Map<number, OpenFile>([
    [0, typeof input === "string" ? new TextFile(input) : input],
    [1, new Capture(start.out, () => userland.now())],
    [2, new Capture(start.err, () => userland.now())],
  ]);
  const process = userland.spawn({
    parent: null,
    command: fromArgument ? `bash -c ${start.text}` : `bash ${start.name}`,
    descriptors,
    group: 0,
    terminal: start.terminal ?? null,
    steps: (self) => {
      const variables = new Variables();
      for (const [name, text] of Object.entries(start.environment ?? {})) {
        variables.set(name, text);
        variables.export(name);
      }
      const state = freshState({ system: userland, process: self, cwd: start.folder ?? "/root" }, variables, {
        name: start.name,
        positional,
        fromArgument,
        text: start.text,
      });
      for (const letter of start.options ?? "") {
        const option = OPTION_LETTERS[letter];
        if (option) state.options.add(option);
      }
      return runScript(start.text, new Interpreter(state));
    },
  });
  if (typeof process === "string") throw new Error(`no process for ${start.name}: ${process}`);
  return process;
}
