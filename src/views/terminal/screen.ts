/**
 * One terminal on the page: an xterm.js screen, joined to a shell in the worker.
 *
 * Keys go to the shell as they are pressed. What the shell writes is drawn piece by piece, and each piece is
 * acknowledged when it is drawn, which is what lets the shell write on (src/worker/terminals.ts). A scenario that
 * begins again gets a new shell on the same screen.
 */
import { troubleWords } from "../troubles.ts";
import type { Trouble } from "../../protocol/trouble.ts";
import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import type { Playground } from "../../client/playground.ts";
import type { TerminalLine } from "../../client/terminal-lines.ts";
import type { ForegroundSleep } from "../../protocol/messages.ts";
import { onThemeChange } from "../memory-map/theme-colours.ts";
import { textScale } from "../theme-values.ts";
import { terminalColours } from "./colours.ts";
import { meaningOf } from "./keys.ts";
import { GhostLine } from "./ghost-line.ts";
import { commandOf, greetingOf } from "./greeting.ts";
import { linksTo } from "./links.ts";
import { terminalStrings as strings } from "./strings.ts";

const FONT = '"JetBrains Mono Variable", "JetBrains Mono", "DejaVu Sans Mono", monospace';
/** CSS pixels at the size that text has on a desk. */
const FONT_SIZE = 12;
const SCROLLBACK = 5000;
/** Real milliseconds after which a sleep is worth a word: loops sleep many times a second. */
const GLANCE = 400;

export interface ScreenEvents {
  busy(busy: boolean): void;
  /** Something sleeps in the foreground, and has for longer than a glance; or no more. */
  sleep(sleep: ForegroundSleep | null): void;
  /** The shell has ended by itself. */
  ended(): void;
  /** The key that leaves the terminal was pressed. */
  leave(): void;
}

export class Screen {
  /** Where it is drawn; whoever shows it puts it into the page. */
  readonly element = document.createElement("div");
  readonly #playground: Playground;
  readonly #partition: string;
  readonly #events: ScreenEvents;
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #ghost: GhostLine;
  readonly #resizes = new ResizeObserver(() => this.#adapt());
  readonly #stops: (() => void)[] = [];
  /** Typed before there was a line. */
  #early = "";
  #line: TerminalLine | null = null;
  /** Ends the wait for the next start, after which there is a shell again. */
  #stopWaiting: () => void = () => {};
  #opened = false;
  #sleepTimer: ReturnType<typeof setTimeout> | undefined;
  /** Pieces of output that were taken in and are on the screen with the next display frame. */
  #drawn: (() => void)[] = [];

