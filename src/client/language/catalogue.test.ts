/** Words follow the language, wherever they were taken hold of; those that can't be had leave the others as they are. */
import { beforeEach, expect, test, vi } from "vitest";

type Module = typeof import("./catalogue.ts");
let module: Module;
beforeEach(async () => {
  vi.resetModules();
  module = await import("./catalogue.ts");
});

const english = {
  title: "Box",
  list: ["one", "two"],
  deep: { count: (pages: number) => (pages === 1 ? "1 page" : `${pages} pages`), none: "nothing" },
};
const japanese = {
  title: "筐体",
  list: ["一", "二"],
  deep: { count: (pages: number) => `${pages} ページ`, none: "なし" },
};
const comes = () => Promise.resolve({ default: japanese });

test("what was kept of a catalogue reads in the language chosen now", async () => {
  const strings = module.inLanguages(english, { ja: comes });
  const { deep } = strings;
  expect([strings.title, deep.count(1), strings.list.join()]).toEqual(["Box", "1 page", "one,two"]);
  await module.chooseLanguage("ja");
  expect([strings.title, deep.count(1), strings.list.join()]).toEqual(["筐体", "1 ページ", "一,二"]);
  expect(Object.entries(deep).map(([key]) => key)).toEqual(["count", "none"]);
  await module.chooseLanguage("en");
  expect([strings.title, deep.none]).toEqual(["Box", "nothing"]);
});

test("nothing is fetched before its language is chosen, and once only", async () => {
  const fetch = vi.fn(comes);
  module.inLanguages(english, { ja: fetch });
  expect(fetch).not.toHaveBeenCalled();
  for (const to of ["ja", "en", "ja"] as const) await module.chooseLanguage(to);
  expect(fetch).toHaveBeenCalledTimes(1);
});

test("a switch is heard once, when all words of it are there; of two in a row the last one counts", async () => {
  const heard = vi.fn();
  module.onWords(heard);
  let arrive = (_: { default: typeof japanese }) => {};
  const strings = module.inLanguages(english, { ja: () => new Promise((resolve) => (arrive = resolve)) });
  const before = module.wordsNow(strings.deep);
  const first = module.chooseLanguage("ja");
  expect(strings.title).toBe("Box");
  expect(heard).not.toHaveBeenCalled();
  arrive({ default: japanese });
  await first;
  expect(heard).toHaveBeenCalledTimes(1);
  expect(module.wordsNow(strings.deep)).not.toBe(before);
  await Promise.all([module.chooseLanguage("en"), module.chooseLanguage("ja"), module.chooseLanguage("en")]);
  expect(module.language()).toBe("en");
});

test("code that comes later is waited for with its words", async () => {
  await module.chooseLanguage("ja");
  const strings = module.inLanguages(english, { ja: comes });
  const lost = module.inLanguages(english, { ja: () => Promise.reject(new Error("no network")) });
  expect(strings.title).toBe("Box");
  await module.wordsHere();
  expect(strings.title).toBe("筐体");
  expect(lost.title).toBe("Box");
});

test("a language whose words can't be fetched is not begun, and may come at the next try", async () => {
  let network = false;
  const strings = module.inLanguages(english, { ja: comes });
  module.inLanguages(english, { ja: () => (network ? comes() : Promise.reject(new Error("no network"))) });
  await expect(module.chooseLanguage("ja")).rejects.toThrow("no network");
  expect([module.language(), strings.title]).toEqual(["en", "Box"]);
  network = true;
  await module.chooseLanguage("ja");
  expect(strings.title).toBe("筐体");
});
