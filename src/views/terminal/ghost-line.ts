/** Ghost text on a screen: drawn behind the cursor, never written to the terminal, whose shell knows nothing of it. */
import type { Terminal } from "@xterm/xterm";
import { offered } from "../../client/offered-line.ts";
import { ghostOf, promptOf } from "./ghost.ts";
import { terminalStrings as strings } from "./strings.ts";
import styles from "./terminal.module.css";

export class GhostLine {
  readonly #terminal: Terminal;
  readonly #partition: string;
  readonly #element = document.createElement("div");
  readonly #text = document.createElement("span");
  /** Lines of the offer that were run here. */
  readonly #run = new Set<string>();
  readonly #stops: (() => void)[] = [];
  /** A command runs in the foreground: what looks like a prompt is its output. */
  busy = false;

  constructor(terminal: Terminal, partition: string) {
    this.#terminal = terminal;
    this.#partition = partition;
    this.#element.className = styles.ghost ?? "";
    // Whoever listens has the line in the lesson.
    this.#element.ariaHidden = "true";
    const key = document.createElement("kbd");
    key.textContent = strings.key.tab;
    this.#element.append(this.#text, key);
  }

  /** The terminal is in the page. */
  open(): void {
    this.#terminal.element?.querySelector(".xterm-screen")?.append(this.#element);
    const drawn = this.#terminal.onRender(() => this.#draw());
    this.#stops.push(
      () => drawn.dispose(),
      offered.subscribe(({ offer }, before) => {
        if (offer?.lines.join("\n") !== before.offer?.lines.join("\n")) this.#run.clear();
        this.#draw();
      }),
    );
    this.#draw();
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    this.#element.remove();
  }

  /** What Tab types now. */
  get rest(): string | null {
    const { offer } = offered.getState();
    const prompt = this.busy ? null : promptOf(this.#beforeCursor());
    return offer?.partition === this.#partition && prompt ? ghostOf(prompt, offer, this.#run) : null;
  }

  /** Keys are on their way to the shell: lines that they end are not offered again. */
  sent(keys: string): void {
    if (!keys.includes("\r")) return;
    const typed = promptOf(this.#beforeCursor())?.typed ?? "";
    for (const line of (typed + keys).split("\r").slice(0, -1)) this.#run.add(line);
  }

  /** The line with the cursor as one, however many rows it takes; nothing, where more of it comes after the cursor. */
  #beforeCursor(): string {
    const { active } = this.#terminal.buffer;
    const at = active.baseY + active.cursorY;
    const row = active.getLine(at);
    if (row?.translateToString(true, active.cursorX).trim() !== "") return "";
    let line = row.translateToString(false, 0, active.cursorX);
    for (let above = at; active.getLine(above)?.isWrapped; above--)
      line = (active.getLine(above - 1)?.translateToString(false) ?? "") + line;
    return line;
  }

  #draw(): void {
    const rest = this.rest;
    const { active } = this.#terminal.buffer;
    this.#element.hidden = rest === null || active.viewportY !== active.baseY;
    if (rest === null || this.#element.hidden) return;
    this.#text.textContent = rest;
    const { cols, rows } = this.#terminal;
    // Behind the cursor; the name of the key takes some columns, too.
    const from = active.cursorX + 1;
    const takes = Math.ceil((from + rest.length + strings.key.tab.length + 2) / cols);
    const { style, dataset } = this.#element;
    style.insetBlockStart = `${(active.cursorY / rows) * 100}%`;
    style.lineHeight = `calc(${this.#terminal.element?.querySelector(".xterm-screen")?.clientHeight ?? 0}px / ${rows})`;
    style.fontSize = `${this.#terminal.options.fontSize}px`;
    style.setProperty("--from", `${(from / cols) * 100}%`);
    // Where the rows below have no room for all of it, its beginning has to do.
    dataset.rows = takes <= rows - active.cursorY ? "many" : "one";
  }
}
