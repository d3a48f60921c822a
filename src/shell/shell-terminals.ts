/**
 * The terminals of a box, each with a shell behind it: what turns a person's keys into what processes do. They are part
 * of the machine: the same keys at the same instants give the same text, whoever reads it and however fast.
 */
import { addAllFiles } from "../engine/time/disk.ts";
import type { Command, TerminalCommand } from "../engine/time/commands.ts";
import type { Engine, Submission, TerminalHost } from "../engine/time/engine.ts";
import type { Stop } from "../engine/kernel/panic.ts";
import { Userland } from "./process/userland.ts";
import { type ShellAtTerminal, type Sleeping, TerminalShell } from "./terminal-shell.ts";

/** What the terminals show. */
export interface TerminalSink {
  /** Text for the screen, with escape sequences. */
  output(terminal: number, text: string): void;
  /** The shell has ended with this status; nothing comes after it. */
  ended(terminal: number, status: number): void;
}

export interface ShellTerminalOptions {
  readonly sink: TerminalSink;
  /** What a person's command is as lines of a shell, before it is carried out; `null` where a shell has nothing to say. */
  readonly linesOf: (command: Command) => { readonly partition: string; readonly lines: readonly string[] } | null;
  /** Told of what processes do to the machine, in place of `Engine.act`. */
  readonly act?: (command: Command, origin: string) => Submission;
}

interface Open {
  readonly partition: string;
  /** Nobody, between two kernels. */
  shell: ShellAtTerminal | null;
  columns: number;
  rows: number;
  /** The higher, the later it was opened or typed into. */
  used: number;
}

const DONE: Submission = { errno: null, rejection: null, op: null };
/** Of a console for which there was no memory. */
const NO_SHELL = 1;
const GREY = "\x1b[90m";
const PLAIN = "\x1b[39m";

export class ShellTerminals implements TerminalHost {
  private readonly engine: Engine;
  private readonly options: ShellTerminalOptions;
  /** Processes of each partition that has had a terminal; all its terminals share them. */
  private readonly userlands = new Map<string, Userland>();
  private readonly terminals = new Map<number, Open>();
  private uses = 0;

  /** Joins the engine. */
  constructor(engine: Engine, options: ShellTerminalOptions) {
    this.engine = engine;
    this.options = options;
    // What a person can read or write does not depend on whether a terminal was opened first.
    for (const partition of engine.kernels.keys()) addAllFiles(engine, partition);
    engine.join(this);
  }

  /** A command runs in the foreground of a terminal. */
  busy(terminal: number): boolean {
    return this.terminals.get(terminal)?.shell?.busy ?? false;
  }

  /** The sleep in the foreground of a terminal. */
  sleep(terminal: number): Sleeping | null {
    return this.terminals.get(terminal)?.shell?.sleep ?? null;
  }

  /**
   * Does what a person does at a terminal. ENODEV: there is no such partition; EEXIST: the number was given out;
   * ENOMEM: no memory for a shell; ENOENT: the terminal has ended.
   */
  carryOut(command: TerminalCommand): Submission {
    if (command.do === "terminal-open") return this.open(command);
    const open = this.terminals.get(command.terminal);
    if (!open) return { errno: "ENOENT", rejection: { why: "no-terminal", terminal: command.terminal }, op: null };
    const { shell, partition } = open;
    if (command.do === "terminal-resize") Object.assign(open, { columns: command.columns, rows: command.rows });
    if (!shell || this.engine.kernel(partition).stopped) {
      if (command.do === "terminal-close") this.terminals.delete(command.terminal);
      return DONE;
    }
    switch (command.do) {
      case "terminal-input":
        open.used = ++this.uses;
        shell.input(command.text);
        break;
      case "terminal-resize":
        shell.resize(command.columns, command.rows);
        break;
      case "terminal-drop": {
        const path = shell.drop(command.name, command.text);
        shell.announce(`# ${path} is here: bash ${path}`);
        break;
      }
      case "terminal-close":
        shell.close();
        this.terminals.delete(command.terminal);
        break;
      default:
        command satisfies never;
    }
    return DONE;
  }

