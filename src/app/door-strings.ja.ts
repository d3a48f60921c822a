/** 最初の問いの下にある扉の日本語。 */
import type { DoorWords } from "./door-strings.ts";

export default {
  title: "ほかにできること",
  learn: "学ぶ",
  learnAbout: (lessons) => `5 分のレッスン ${lessons} 本`,
  cases: "現場の事例",
  casesAbout: (cases) => `実際に起きた ${cases} 件`,
  predict: "予想して確かめる",
  predictAbout: "予想を言い、マシンが答える",
  talk: "2013 年の講演をライブで",
  talkAbout: "別のウィンドウで",
  type: "入力する",
  typeAbout: "lsmem, chmem, echo, dmesg",
  firstLesson: (title) => `レッスン: ${title}`,
} satisfies DoorWords;
