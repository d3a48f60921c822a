/** Writing values so that a shell reads them back: `declare -p`, `set`, `printf %q`, `${x@Q}`, `set -x`. */

const CONTROL = /[\0-\x1f\x7f]/;
const ESCAPES: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\x1b": "\\E",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
  "'": "\\'",
};

/** `$'a\nb'` */
const ansi = (text: string): string =>
  `$'${text.replace(/[\0-\x1f\x7f\\']/g, (character) => ESCAPES[character] ?? `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`)}'`;

const single = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Quoted in any case: `${x@Q}`, `alias`. */
export const quoteAlways = (text: string): string => (CONTROL.test(text) ? ansi(text) : single(text));

/** Quoted where that is needed: `set`, `set -x`. */
export function quoteIfNeeded(text: string): string {
  if (text === "") return "''";
  if (CONTROL.test(text)) return ansi(text);
  return /[\s'"\\|&;<>()$`*?[\]!{}^#]|^~|=~/.test(text) || /^[~#]/.test(text) ? single(text) : text;
}

/** With backslashes: `printf %q`. */
export function quoteBackslash(text: string): string {
  if (text === "") return "''";
  if (CONTROL.test(text)) return ansi(text);
  return text.replace(/[^\w@%+=:./-]/g, (character, at: number) =>
    /[^\0-\x7f]/.test(character) || (character === "~" && at > 0) || (character === "#" && at > 0)
      ? character
      : `\\${character}`,
  );
}

/** In double quotes: `declare -p`. */
export const quoteDouble = (text: string): string =>
  CONTROL.test(text) ? ansi(text) : `"${text.replace(/["\\$`]/g, "\\$&")}"`;
