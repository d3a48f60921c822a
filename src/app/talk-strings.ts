/** Words of the talks that can be given. */
import { inLanguages, type Words } from "../client/language/catalogue.ts";

const english = {
  title: "Talks",
  about: "The talk of 2013 on memory hotplug, in twenty scenes that the machine plays.",
  audience: "Audience's window",
  speaker: "Speaker's window",
  paper: "On paper",
  open: "Open a talk from a file",
  write: "Write a talk",
} as const;

export type TalkWords = Words<typeof english>;
export const talkStrings = inLanguages<TalkWords>(english, { ja: () => import("./talk-strings.ja.ts") });
