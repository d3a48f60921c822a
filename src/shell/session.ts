/**
 * A terminal's shell: what a terminal on screen, or a console in Node, talks to. Text that keys send goes in, text for
 * the screen comes out; the line editor (./readline) and the shell behind it are in between.
 *
 * A session needs nothing but a machine (./machine.ts), of which there is one for each partition and which all of the
 * partition's terminals share: `new ShellSession(machine, { columns: 80, rows: 24 })`. Editing answers at once. What
 * commands do happens on simulated time: output comes while the engine runs (`runUntil`), never from a timer.
 */

export interface SessionOptions {
  readonly columns: number;
  readonly rows: number;
  /** Told of all text for the screen: UTF-16 text with escape sequences, lines ended by `\r\n`. Never called with "". */
  readonly onOutput: (text: string) => void;
  /** The shell has ended (`exit`, Ctrl-D, `close()`), with this status. Nothing comes after it. */
  readonly onExit?: (status: number) => void;
  /**
   * The terminal promises to `acknowledge` what it has drawn. Then at most `WINDOW` characters are on their way to it,
   * and commands that write more wait. Without it, nothing but simulated time slows a writer down.
   */
  readonly acknowledges?: boolean;
}

/** Characters that may be on their way to a terminal that acknowledges. */
export const WINDOW = 128 * 1024;

export interface Session {
  /** Text from the keyboard as terminals send it: `\r` for Enter, `\x03` for Ctrl-C, `\x1b[A` for Up, pasted text. */
  input(text: string): void;
  /** The terminal has drawn this many characters of `onOutput` (see `acknowledges`). */
  acknowledge(characters: number): void;
  /** The terminal's size changed: the line is drawn anew, processes get SIGWINCH. */
  resize(columns: number, rows: number): void;
  /** Ctrl-C, from a button. */
  interrupt(): void;
  /** Types a whole line and Enter in place of what stands on the prompt, as if by hand; while a command runs, after it. */
  type(line: string): void;
  /** Shows a line above the prompt, such as the command that does what a drag just did; the line being edited stays. */
  announce(line: string): void;
  /** Puts a file into the home folder (a script dropped on the terminal) and gives its path. */
  drop(name: string, text: string): string;
  /** Hangs up: everything that the terminal runs gets SIGHUP. */
  close(): void;
  /** A command is running in the foreground. */
  readonly busy: boolean;
  /** The shell's working folder, as for a title. */
  readonly cwd: string;
}
