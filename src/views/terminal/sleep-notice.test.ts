import { expect, test } from "vitest";
import { sleepNotice } from "./sleep-notice.ts";

const sleep = (seconds: number, command = `sleep ${seconds}`) => ({ command, from: 2e9, until: 2e9 + seconds * 1e9 });

test.each([
  [100, 1 / 16, "sleep 100 takes 27 min at 1/16 speed"],
  [1, 1 / 64, "sleep 1 takes 64 s at 1/64 speed"],
  [60, 1 / 1024, "sleep 60 takes 17 h at 1/1024 speed"],
  [3600, 1 / 1024, "sleep 3600 takes 43 days at 1/1024 speed"],
])("a sleep of %d s at %d", (seconds, speed, said) => {
  expect(sleepNotice(sleep(seconds), speed)).toBe(said);
});

test("nothing is said of a short wait, of real time, nor while time stands still", () => {
  expect(sleepNotice(sleep(0.1), 1 / 16)).toBeNull();
  expect(sleepNotice(sleep(100), 1)).toBeNull();
  expect(sleepNotice(sleep(100), 0)).toBeNull();
});

test("a long command is cut", () => {
  expect(sleepNotice(sleep(100, `sleep ${"9".repeat(80)}`), 1 / 4)).toMatch(/^sleep 9{33}… takes/);
});