  /** What a person does with the mouse stands, as lines of a shell, in the partition's terminal that was used last. */
  watch(command: Command): ((submission: Submission) => void) | null {
    const said = this.options.linesOf(command);
    if (!said) return null;
    return ({ errno }) => {
      // What was refused before the kernel was asked is no lesson in what to type.
      if (errno !== null && command.do !== "write") return;
      const shell = this.usedLast(said.partition);
      for (const line of said.lines) shell?.announce(`${GREY}${line}${PLAIN}`);
    };
  }

  private usedLast(partition: string): ShellAtTerminal | null | undefined {
    let last: Open | undefined;
    for (const open of this.terminals.values())
      if (open.partition === partition && open.used > (last?.used ?? 0)) last = open;
    return last?.shell;
  }

  private open(command: Extract<TerminalCommand, { do: "terminal-open" }>): Submission {
    const { terminal, partition, columns, rows } = command;
    if (!this.engine.kernels.has(partition))
      return { errno: "ENODEV", rejection: { why: "no-partition", partition }, op: null };
    if (this.engine.kernel(partition).stopped)
      return { errno: "EIO", rejection: { why: "stopped", partition }, op: null };
    if (this.terminals.has(terminal))
      return { errno: "EEXIST", rejection: { why: "terminal-is-open", terminal }, op: null };
    const shell = this.shellAt(terminal, { partition, columns, rows });
    if (!shell) return { errno: "ENOMEM", rejection: { why: "no-memory-for-process" }, op: null };
    this.terminals.set(terminal, { partition, shell, columns, rows, used: ++this.uses });
    return DONE;
  }

  private shellAt(
    terminal: number,
    { partition, columns, rows }: Pick<Open, "partition" | "columns" | "rows">,
  ): ShellAtTerminal | null {
    const { sink } = this.options;
    try {
      const shell: ShellAtTerminal = new TerminalShell(this.userland(partition), {
        columns,
        rows,
        onOutput: (text) => sink.output(terminal, text),
        onExit: (status) => {
          if (this.terminals.delete(terminal)) sink.ended(terminal, status);
        },
      });
      return shell;
    } catch {
      return null;
    }
  }

  /**
   * Terminals are the machine's consoles: where a shell was, another one begins, as soon as what is due now has run. A terminal for
   * which there is no memory has ended.
   */
  restarted(partition: string): void {
    this.userlands.delete(partition);
    addAllFiles(this.engine, partition);
    const consoles = [...this.terminals].filter(([, open]) => open.partition === partition);
    if (consoles.length === 0) return;
    for (const [, open] of consoles) open.shell = null;
    this.engine.at(this.engine.now, () => {
      for (const [terminal, open] of consoles) {
        if (this.terminals.get(terminal) !== open || open.shell) continue;
        open.shell = this.shellAt(terminal, open);
        if (open.shell || !this.terminals.delete(terminal)) continue;
        this.options.sink.ended(terminal, NO_SHELL);
      }
    });
  }

  /** A kernel's last words stand on every screen; what is typed there from now on nobody reads. */
  private sayLast(partition: string, { words, restarts }: Stop): void {
    const { upTime } = this.engine.kernel(partition);
    const seconds = (upTime / 1e9).toFixed(6).padStart(12);
    const last = `${restarts ? "reboot" : "Kernel panic - not syncing"}: ${words}`;
    for (const [terminal, open] of this.terminals)
      if (open.partition === partition && open.shell)
        this.options.sink.output(terminal, `\r\n[${seconds}] ${last}\r\n`);
  }

  private userland(partition: string): Userland {
    let userland = this.userlands.get(partition);
    if (!userland) {
      const { act } = this.options;
      const origin = `shell:${partition}`;
      userland = new Userland(this.engine, partition, {
        ...(act ? { submit: (command: Command) => act(command, origin) } : {}),
        stopped: (last) => this.sayLast(partition, last),
      });
      this.userlands.set(partition, userland);
    }
    return userland;
  }
}
