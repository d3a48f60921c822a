/**
 * A terminal's shell: what a terminal on screen, or a console in Node, talks to. Text that keys send goes in, text for
 * the screen comes out; the line editor (./readline) and the shell behind it are in between.
 *
 * It needs nothing but a userland (./process/userland.ts), of which there is one for each partition and which all
 * of the partition's terminals share: `new TerminalShell(new Userland(engine, "A"), { columns: 80, rows: 24, onOutput })`.
 * Editing answers at once. What commands do happens on simulated time: their output comes while the engine runs
 * (`runUntil`), never from a timer.
 */
import { interactive } from "./interactive.ts";
import { Terminal } from "./io/terminal.ts";
import { type Process, exitStatus } from "./process/process.ts";
import { Signal } from "./process/signals.ts";
import type { Userland } from "./process/userland.ts";
import { complete } from "./readline/complete.ts";
import { type Answer, LineEditor } from "./readline/editor.ts";
import { Interpreter } from "./run/interpreter.ts";
import { freshState } from "./run/new-shell.ts";
import { interactiveActions } from "./run/traps.ts";
import { type ShellState, Variables } from "./state.ts";
import { type Running, WaitQueue, waitOn } from "./system.ts";

export interface TerminalShellOptions {
  readonly columns: number;
  readonly rows: number;
  /** Told of all text for the screen: UTF-16 text with escape sequences, lines ended by `\r\n`. Never called with "". */
  readonly onOutput: (text: string) => void;
  /** The shell has ended (`exit`, Ctrl-D, `close()`), with this status. Nothing comes after it. */
  readonly onExit?: (status: number) => void;
}

/** A sleep(1): as it was typed, and from when to when it sleeps, simulated ns since power-on. */
export interface Sleeping {
  readonly command: string;
  readonly from: number;
  readonly until: number;
}

export interface ShellAtTerminal {
  /** Text from the keyboard as terminals send it: `\r` for Enter, `\x03` for Ctrl-C, `\x1b[A` for Up, pasted text. */
  input(text: string): void;
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
  /** The sleep in the foreground; of several, the one that ends last. `null` also for one that is stopped or has no end. */
  readonly sleep: Sleeping | null;
  /** The shell's working folder, as for a title. */
  readonly cwd: string;
}

const HOME = "/root";
/** Commands typed by others that wait for the prompt. */
const MAX_QUEUED = 1000;

export class TerminalShell implements ShellAtTerminal {
  private readonly userland: Userland;
  private readonly options: TerminalShellOptions;
  private readonly terminal: Terminal;
  private readonly editor: LineEditor;
  private readonly process: Process;
  private readonly answers = new WaitQueue();
  private readonly queued: string[] = [];
  private answer: Answer | null = null;
  private state: ShellState | null = null;
  private ended = false;

  constructor(userland: Userland, options: TerminalShellOptions) {
    this.userland = userland;
    this.options = options;
    const { engine } = userland;
    this.terminal = new Terminal(
      {
        output: (text) => {
          if (!this.ended) options.onOutput(text);
        },
        signal: (group, signal) => userland.killGroup(group, signal),
        soon: (act) => engine.at(engine.now, act),
        now: () => engine.now,
      },
      options.columns,
      options.rows,
    );
    const self = this;
    this.editor = new LineEditor({
      draw: (text) => this.terminal.draw(text),
      get columns() {
        return Math.max(8, self.terminal.columns);
      },
      get history() {
        return self.state?.history ?? [];
      },
      complete: (line, cursor) => (this.state ? complete(line, cursor, this.state) : { from: cursor, candidates: [] }),
    });
    const process = userland.spawn({
      parent: null,
      command: "-bash",
      group: 0,
      terminal: this.terminal,
      descriptors: new Map([0, 1, 2].map((descriptor) => [descriptor, this.terminal])),
      steps: (own) => this.run(own),
    });
    if (typeof process === "string") throw new Error(`no process for a shell: ${process}`);
    this.process = process;
    this.terminal.foreground = process.group;
    this.waitForEnd();
  }

