/** Two 32-bit lanes of multiplication and rotation (after MurmurHash3): no secrets here, only chance to guard against. */
export class Hash {
  private readonly lanes = Int32Array.of(0x1e3779b1, 0x05ebca6b);

  word(word: number): void {
    const { lanes } = this;
    const mixed = Math.imul(word ^ (lanes[0] as number), 0x4c9e2d51);
    const turned = (mixed << 15) | (mixed >>> 17);
    lanes[0] = Math.imul(turned, 0x1b873593) ^ (lanes[1] as number);
    lanes[1] = Math.imul((lanes[1] as number) ^ mixed, 5) + 0x66546b64;
  }

  text(text: string): void {
    this.word(text.length);
    for (let i = 0; i < text.length; i++) this.word(text.charCodeAt(i));
  }

  bytes(view: ArrayBufferView): void {
    const { buffer, byteOffset, byteLength } = view;
    this.word(byteLength);
    const aligned = byteOffset % 4 === 0 ? byteLength >> 2 : 0;
    const words = new Int32Array(buffer, aligned > 0 ? byteOffset : 0, aligned);
    for (let i = 0; i < aligned; i++) this.word(words[i] as number);
    const rest = new Uint8Array(buffer, byteOffset + 4 * aligned, byteLength - 4 * aligned);
    for (let i = 0; i < rest.length; i++) this.word(rest[i] as number);
  }

  digits(): string {
    return [...this.lanes].map((lane) => (lane >>> 0).toString(16).padStart(8, "0")).join("");
  }
}

/** Sixteen hexadecimal digits of a text. */
export function hashOfText(text: string): string {
  const hash = new Hash();
  hash.text(text);
  return hash.digits();
}
