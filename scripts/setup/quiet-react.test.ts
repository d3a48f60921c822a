import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { withoutStacks } from "./quiet-react.ts";

const require = createRequire(import.meta.url);

/** How many errors React makes while it is loaded. */
function errorsMadeAtLoad(react: string): number {
  let made = 0;
  class Counted extends Error {
    constructor(message?: string) {
      super(message);
      made++;
    }
  }
  const Errors = new Proxy(Counted, { apply: (_, __, [message]: [string]) => new Counted(message) });
  runInNewContext(react, { require, exports: {}, process, console, setTimeout, queueMicrotask, Error: Errors });
  return made;
}

test("React as it is built makes no error while it is loaded", () => {
  const react = readFileSync(
    require.resolve("react-dom/client").replace("client.js", "cjs/react-dom-client.production.js"),
    "utf8",
  );
  expect(errorsMadeAtLoad(react)).toBe(5);
  const { code, errors } = withoutStacks(react);
  expect(errors).toBe(5);
  expect(errorsMadeAtLoad(code)).toBe(0);
});

test("its message can still be read", () => {
  const { code } = withoutStacks("var Thrown = Error(formatProdErrorMessage(460)),\n  other = 1;");
  const read = `${code}; [Thrown instanceof Error, Thrown.message]`;
  expect(runInNewContext(read, { formatProdErrorMessage: (number: number) => `see ${number}` })).toEqual([
    true,
    "see 460",
  ]);
});
