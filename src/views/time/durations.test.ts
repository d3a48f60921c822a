import { expect, test } from "vitest";
import { GIB, MIB, TIB } from "../../engine/units.ts";
import { lengthOf, sizeOf } from "./durations.ts";

test("sizes are told in the largest unit that they fill", () => {
  const sizes = [12.5 * MIB, 1023 * MIB, 1.5 * GIB, 1023.99 * GIB, 15.744 * TIB].map(sizeOf);
  expect(sizes).toEqual(["12.5 MiB", "1020 MiB", "1.50 GiB", "1023.99 GiB", "15.74 TiB"]);
});

test("lengths of time are told with three digits at most", () => {
  const lengths = [735, 285_847, 12_460e3, 1.5e9, 61.2e9].map(lengthOf);
  expect(lengths).toEqual(["0.73 µs", "286 µs", "12.5 ms", "1.5 s", "1 min 1 s"]);
});
