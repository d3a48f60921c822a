import { describe, expect, test } from "vitest";
import { misread } from "./grammar.ts";

describe("a text of any depth and length is judged in its time", () => {
  const openers = [
    "$((",
    "$(",
    "${",
    "((",
    "(",
    "{ ",
    "if ",
    "a=(",
    "a[",
    "[[ ( ",
    "[[ ! ",
    '"$(',
    '"${a:-',
    "@(",
    "<(",
    "case a in (a) ",
  ];
  test.each(openers)("%s", (opener) => {
    for (const count of [2, 30, 5000]) {
      const started = performance.now();
      misread(`echo ${opener.repeat(count)}\n`);
      misread(`${opener.repeat(count)}\n`);
      misread(`${opener.repeat(count)}a${" ))}".repeat(count)}\n`);
      expect(performance.now() - started).toBeLessThan(1000);
    }
  });
});

test("what is whole is let pass", () => {
  for (const text of [
    "echo $((1 + (2)))",
    "echo $((echo a); echo b)",
    "((a) ; (b))",
    "for ((;;)) { break; }",
    "f() { :; } > x 2>&1",
    "case in in in) esac",
    "a[1]=2 b=(1 [3]=x) c",
    "[[ a =~ ^(a|b)$ && ! -f x ]] && echo",
    "cat <<'E' | tr a b\n$(( fi\nE",
    "echo ${x:-'}'} \"${x:-'}\"",
    "coproc N { :; }",
    "time -p ! a | b",
  ])
    expect(misread(`${text}\n`), text).toBeNull();
});

test.each(["a\u00a0b \u2003 c\n", "\u0085\n", "\ufeffecho x\n", "[[ a =~ b\u00a0c ]]\n", "x\r\n\v\f y\n"])(
  "only blanks, tabs and line ends part words: %j",
  (text) => {
    expect(misread(text)).toBeNull();
  },
);
