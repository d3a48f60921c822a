/** 時間の進み方と、押さえた時点でできることの日本語。 */
import type { PaceWords } from "./pace-strings.ts";
import { timeToSee } from "./speeds.ts";

const viewing = (speed: number): string => {
  const { many, unit } = timeToSee(speed);
  return `${many} ${unit === "seconds" ? "秒" : "分"}`;
};
const rate = (share: number): string => (share >= 1 ? "実時間" : `実時間の 1/${Math.round(1 / share)}`);

export default {
  choose: "ボタンを 1 回押すと何が見えるか",
  paces: { function: "1 回で関数 1 つ", event: "1 回で出来事 1 つ" },
  speed: (share) => `${share >= 1 ? "実時間" : `1/${Math.round(1 / share)}`} · 100,000 ページを ${viewing(share)}`,
  back: {
    function: "関数を 1 つ戻る",
    event: "前の出来事へ",
    speed: "逆再生",
    pause: "止める",
  },
  on: {
    function: "関数を 1 つ進む",
    event: "次の出来事へ",
    speed: "再生",
    pause: "止める",
  },
  said: (share) => `時間が${rate(share)}の速さで逆に進んでいます`,
  held: (at) => `ここ (${at})`,
  fork: "ここで分岐",
  bookmark: "しおり",
} satisfies PaceWords;
