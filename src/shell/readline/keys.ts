/** Keys as terminals send them: single characters, control characters, escape sequences. */

/** A name for what does something (`up`, `C-a`, `M-b`), or the text that was typed. */
export type Key = { readonly name: string } | { readonly text: string };

const CONTROL: Readonly<Record<string, string>> = {
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\x7f": "backspace",
  "\b": "backspace",
};
const FINAL: Readonly<Record<string, string>> = { A: "up", B: "down", C: "right", D: "left", H: "home", F: "end" };
const TILDE: Readonly<Record<string, string>> = {
  1: "home",
  2: "insert",
  3: "delete",
  4: "end",
  5: "page-up",
  6: "page-down",
  7: "home",
  8: "end",
  200: "paste",
};

/** What modifiers a sequence names: 5 is Ctrl, 3 is Alt. */
const withModifier = (name: string, modifier: string | undefined): string => {
  const bits = Number(modifier ?? 1) - 1;
  return `${bits & 4 ? "C-" : ""}${bits & 2 ? "M-" : ""}${name}`;
};

/** The first key of a text, and how many characters it took. A sequence that is cut off counts as Escape. */
export function firstKey(text: string): { readonly key: Key; readonly length: number } {
  const character = text[0] as string;
  if (character === "\x1b") return escapeSequence(text);
  const named = CONTROL[character];
  if (named) return { key: { name: named }, length: 1 };
  const code = character.charCodeAt(0);
  if (code === 0) return { key: { name: "C-@" }, length: 1 };
  if (code < 27) return { key: { name: `C-${String.fromCharCode(code + 96)}` }, length: 1 };
  if (code < 32) return { key: { name: `C-${String.fromCharCode(code + 64)}` }, length: 1 };
  const plain = /^[^\0-\x1f\x7f]+/.exec(text)?.[0] ?? character;
  return { key: { text: plain }, length: plain.length };
}

function escapeSequence(text: string): { readonly key: Key; readonly length: number } {
  const csi = /^\x1b\[([\d;]*)([A-Za-z~])/.exec(text);
  if (csi) {
    const [whole, numbers = "", final = ""] = csi;
    const [first, modifier] = numbers.split(";");
    const name = final === "~" ? TILDE[first ?? ""] : final === "Z" ? "S-tab" : FINAL[final];
    return { key: { name: name ? withModifier(name, modifier) : "unknown" }, length: whole.length };
  }
  const application = /^\x1bO([A-Za-z])/.exec(text);
  if (application) return { key: { name: FINAL[application[1] ?? ""] ?? "unknown" }, length: 3 };
  const next = text[1];
  if (next === undefined) return { key: { name: "escape" }, length: 1 };
  if (next === "\x7f" || next === "\b") return { key: { name: "M-backspace" }, length: 2 };
  return { key: { name: `M-${next.toLowerCase()}` }, length: 2 };
}
