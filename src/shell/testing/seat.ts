/** A person's place at a machine, for tests: a terminal with a shell, and what it has shown. */
import { smallBox } from "../../engine/testing/small-box.ts";
import { Engine } from "../../engine/time/engine.ts";
import { Userland } from "../process/userland.ts";
import { TerminalShell } from "../terminal-shell.ts";

const SECOND = 1e9;
const SEQUENCES = /\x1b\[\??[\d;]*[A-Za-z]/g;
export const PROMPT = "root@A:~# ";

/** A terminal that remembers what was printed; what only moves the cursor or asks for pastes is left out. */
export class Seat {
  readonly engine = new Engine({ seed: 1, box: smallBox() });
  readonly userland = new Userland(this.engine, "A");
  raw = "";
  status: number | null = null;
  readonly shell: TerminalShell;

  constructor() {
    this.shell = new TerminalShell(this.userland, {
      columns: 80,
      rows: 24,
      onOutput: (text) => {
        this.raw += text;
      },
      onExit: (status) => {
        this.status = status;
      },
    });
    this.pass(0.1);
  }

  pass(seconds: number): void {
    this.engine.runFor(seconds * SECOND);
  }

  /** Types and lets a second pass; gives what appeared. */
  type(text: string, seconds = 1): string {
    const from = this.raw.length;
    this.shell.input(text);
    this.pass(seconds);
    return this.screen(from);
  }

  screen(from = 0): string {
    return this.raw.slice(from).replace(SEQUENCES, "").replaceAll("\r\n", "\n").replaceAll("\r", "");
  }
}
