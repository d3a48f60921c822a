/** Bytes of what was read: of a binary file, whose text has one character a byte, those; else of the text in UTF-8. */
export const octets = (text: string, binary = isBinary(text)): number[] =>
  binary ? Array.from(text, (byte) => byte.charCodeAt(0)) : utf8(text);

export const isBinary = (text: string): boolean => !/[^\0-\xff]/.test(text) && /\0/.test(text);

/** Bytes of a text in UTF-8. */
export function utf8(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return bytes;
}

/** The text of bytes; those that are no UTF-8 become U+FFFD. */
export function fromUtf8(bytes: readonly number[]): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] as number;
    const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
    const rest = bytes.slice(at + 1, at + length);
    if (length === 0 || rest.length < length - 1 || rest.some((byte) => (byte & 0xc0) !== 0x80)) {
      text += "\ufffd";
      at++;
      continue;
    }
    const head = length === 1 ? first : first & (0x7f >> length);
    text += String.fromCodePoint(rest.reduce((code, byte) => (code << 6) | (byte & 63), head));
    at += length;
  }
  return text;
}