  constructor(playground: Playground, partition: string, label: string, screenReader: boolean, events: ScreenEvents) {
    this.#playground = playground;
    this.#partition = partition;
    this.#events = events;
    Terminal.strings.promptLabel = strings.input(label);
    Terminal.strings.tooMuchOutput = strings.tooMuch;
    this.#terminal = new Terminal({
      fontFamily: FONT,
      fontSize: FONT_SIZE * textScale(),
      lineHeight: 1.1,
      scrollback: SCROLLBACK,
      minimumContrastRatio: 4.5,
      cursorBlink: false,
      cursorInactiveStyle: "outline",
      screenReaderMode: screenReader,
      macOptionIsMeta: true,
      theme: terminalColours(),
      linkHandler: {
        allowNonHttpProtocols: true,
        activate: (_event, address) => {
          const command = commandOf(address);
          if (command !== null) this.send(command);
        },
      },
    });
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.attachCustomKeyEventHandler((event) => this.#isForShell(event));
    this.#terminal.registerLinkProvider(linksTo(playground, partition, this.#terminal));
    this.#ghost = new GhostLine(this.#terminal, partition);
    this.#terminal.onData((text) => this.#input(text));
    this.#terminal.onResize(({ cols, rows }) => this.#line?.resize({ columns: cols, rows }));
    this.#stops.push(
      onThemeChange(() => {
        this.#terminal.options.theme = terminalColours();
      }),
      playground.onFrame(() => {
        for (const drawn of this.#drawn.splice(0)) drawn();
      }),
    );
  }

  /** Draws itself, once it is in the page; a screen that is shown again adapts to the room it has now. */
  show(): void {
    if (this.#opened) {
      this.#adapt();
      return;
    }
    this.#opened = true;
    this.#terminal.open(this.element);
    this.#ghost.open();
    this.#fit.fit();
    this.#resizes.observe(this.element);
    this.#connect();
  }

  focus(): void {
    this.#terminal.focus();
  }

  /** Types a text for somebody who is elsewhere on the page; before there is a line, when there is one. */
  type(text: string): void {
    if (this.#line) this.#input(text);
    else this.#early += text;
  }

  /** Sends keys, as from the keyboard. */
  send(keys: string): void {
    this.#input(keys === "\t" ? (this.#ghost.rest ?? keys) : keys);
    this.focus();
  }

  #input(keys: string): void {
    this.#ghost.sent(keys);
    this.#line?.input(keys);
  }

  drop(name: string, text: string): void {
    this.#line?.drop(name, text);
  }

  /** Writes a line of the page's own. */
  note(text: string): void {
    this.#terminal.write(`\r\n\x1b[90m${text}\x1b[39m\r\n`);
  }

  setScreenReader(on: boolean): void {
    this.#terminal.options.screenReaderMode = on;
  }

  /** Its lines, oldest first, as they were written: where a line was wrapped it is one again. */
  text(): string {
    const buffer = this.#terminal.buffer.normal;
    let text = "";
    for (let row = 0; row < buffer.length; row++) {
      const line = buffer.getLine(row);
      if (!line) continue;
      const wrapsOn = buffer.getLine(row + 1)?.isWrapped ?? false;
      text += line.translateToString(!wrapsOn) + (wrapsOn ? "" : "\n");
    }
    return text.trimEnd();
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    clearTimeout(this.#sleepTimer);
    this.#stopWaiting();
    this.#resizes.disconnect();
    this.#line?.close();
    this.#ghost.dispose();
    this.#terminal.dispose();
    this.element.remove();
  }

  #connect(): void {
    const { cols: columns, rows } = this.#terminal;
    const partition = this.#playground.store.getState().records.partition[this.#partition];
    if (partition) this.#terminal.write(greetingOf(partition, columns));
    this.#line = this.#playground.openTerminal(
      this.#partition,
      { columns, rows },
      {
        output: (text, drawn) =>
          this.#terminal.write(text, () => {
            // Once a display frame, so that a flood takes no more of a frame than the window lets through.
            this.#drawn.push(drawn);
            this.#playground.requestFrame();
          }),
        busy: (busy, sleep) => {
          this.#ghost.busy = busy;
          this.#events.busy(busy);
          this.#tellSleep(sleep);
        },
        ended: (_status, trouble) => this.#ended(trouble),
      },
    );
    const early = this.#early;
    this.#early = "";
    if (early !== "") this.#input(early);
  }

  #tellSleep(sleep: ForegroundSleep | null): void {
    clearTimeout(this.#sleepTimer);
    if (sleep === null) this.#events.sleep(null);
    else this.#sleepTimer = setTimeout(() => this.#events.sleep(sleep), GLANCE);
  }

  #ended(trouble: Trouble | null): void {
    this.#line = null;
    this.#ghost.busy = false;
    this.#events.busy(false);
    this.#tellSleep(null);
    if (trouble === null) {
      this.#events.ended();
      return;
    }
    this.note(strings.again(troubleWords(trouble)));
    this.#stopWaiting = this.#playground.store.subscribe((state, before) => {
      if (state.status !== "running" || before.status === "running") return;
      this.#stopWaiting();
      if (state.records.partition[this.#partition]) this.#connect();
      else this.note(strings.noPartition(this.#partition));
    });
  }

  #adapt(): void {
    // Out of sight it has no size to adapt to.
    if (this.element.clientHeight > 0 && this.element.clientWidth > 0) this.#fit.fit();
  }

  /** Whether a press goes to the shell; does what it means otherwise. */
  #isForShell(event: KeyboardEvent): boolean {
    if (event.key === "Tab" && !event.shiftKey && !event.ctrlKey && !event.altKey && this.#ghost.rest !== null) {
      event.preventDefault();
      if (event.type === "keydown") this.send("\t");
      return false;
    }
    const meaning = meaningOf(event, this.#terminal.hasSelection());
    if (meaning === "shell" || meaning === "page") return meaning === "shell";
    event.preventDefault();
    if (event.type !== "keydown") return false;
    if (meaning === "leave") this.#events.leave();
    else void this.#copy();
    return false;
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.#terminal.getSelection());
      this.#terminal.clearSelection();
    } catch {
      // Not over a secure connection, or not allowed: what is selected stays so, for the browser's own menu.
    }
  }
}
