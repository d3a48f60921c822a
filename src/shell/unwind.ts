/** How running commands is left early. */

/** `break`, `continue`, `return` and `exit`; `discard` gives up the command that was read and goes on with the next. */
export class Unwind extends Error {
  readonly how: "break" | "continue" | "return" | "exit" | "discard";
  /** Loops to leave, or the status to end with. */
  count: number;

  constructor(how: Unwind["how"], count: number) {
    super(how);
    this.how = how;
    this.count = count;
  }
}

/**
 * A word or construct that cannot be carried out: the message goes to stderr after the complaint. What it ends depends:
 * `command` only the simple command; `discard` what was read with it; `exit` a shell that nobody sits at.
 */
export class ShellError extends Error {
  readonly status: number;
  readonly ends: "command" | "discard" | "exit";

  constructor(message: string, status = 1, ends: ShellError["ends"] = "discard") {
    super(message);
    this.status = status;
    this.ends = ends;
  }
}

/** Ctrl-C at a shell that somebody sits at: back to the prompt. */
export class Interrupted extends Error {}
