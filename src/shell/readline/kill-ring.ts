/** Killed texts, the newest first, to be yanked. */
const MAX_HELD = 20;

export class KillRing {
  private texts: string[] = [];

  get newest(): string | undefined {
    return this.texts[0];
  }

  /** Kills in a row add up: to the newest, before or behind it. */
  add(text: string, where: "new" | "before" | "after"): void {
    const held = this.texts[0];
    if (where === "new" || held === undefined) this.texts = [text, ...this.texts].slice(0, MAX_HELD);
    else this.texts[0] = where === "before" ? text + held : held + text;
  }

  /** Puts the newest behind all others, and gives what is the newest then. */
  rotate(): string {
    const [newest, ...older] = this.texts;
    if (newest !== undefined) this.texts = [...older, newest];
    return this.texts[0] ?? "";
  }
}
