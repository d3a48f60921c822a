/** Text that grows by small pieces. JavaScript puts off joining them, and would do it all at once in the end. */
const AT_ONCE = 8_192;

export class Growing {
  private readonly parts: string[] = [];
  private last = "";
  length = 0;

  add(text: string): void {
    this.last += text;
    this.length += text.length;
    if (this.last.length < AT_ONCE) return;
    // To look at a character is to join what it stands in.
    this.last.charCodeAt(0);
    this.parts.push(this.last);
    this.last = "";
  }

  toString(): string {
    return this.parts.join("") + this.last;
  }
}
