import { test } from "vitest";
import { exerciseOf } from "./exercises/trial.ts";
test("t", () => {
  for (let seed = 1; seed <= 9; seed++) {
    const t = process.cpuUsage().user;
    const e = exerciseOf({ generator: "what-answer", level: 4, seed });
    console.log(
      seed,
      e.ask.data.line,
      e.options.map((o, i) => (i === e.truth ? "*" : "") + o.value).join(),
      JSON.stringify(e.often),
      e.moves[0]?.takes,
      ((process.cpuUsage().user - t) / 1e3) | 0,
    );
  }
}, 300000);
