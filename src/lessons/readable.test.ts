/** What a line printed, out of what a terminal showed. */
import { expect, test } from "vitest";
import { printed, readable } from "./readable.ts";

const PROMPT = "\u001b[?2004h\r\u001b[Jroot@A:/sys/devices/system/memory# ";
const run = (line: string, output: string): string => `${PROMPT}${line}\r\n\u001b[?2004l${output}`;

test("what stands between a line and the next prompt, without the terminal's own characters", () => {
  const line = "cat memory56/valid_zones";
  expect(printed(`${run(line, "Normal Movable\r\n")}${PROMPT}`, line)).toEqual({
    text: "Normal Movable",
    waits: false,
  });
  expect(printed(`${run("true", "")}${PROMPT}`, "true")).toEqual({ text: "", waits: false });
});

test("a line that has not come back has no prompt below it", () => {
  const line = "echo offline > memory56/state";
  expect(printed(run(line, ""), line)).toEqual({ text: "", waits: true });
  expect(printed(run("sh a", "one\r\n"), "sh a")).toEqual({ text: "one", waits: true });
});

test("of a line that was run twice the last is meant, and earlier lines are not what it printed", () => {
  const first = run("cat a", "old\r\n");
  expect(printed(`${first}${run("cat a", "new\r\n")}${PROMPT}`, "cat a")).toEqual({ text: "new", waits: false });
  expect(readable("\u001b[1mbold\u001b[0m\r\n")).toBe("bold\n");
});
