/**
 * Words that no catalogue has: text in the JSX of what people see, and in the attributes that are read out or shown. And
 * words that are taken from a catalogue when a module starts: those would stay in the language of that moment.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync, Visitor } from "rolldown/utils";
import { expect, test } from "vitest";

const SHOWN = /^src\/(app|views|lessons|talks|follow)\//;
/** Attributes that people read or hear. */
const SAID = new Set([
  "aria-label",
  "aria-description",
  "aria-roledescription",
  "aria-valuetext",
  "title",
  "placeholder",
  "alt",
  "label",
  "caption",
]);
/** Two letters in a row, but for what Linux and keyboards call it in any language. */
const WORD = /\p{L}{2,}/u;
const NAMES = /\b(memory|pfn|Esc|PgDn)\b/g;

/** Words in a file of JSX that stand there themselves. */
function bareWords(file: string, text: string): string[] {
  const found: string[] = [];
  const add = (value: string) => {
    const said = value.trim();
    if (WORD.test(said.replaceAll(NAMES, ""))) found.push(`${file}: ${said}`);
  };
  /** Text of an expression whose value is shown as it is. */
  const inExpression = (node: unknown): void => {
    const one = node as { type?: string; [key: string]: unknown };
    if (one?.type === "Literal" && typeof one.value === "string") add(one.value);
    if (one?.type === "TemplateLiteral")
      for (const quasi of one.quasis as { value: { cooked: string | null } }[]) add(quasi.value.cooked ?? "");
    if (one?.type === "ConditionalExpression") [one.consequent, one.alternate].forEach(inExpression);
    if (one?.type === "LogicalExpression") [one.left, one.right].forEach(inExpression);
  };
  new Visitor({
    JSXText: ({ value }) => add(value),
    JSXElement({ children }) {
      for (const child of children) if (child.type === "JSXExpressionContainer") inExpression(child.expression);
    },
    JSXAttribute({ name, value }) {
      if (name.type !== "JSXIdentifier" || !SAID.has(name.name) || value === null) return;
      inExpression(value.type === "JSXExpressionContainer" ? value.expression : value);
    },
  }).visit(parseSync(file, text).program);
  return found;
}

const files = readdirSync("src", { recursive: true, withFileTypes: true })
  .map((entry) => join(entry.parentPath, entry.name).replaceAll("\\", "/"))
  .filter((file) => SHOWN.test(file) && file.endsWith(".tsx") && !/\.test\.tsx$|\/testing\//.test(file));

test("every word that is shown is in a catalogue", () => {
  expect(files.length).toBeGreaterThan(100);
  expect(files.flatMap((file) => bareWords(file, readFileSync(file, "utf8")))).toEqual([]);
});

test("a word in the markup, in a label or in either branch of a choice is found", () => {
  const found = bareWords(
    "x.tsx",
    'const x = <p title={a ? "Go there" : strings.b} aria-label={`node ${n}`} id="not shown">Bare {n} MB {b && "words"} {strings.c}</p>;',
  );
  expect(found.map((line) => line.slice(7))).toEqual(["words", "Go there", "node", "Bare", "MB"]);
});
