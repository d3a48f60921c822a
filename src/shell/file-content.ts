/** What a file holds, one character a byte. A long run of one character, such as a file full of zeros, takes next to nothing. */
import { LimitReached } from "./system.ts";

interface Part {
  text: string;
  /** How often the text stands there. */
  times: number;
}

/** Shorter text is kept as it is. */
const SHORTEST_RUN = 4096;
/** Text that may be made of a file at once. */
const MOST_AT_ONCE = 64 * 1024 * 1024;

export class FileContent {
  private parts: Part[] = [];
  private size = 0;
  private kept = 0;

  get length(): number {
    return this.size;
  }

  /** Characters that are really held. */
  get weight(): number {
    return this.kept;
  }

  append(text: string): void {
    if (text === "") return;
    const last = this.parts.at(-1);
    const run = text.length >= SHORTEST_RUN && isRun(text);
    this.size += text.length;
    if (run && last && last.text === text[0]) {
      last.times += text.length;
      return;
    }
    this.kept += run ? 1 : text.length;
    if (run) this.parts.push({ text: text[0] as string, times: text.length });
    else if (last?.times === 1) last.text += text;
    else this.parts.push({ text, times: 1 });
  }

  /** Cuts off what is beyond a length. */
  truncate(length: number): void {
    const text = this.parts.at(-1);
    if (length >= this.size || !text) return;
    const excess = this.size - length;
    const whole = text.text.length * text.times;
    if (excess < whole) {
      if (text.times === 1) {
        text.text = text.text.slice(0, -excess);
        this.kept -= excess;
      } else text.times -= excess;
      this.size = length;
      return;
    }
    this.parts.pop();
    this.size -= whole;
    this.kept -= text.text.length;
    this.truncate(length);
  }

  clear(): void {
    this.parts = [];
    this.size = 0;
    this.kept = 0;
  }

  /** Throws `LimitReached` where that is more than can be held at once. */
  slice(from: number, to: number): string {
    const end = Math.min(to, this.size);
    if (end - from > MOST_AT_ONCE) throw new LimitReached("too much text");
    let text = "";
    let at = 0;
    for (const part of this.parts) {
      const length = part.text.length * part.times;
      const first = Math.max(0, from - at);
      const stop = Math.min(length, end - at);
      if (first < stop) text += part.times === 1 ? part.text.slice(first, stop) : part.text.repeat(stop - first);
      at += length;
      if (at >= end) break;
    }
    return text;
  }

  toString(): string {
    return this.slice(0, this.size);
  }
}

function isRun(text: string): boolean {
  const code = text.charCodeAt(0);
  for (let i = 1; i < text.length; i++) if (text.charCodeAt(i) !== code) return false;
  return true;
}