  private *run(process: Process): Running<number> {
    for (const [signal, action] of interactiveActions) process.actions.set(signal, action);
    const variables = new Variables();
    const state = freshState({ system: this.userland, process, cwd: HOME }, variables, {
      name: "bash",
      positional: [],
      interactive: true,
    });
    for (const option of ["monitor", "history", "emacs"] as const) state.options.add(option);
    state.shopts.add("expand_aliases");
    this.state = state;
    this.resized();
    return yield* interactive(new Interpreter(state), (prompt) => this.readLine(prompt));
  }

  private *readLine(prompt: string): Running<Answer> {
    this.terminal.flush();
    this.answer = null;
    const typed = this.terminal.takeTyped();
    this.editor.begin(prompt, (answer) => {
      this.answer = answer;
      this.terminal.editor = null;
      this.answers.wake();
    });
    this.terminal.editor = (text) => this.editor.keys(text);
    const next = this.queued.shift();
    if (next !== undefined) this.editor.submit(next);
    else if (typed !== "") this.terminal.keys(typed.replaceAll("\n", "\r"));
    while (this.answer === null) yield* waitOn(this.answers);
    return this.answer;
  }

  private waitForEnd(): void {
    this.process.changed.add(() => {
      if (this.process.alive) return this.waitForEnd();
      this.finish(this.process.ending ? exitStatus(this.process.ending) : 0);
    });
  }

  private finish(status: number): void {
    if (this.ended) return;
    this.terminal.flush();
    this.ended = true;
    this.terminal.hangUp();
    this.hangUpAll();
    this.options.onExit?.(status);
  }

  private hangUpAll(): void {
    for (const process of [...this.userland.processes.values()]) {
      if (process.terminal !== this.terminal) continue;
      this.userland.kill(process, Signal.HUP);
      this.userland.kill(process, Signal.CONT);
    }
  }

  input(text: string): void {
    if (!this.ended) this.terminal.keys(text);
  }

  resize(columns: number, rows: number): void {
    this.terminal.columns = columns;
    this.terminal.rows = rows;
    this.resized();
    if (this.editor.active) this.editor.redraw();
    this.userland.killGroup(this.terminal.foreground, Signal.WINCH);
  }

  private resized(): void {
    this.state?.variables.set("COLUMNS", String(this.terminal.columns));
    this.state?.variables.set("LINES", String(this.terminal.rows));
  }

  interrupt(): void {
    this.input("\x03");
  }

  type(line: string): void {
    if (this.ended) return;
    if (this.editor.active) this.editor.submit(line);
    else if (this.queued.length < MAX_QUEUED) this.queued.push(line);
  }

  announce(line: string): void {
    if (this.ended) return;
    if (this.editor.active) this.editor.announce(line);
    else this.terminal.show(`${line}\n`);
  }

  drop(name: string, text: string): string {
    const path = `${HOME}/${name.replace(/[/\0]/g, "_") || "script"}`;
    const { files } = this.userland;
    files.truncate(path);
    files.write(path, text);
    files.chmod(path, 0o755);
    return path;
  }

  close(): void {
    this.terminal.hangUp();
    this.hangUpAll();
    this.userland.kill(this.process, Signal.KILL);
    this.finish(128 + Signal.HUP);
  }

  get busy(): boolean {
    return !this.ended && !this.editor.active;
  }

  get sleep(): Sleeping | null {
    if (!this.busy) return null;
    let last: Sleeping | null = null;
    for (const process of this.userland.processes.values()) {
      const { command, started: from, stopped, waiting } = process;
      if (process.group !== this.terminal.foreground || stopped !== null || !waiting || process.comm !== "sleep")
        continue;
      const { until } = waiting;
      if (Number.isFinite(until) && until > (last?.until ?? 0)) last = { command, from, until };
    }
    return last;
  }

  get cwd(): string {
    return this.state?.cwd ?? HOME;
  }
}
