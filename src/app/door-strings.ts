/** Words of the doors below the first question, which come after the first picture. */
import { inLanguages, type Words } from "../client/language/catalogue.ts";
const english = {
  title: "More to do here",
  learn: "Learn it",
  learnAbout: (lessons: number) => `${lessons} lessons of five minutes`,
  cases: "Cases from the field",
  casesAbout: (cases: number) => `${cases} that people ran into`,
  predict: "Predict, then see",
  predictAbout: "a machine answers",
  talk: "The talk of 2013, live",
  talkAbout: "in its own window",
  type: "Type",
  typeAbout: "lsmem, chmem, echo, dmesg",
  firstLesson: (title: string) => `Lesson: ${title}`,
};

export type DoorWords = Words<typeof english>;
export const doorStrings = inLanguages<DoorWords>(english, { ja: () => import("./door-strings.ja.ts") });
