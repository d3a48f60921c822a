/** A prompt and the line behind it on the screen: what is drawn, and where the cursor stands. */
import { type Place, after, move } from "./layout.ts";

export interface Screen {
  draw(text: string): void;
  readonly columns: number;
}

export interface Shown {
  readonly prompt: string;
  readonly line: string;
  readonly cursor: number;
}

const ORIGIN: Place = { row: 0, column: 0 };
/** Pasted text comes between marks, or no more. */
const BRACKETS_ON = "\x1b[?2004h";
const BRACKETS_OFF = "\x1b[?2004l";
const CLEAR_SCREEN = "\x1b[H\x1b[2J";
const CLEAR_BELOW = "\x1b[J";

export class LineDisplay {
  private readonly screen: Screen;
  private readonly shown: () => Shown;
  /** Where the cursor stands, from the beginning of the prompt. */
  private at: Place = ORIGIN;

  constructor(screen: Screen, shown: () => Shown) {
    this.screen = screen;
    this.shown = shown;
  }

  begin(): void {
    this.at = ORIGIN;
    this.screen.draw(BRACKETS_ON);
    this.redraw();
  }

  /** Draws prompt and line anew. */
  redraw(): void {
    const { prompt, line, cursor } = this.shown();
    const start = move(this.at, ORIGIN);
    const whole = prompt + line;
    const end = after(whole, this.screen.columns);
    // A line that fills its row leaves the cursor at the margin until something follows.
    const margin = end.column === 0 && end.row > 0 && !whole.endsWith("\n") ? "\r\n" : "";
    this.at = this.placeOf(cursor);
    const back = cursor === line.length ? "" : move(end, this.at);
    this.screen.draw(`${start}${CLEAR_BELOW}${whole.replaceAll("\n", "\r\n")}${margin}${back}`);
  }

  /** Text came at the end of the line. Within the row nothing else has to be drawn anew. */
  append(text: string): void {
    const next = after(text, this.screen.columns, this.at);
    if (next.row === this.at.row && !text.includes("\n")) {
      this.screen.draw(text);
      this.at = next;
    } else this.redraw();
  }

  /** The cursor moved. */
  follow(): void {
    const place = this.placeOf(this.shown().cursor);
    this.screen.draw(move(this.at, place));
    this.at = place;
  }

  /** Lines under the line, which comes again below them. */
  above(text: string): void {
    this.screen.draw(`\r\n${text.replaceAll("\n", "\r\n")}`);
    this.at = ORIGIN;
    this.redraw();
  }

  /** Lines in place of the prompt, which comes again below them. */
  announce(text: string): void {
    this.screen.draw(`${move(this.at, ORIGIN)}${CLEAR_BELOW}${text.replaceAll("\n", "\r\n")}\r\n`);
    this.at = ORIGIN;
    this.redraw();
  }

  clear(): void {
    this.screen.draw(CLEAR_SCREEN);
    this.at = ORIGIN;
    this.redraw();
  }

  /** The line is done: what follows begins on a row of its own. */
  end(newRow: boolean): void {
    const place = this.placeOf(this.shown().cursor);
    const { row, column } = this.at;
    const there = place.row === row && place.column === column ? "" : move(this.at, place);
    this.screen.draw(`${there}${newRow ? "\r\n" : ""}${BRACKETS_OFF}`);
  }

  private placeOf(cursor: number): Place {
    const { prompt, line } = this.shown();
    return after(prompt + line.slice(0, cursor), this.screen.columns);
  }
}
