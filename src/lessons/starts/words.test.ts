/** Every machine that comes with the playground says in Japanese what it says in English. */
import { expect, test } from "vitest";
import news from "../../client/kernel-news.ja.ts";
import ja from "../../client/machine-words.ja.ts";
import { PROFILES } from "../../engine/kernel/profiles/descriptions.ts";
import { SCENARIOS } from "../../protocol/scenarios/index.ts";
import { STARTS } from "./index.ts";

const JAPANESE = /[\u3040-\u30ff\u4e00-\u9fff]/;

test.each([...SCENARIOS, ...STARTS].map((scenario) => [scenario.name, scenario] as const))(
  "%s has a title, and partitions have names",
  (_, scenario) => {
    // `4 ノード、movablecore=1G`: names of Linux stay.
    for (const said of [ja.title(scenario), ...scenario.box.partitions.map(({ name }) => ja.partition(name))])
      expect(said).toMatch(JAPANESE);
    if (SCENARIOS.includes(scenario)) expect(ja.about(scenario)).toMatch(JAPANESE);
  },
);

test("every kernel has news and a date; those that were never released have a title", () => {
  for (const profile of PROFILES) {
    expect(news[profile.version]).toMatch(JAPANESE);
    if (profile.released === null) expect(ja.kernel(profile)).toMatch(JAPANESE);
    else expect(ja.released(profile.released)).toMatch(/^20\d\d 年 (1[0-2]|[1-9]) 月$/);
  }
});

test("what comes from elsewhere keeps its words", () => {
  const mine = { name: "mine", title: "My box", about: "Of mine." };
  expect([ja.title(mine), ja.about(mine), ja.partition("db-1")]).toEqual(["My box", "Of mine.", "db-1"]);
});
