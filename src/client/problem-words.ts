/**
 * What is wrong with a file or a lesson, in the reader's language. Who checks says it in English, as `file: field: what` (the
 * tools print that); what shows it puts it into words here.
 */
import { inLanguages, type Words } from "./language/catalogue.ts";

const english = {
  /** A finding, as `readJson`, a check or a rehearsal said it. Names of files and fields, and values, stay. */
  say: (problem: string): string => problem,
};

export type ProblemWords = Words<typeof english>;
export const problemWords = inLanguages<ProblemWords>(english, { ja: () => import("./problem-words.ja.ts") });
