/** A lesson's words in a language: the reader's where it has them, else English, else the first that it has. */
import type { Lesson, Words } from "./format.ts";

export const wordsOf = (lesson: Lesson, language: string): Words => lesson.text[languageOf(lesson, language)] ?? {};

/** Which of a lesson's languages someone reads whose own is `language`, as BCP 47 writes it. */
export function languageOf({ text }: Lesson, language: string): string {
  const short = language.split("-")[0] ?? "";
  return [language, short, "en"].find((each) => text[each]) ?? Object.keys(text)[0] ?? "en";
}

/** The words of a key; of a key that has none, itself. */
export const say = (words: Words, key: string): string => words[key] ?? key;
