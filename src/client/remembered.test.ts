import { afterEach, expect, test, vi } from "vitest";
import { remember, remembered } from "./remembered.ts";

afterEach(() => vi.unstubAllGlobals());

/** A storage that takes nothing more after so many writes; or nothing at all. */
function stub(writes: number): Map<string, string> {
  const held = new Map<string, string>();
  const refuse = (): never => {
    throw new DOMException("full", "QuotaExceededError");
  };
  let left = writes;
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => (left-- > 0 ? held.set(key, value) : refuse()),
    removeItem: (key: string) => held.delete(key),
  });
  return held;
}

test("what is chosen while storage is full holds, before what is stored", () => {
  const held = stub(1);
  remember("theme", "light");
  remember("theme", "dark");
  expect(remembered("theme")).toBe("dark");
  expect(held.get("theme")).toBe("light");
  remember("theme", null);
  expect(remembered("theme")).toBeNull();
  expect(held.has("theme")).toBe(false);
});

test("where storage is forbidden, choices last as long as the page", () => {
  vi.stubGlobal("localStorage", undefined);
  remember("keys", "off");
  expect(remembered("keys")).toBe("off");
  remember("keys", null);
  expect(remembered("keys")).toBeNull();
});
