/**
 * A line editor with the keys of bash's emacs mode: motion, killing and yanking, history, searching back, completion,
 * pasted text. It answers keys at once and draws on the terminal itself.
 */
import { type Completion, completed, listing } from "./candidates.ts";
import { type Key, firstKey } from "./keys.ts";
import { LineDisplay } from "./display.ts";
import { KillRing } from "./kill-ring.ts";
import { lengthAfter, lengthBefore, recased, transposed, wordAfter, wordBefore } from "./words.ts";
import { searchBack } from "./history.ts";

export interface EditorHost {
  /** Text for the screen, as it is. */
  draw(text: string): void;
  readonly columns: number;
  /** Earlier lines, oldest first. */
  readonly history: readonly string[];
  complete(line: string, cursor: number): Completion;
}

/** How reading a line ended: with a line, by Ctrl-C, or by Ctrl-D on an empty line. */
export type Answer = { readonly line: string } | "interrupted" | "end";

const PASTE_END = "\x1b[201~";
const BELL = "\x07";
const MAX_UNDO = 200;
const MAX_LINE = 64 * 1024;

export class LineEditor {
  private readonly host: EditorHost;
  private prompt = "";
  private line = "";
  private cursor = 0;
  private answered: ((answer: Answer) => void) | null = null;
  private readonly display: LineDisplay;
  private readonly killed = new KillRing();
  /** The last key killed (so that kills in a row add up), yanked, or completed. */
  private last: "kill" | "yank" | "tab" | "argument" | null = null;
  private yankedFrom = 0;
  private argumentsBack = 0;
  /** Place in the history; its length is the new line. */
  private place = 0;
  private edited = new Map<number, string>();
  private undo: { line: string; cursor: number }[] = [];
  private search: { query: string; at: number; before: string; cursor: number } | null = null;
  /** Pasted text whose end has not come yet. */
  private pasting: string | null = null;
  /** An escape sequence that was cut off. */
  private partial = "";

  constructor(host: EditorHost) {
    this.host = host;
    this.display = new LineDisplay(host, () => ({ prompt: this.shownPrompt, line: this.line, cursor: this.cursor }));
  }

  get active(): boolean {
    return this.answered !== null;
  }

  /** Shows the prompt and takes keys until the line is done. */
  begin(prompt: string, answered: (answer: Answer) => void): void {
    this.prompt = prompt;
    this.answered = answered;
    this.line = "";
    this.cursor = 0;
    this.place = this.host.history.length;
    this.edited = new Map();
    this.undo = [];
    this.search = null;
    this.last = null;
    this.display.begin();
  }

