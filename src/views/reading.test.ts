import { expect, test } from "vitest";
import { count, natural } from "./reading.ts";

test("counts are written as the browser's own formatter writes them", () => {
  const browser = new Intl.NumberFormat("en");
  for (const value of [0, 7, 999, 1000, 1001, 104_212, 16_777_216, 4_294_967_296, -1, -999, -1000, -1_234_567])
    expect(count(value)).toBe(browser.format(value));
  for (const value of [0.5, 1.25, 999.999, 1234.5678, 2.0001, -1234.5])
    expect(count(value)).toBe(browser.format(value));
});

test("names are in the order of the browser's own numeric collation", () => {
  const names = [
    "d10",
    "d2",
    "A/0/2",
    "A/0/10",
    "A/1/0",
    "B",
    "d1",
    "A",
    "d",
    "A/0",
    "0",
    "dimm12",
    "dimm3",
    "A:34",
    "A:5",
  ];
  const { compare } = new Intl.Collator("en", { numeric: true });
  const lower = names.filter((name) => /^[a-z]/.test(name));
  expect(lower.toSorted(natural)).toEqual(lower.toSorted(compare));
  const upper = names.filter((name) => /^[A-Z]/.test(name) && !name.includes(":"));
  expect(upper.toSorted(natural)).toEqual(upper.toSorted(compare));
  expect(natural("d1", "d1")).toBe(0);
});
