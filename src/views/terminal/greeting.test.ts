import { expect, test } from "vitest";
// biome-ignore lint/style/noRestrictedImports: what the greeting names is held to the shell that runs it
import { programs } from "../../shell/run/programs.ts";
// biome-ignore lint/style/noRestrictedImports: what the greeting names is held to the shell that runs it
import { BUILTINS } from "../../shell/builtins/table.ts";
import { commandOf, greetingOf } from "./greeting.ts";

const DATABASE = { name: "Database server", kernel: "6.1" } as const;
/** What is seen of it, line by line. */
const seen = (columns: number) =>
  greetingOf(DATABASE, columns)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is taken out
    .replace(/\x1b\]8;;[^\x07]*\x07|\x1b\[\d+m/g, "")
    .trimEnd()
    .split("\r\n");
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what marks a link
const addresses = [...greetingOf(DATABASE, 80).matchAll(/\x1b\]8;;([^\x07]+)\x07/g)].map((match) => match[1] ?? "");

test("three lines that fit, with commands, on a desk and on a phone", () => {
  for (const columns of [40, 46, 80, 170]) {
    expect(seen(columns)).toHaveLength(3);
    for (const line of seen(columns)) expect(line.length, line).toBeLessThanOrEqual(columns);
    expect(seen(columns)[1]).toContain("lsmem");
    expect(seen(columns)[2]).toContain("help");
  }
  expect(seen(80)[0]).toContain("Linux 6.1 on Database server");
});

test("its commands are there to be run", () => {
  const commands = addresses.map((address) => commandOf(address) ?? "");
  expect(commands.length).toBeGreaterThan(4);
  for (const command of commands)
    for (const [name] of command.split(" | ").map((part) => part.split(" ")))
      expect(programs().has(name ?? "") || Object.hasOwn(BUILTINS, name ?? ""), command).toBe(true);
});

test("a link that a program writes is not one of them", () => {
  for (const address of ["type:rm%20-rf%20%2F", "type:help%0D", "https://example.org/", "type:"])
    expect(commandOf(address)).toBeNull();
});
