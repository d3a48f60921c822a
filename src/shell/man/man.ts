/** `man`: the manual pages of this machine's commands, in our own words. */
import type { CommandContext } from "../commands/command.ts";
import { badOptions, optionError, options, print, usage } from "../commands/output.ts";
import type { Running } from "../system.ts";
import type { ManPage } from "./page.ts";
import { PAGES } from "./pages.ts";

const WIDTH = 78;
const INDENT = 7;

export function* man(context: CommandContext): Running<number> {
  const given = options(context.args, "+kfP:", { apropos: "k", whatis: "f" });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags } = given;
  const names = given.rest.filter((word) => !/^[1-9]$/.test(word));
  if (names.length === 0) {
    yield* context.std.err.write(
      flags.has("k") ? "apropos what?\n" : "What manual page do you want?\nFor example, try 'man man'.\n",
    );
    return 1;
  }
  if (flags.has("k") || flags.has("f")) {
    const found = PAGES.filter((page) =>
      names.some((name) =>
        flags.has("f") ? page.name === name : `${page.name} ${page.summary}`.toLowerCase().includes(name.toLowerCase()),
      ),
    );
    if (found.length > 0)
      return yield* print(
        context,
        found
          .toSorted((a, b) => (a.name < b.name ? -1 : 1))
          .map((page) => `${`${page.name} (1)`.padEnd(20)} - ${page.summary}\n`)
          .join(""),
      );
    yield* context.std.err.write(`${names[0]}: nothing appropriate.\n`);
    return 16;
  }
  let status = 0;
  for (const name of names) {
    const page = PAGES.find((each) => each.name === name);
    if (page) status = (yield* print(context, render(page))) || status;
    else {
      yield* context.std.err.write(`No manual entry for ${name}\n`);
      status = 16;
    }
  }
  return status;
}

/** What `--help` prints: how a command is called, and its options. */
export function help(name: string): string | undefined {
  const page = PAGES.find((each) => each.name === name);
  if (!page) return undefined;
  const options = (page.options ?? []).map(([option, meaning]) => `  ${option.padEnd(24)} ${meaning}\n`).join("");
  return `Usage: ${page.synopsis.join("\n   or: ")}\n${page.summary}\n${options === "" ? "" : `\n${options}`}`;
}

/** A page as plain text. */
export function render(page: ManPage): string {
  const title = `${page.name.toUpperCase()}(1)`;
  const middle = "Hotplug Playground";
  const gap = " ".repeat(Math.max(1, Math.floor((WIDTH - 2 * title.length - middle.length) / 2)));
  const parts = [
    `${title}${gap}${middle}${gap}${title}`,
    section("NAME", [`${page.name} - ${page.summary}`]),
    section("SYNOPSIS", page.synopsis),
  ];
  parts.push(section("DESCRIPTION", page.description, true));
  if (page.options)
    parts.push(
      `OPTIONS\n${page.options.map(([option, meaning]) => `${" ".repeat(INDENT)}${option}\n${filled(meaning, INDENT + 7)}`).join("\n\n")}`,
    );
  if (page.examples)
    parts.push(
      `EXAMPLES\n${page.examples.map(([command, meaning]) => `${" ".repeat(INDENT)}${command}\n${filled(meaning, INDENT + 7)}`).join("\n\n")}`,
    );
  if (page.seeAlso) parts.push(section("SEE ALSO", [page.seeAlso.map((name) => `${name}(1)`).join(", ")]));
  return `${parts.join("\n\n")}\n`;
}

const section = (heading: string, lines: readonly string[], apart = false): string =>
  `${heading}\n${lines.map((line) => filled(line, INDENT)).join(apart ? "\n\n" : "\n")}`;

/** Words in lines that fit the width. */
function filled(text: string, indent: number): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line += (line === "" ? "" : " ") + word;
  }
  lines.push(line);
  return lines.map((each) => " ".repeat(indent) + each).join("\n");
}
