/** A lesson's words in a language: the reader's where it has them, else English, else the first that it has. */
import type { Lesson, Words } from "./format.ts";

export function wordsOf({ text }: Lesson, language: string): Words {
  return text[language] ?? text[language.split("-")[0] ?? ""] ?? text.en ?? Object.values(text)[0] ?? {};
}

/** The words of a key; of a key that has none, itself. */
export const say = (words: Words, key: string): string => words[key] ?? key;
