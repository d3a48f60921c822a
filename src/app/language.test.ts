import { afterEach, expect, test, vi } from "vitest";
import { remember } from "../client/remembered.ts";
import { languageToOpenIn } from "./language.ts";

afterEach(() => {
  remember("hotplug-language", null);
  vi.unstubAllGlobals();
});

test("the address goes before what was chosen, and that before the browser", () => {
  expect(languageToOpenIn("", ["de-DE", "ja-JP", "en"])).toBe("ja");
  expect(languageToOpenIn("", ["de-DE", "fr"])).toBe("en");
  remember("hotplug-language", "en");
  expect(languageToOpenIn("?scenario=x", ["ja"])).toBe("en");
  expect(languageToOpenIn("?lang=ja", ["en"])).toBe("ja");
  expect(languageToOpenIn("?lang=toString", ["ja"])).toBe("en");
});
