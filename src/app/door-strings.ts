/** Words of the doors below the first question, which come after the first picture. */
export const doorStrings = {
  title: "More to do here",
  learn: "Learn it",
  learnAbout: (lessons: number) => `${lessons} lessons of five minutes`,
  cases: "Cases from the field",
  casesAbout: (cases: number) => `${cases} that people ran into`,
  predict: "Predict, then see",
  predictAbout: "you say it, a machine does it",
  talk: "The talk of 2013, live",
  talkAbout: "in its own window",
  type: "Type",
  typeAbout: "lsmem, chmem, echo, dmesg",
  firstLesson: (title: string) => `Lesson: ${title}`,
};