  /** Takes keys; gives back what came after the line was done. */
  keys(given: string): string {
    let text = this.partial + given;
    this.partial = "";
    while (text !== "" && this.active) {
      if (this.pasting !== null) {
        const end = text.indexOf(PASTE_END);
        this.pasting += end < 0 ? text : text.slice(0, end);
        text = end < 0 ? "" : text.slice(end + PASTE_END.length);
        if (end >= 0) {
          this.insert(this.pasting.replace(/\r\n?/g, "\n").replace(/\n+$/, ""));
          this.pasting = null;
        }
        continue;
      }
      if (/^\x1b(\[[\d;]*)?$/.test(text) && text.length > 1) {
        this.partial = text;
        return "";
      }
      const { key, length } = firstKey(text);
      text = text.slice(length);
      this.key(key);
    }
    return text;
  }

  private key(key: Key): void {
    if (this.search) {
      this.searchKey(key);
      return;
    }
    if ("text" in key) {
      this.last = null;
      this.insert(key.text);
      return;
    }
    const { last } = this;
    this.last = null;
    this.command(key.name, last);
  }

  private command(name: string, last: LineEditor["last"]): void {
    const { line, cursor } = this;
    switch (name) {
      case "enter":
        this.done({ line });
        break;
      case "C-c":
        this.moveTo(line.length);
        this.host.draw("^C");
        this.done("interrupted");
        break;
      case "C-d":
        if (line === "") this.done("end");
        else this.change(line.slice(0, cursor) + line.slice(cursor + lengthAfter(line, cursor)), cursor);
        break;
      case "left":
      case "C-b":
        this.moveTo(cursor - lengthBefore(line, cursor));
        break;
      case "right":
      case "C-f":
        this.moveTo(cursor + lengthAfter(line, cursor));
        break;
      case "home":
      case "C-a":
        this.moveTo(line.lastIndexOf("\n", cursor - 1) + 1);
        break;
      case "end":
      case "C-e": {
        const end = line.indexOf("\n", cursor);
        this.moveTo(end < 0 ? line.length : end);
        break;
      }
      case "M-b":
      case "C-left":
      case "M-left":
        this.moveTo(wordBefore(line, cursor));
        break;
      case "M-f":
      case "C-right":
      case "M-right":
        this.moveTo(wordAfter(line, cursor));
        break;
      case "backspace": {
        const length = lengthBefore(line, cursor);
        if (length > 0) this.change(line.slice(0, cursor - length) + line.slice(cursor), cursor - length);
        break;
      }
      case "delete":
        this.change(line.slice(0, cursor) + line.slice(cursor + lengthAfter(line, cursor)), cursor);
        break;
      case "C-k":
        this.kill(cursor, line.length, "after", last);
        break;
      case "C-u":
        this.kill(0, cursor, "before", last);
        break;
      case "C-w":
        this.kill(/\S*\s*$/.exec(line.slice(0, cursor))?.index ?? 0, cursor, "before", last);
        break;
      case "M-backspace":
        this.kill(wordBefore(line, cursor), cursor, "before", last);
        break;
      case "M-d":
        this.kill(cursor, wordAfter(line, cursor), "after", last);
        break;
      case "C-y":
        this.yank();
        break;
      case "M-y":
        if (last === "yank") this.yankOlder();
        else this.bell();
        break;
      case "C-_":
      case "C-x":
        this.undoOnce();
        break;
      case "C-t":
        this.transpose();
        break;
      case "M-u":
        this.recase((word) => word.toUpperCase());
        break;
      case "M-l":
        this.recase((word) => word.toLowerCase());
        break;
      case "M-c":
        this.recase((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase());
        break;
      case "up":
      case "C-p":
        this.recall(this.place - 1);
        break;
      case "down":
      case "C-n":
        this.recall(this.place + 1);
        break;
      case "M-<":
      case "page-up":
        this.recall(0);
        break;
      case "M->":
      case "page-down":
        this.recall(this.host.history.length);
        break;
      case "M-.":
      case "M-_":
        this.lastArgument(last);
        break;
      case "C-r":
        this.search = { query: "", at: this.host.history.length, before: line, cursor };
        this.redraw();
        break;
      case "C-l":
        this.display.clear();
        break;
      case "tab":
        this.tab(last === "tab");
        break;
      case "paste":
        this.pasting = "";
        break;
      case "M-#":
        this.change(`#${line}`, 0);
        this.done({ line: this.line });
        break;
    }
  }

  private bell(): void {
    this.host.draw(BELL);
  }

  private remember(): void {
    this.undo.push({ line: this.line, cursor: this.cursor });
    if (this.undo.length > MAX_UNDO) this.undo.shift();
  }

  private insert(text: string): void {
    if (this.line.length + text.length > MAX_LINE) {
      this.bell();
      return;
    }
    this.remember();
    const atEnd = this.cursor === this.line.length;
    this.line = this.line.slice(0, this.cursor) + text + this.line.slice(this.cursor);
    this.cursor += text.length;
    if (atEnd) this.display.append(text);
    else this.redraw();
  }

  private change(line: string, cursor: number): void {
    if (line === this.line) {
      this.moveTo(cursor);
      return;
    }
    this.remember();
    this.line = line;
    this.cursor = cursor;
    this.redraw();
  }

  private moveTo(cursor: number): void {
    const to = Math.max(0, Math.min(this.line.length, cursor));
    if (to === this.cursor) return;
    this.cursor = to;
    this.display.follow();
  }

  private kill(from: number, to: number, side: "before" | "after", last: LineEditor["last"]): void {
    this.last = "kill";
    if (from >= to) return;
    this.killed.add(this.line.slice(from, to), last === "kill" ? side : "new");
    this.change(this.line.slice(0, from) + this.line.slice(to), from);
  }

  private yank(): void {
    const text = this.killed.newest;
    if (text === undefined) {
      this.bell();
      return;
    }
    this.yankedFrom = this.cursor;
    this.insert(text);
    this.last = "yank";
  }

  private yankOlder(): void {
    const text = this.killed.rotate();
    this.change(
      this.line.slice(0, this.yankedFrom) + text + this.line.slice(this.cursor),
      this.yankedFrom + text.length,
    );
    this.last = "yank";
  }

  private undoOnce(): void {
    const before = this.undo.pop();
    if (!before) {
      this.bell();
      return;
    }
    this.line = before.line;
    this.cursor = before.cursor;
    this.redraw();
  }

  private transpose(): void {
    const changed = transposed(this.line, this.cursor);
    if (changed) this.change(changed.line, changed.cursor);
    else this.bell();
  }

  private recase(how: (word: string) => string): void {
    const { line, cursor } = recased(this.line, this.cursor, how);
    this.change(line, cursor);
  }

  private recall(place: number): void {
    const { history } = this.host;
    if (place < 0 || place > history.length || place === this.place) {
      this.bell();
      return;
    }
    this.edited.set(this.place, this.line);
    this.place = place;
    const line = this.edited.get(place) ?? history[place] ?? "";
    this.line = line;
    this.cursor = line.length;
    this.undo = [];
    this.redraw();
  }

  private lastArgument(last: LineEditor["last"]): void {
    const { history } = this.host;
    this.argumentsBack = last === "argument" ? this.argumentsBack + 1 : 1;
    const word = /(\S+)\s*$/.exec(history[history.length - this.argumentsBack] ?? "")?.[1];
    if (word === undefined) {
      this.bell();
      return;
    }
    const from = last === "argument" ? this.yankedFrom : this.cursor;
    this.yankedFrom = from;
    this.change(this.line.slice(0, from) + word + this.line.slice(this.cursor), from + word.length);
    this.last = "argument";
  }

  private tab(again: boolean): void {
    const { from, candidates } = this.host.complete(this.line, this.cursor);
    this.last = "tab";
    const text = completed(candidates, this.line.slice(from, this.cursor));
    if (text !== null) this.change(this.line.slice(0, from) + text + this.line.slice(this.cursor), from + text.length);
    else if (candidates.length === 0 || !again) this.bell();
    else {
      const names = candidates.map((candidate) => candidate.shown);
      this.above(listing(names, this.host.columns));
    }
  }

  private searchKey(key: Key): void {
    const search = this.search as NonNullable<LineEditor["search"]>;
    const leave = (): void => {
      this.search = null;
      this.redraw();
    };
    if ("text" in key) {
      search.query += key.text;
      this.find(search.at);
    } else if (key.name === "backspace") {
      search.query = search.query.slice(0, -1);
      this.find(this.host.history.length);
    } else if (key.name === "C-r") this.find(search.at - 1);
    else if (key.name === "C-g" || key.name === "C-c") {
      this.line = search.before;
      this.cursor = search.cursor;
      leave();
      if (key.name === "C-c") this.command("C-c", null);
    } else {
      leave();
      if (key.name !== "escape") this.command(key.name, null);
    }
  }

  /** The newest line at or before a place that has the query in it. */
  private find(from: number): void {
    const search = this.search as NonNullable<LineEditor["search"]>;
    const found = searchBack(this.host.history, search.query, from);
    if (found) {
      search.at = found.place;
      this.place = found.place;
      this.line = this.host.history[found.place] ?? "";
      this.cursor = found.column;
    }
    this.redraw();
    if (!found && search.query !== "") this.bell();
  }

  private get shownPrompt(): string {
    return this.search ? `(reverse-i-search)\`${this.search.query}': ` : this.prompt;
  }

  redraw(): void {
    this.display.redraw();
  }

  /** Shows lines above the prompt; the line that is being edited stays. */
  private above(text: string): void {
    this.moveTo(this.line.length);
    this.display.above(text);
  }

  /** As `above`, in place of the prompt, which comes again below. */
  announce(text: string): void {
    this.display.announce(text);
  }

  /** Puts a line in place of what was typed, and takes it. */
  submit(line: string): void {
    this.search = null;
    this.change(line, line.length);
    this.done({ line });
  }

  private done(answer: Answer): void {
    const { answered } = this;
    if (answer !== "interrupted") this.cursor = this.line.length;
    this.display.end(answer !== "end");
    this.answered = null;
    this.pasting = null;
    answered?.(answer);
  }
}
