/**
 * What contains itself without end: it stops by itself or by Ctrl-C, in bounded time and on a bounded stack, and the
 * shell that somebody sits at goes on.
 */
import { describe, expect, test } from "vitest";
import { Seat, PROMPT } from "./testing/seat.ts";

const deep = (open: string, inside: string, close: string, times = 3000): string =>
  open.repeat(times) + inside + close.repeat(times);

/** Says what it is after it has run, or been interrupted, for so many simulated seconds. */
function outcome(line: string, seconds = 0.3): { readonly shown: string; readonly alive: string } {
  const seat = new Seat();
  const shown = seat.type(`${line.replaceAll("\n", "\r")}\r`, seconds) + seat.type("\x03", 0.1);
  expect(seat.shell.busy).toBe(false);
  return { shown, alive: seat.type("echo ali''ve\r") };
}

const ALIVE = `echo ali''ve\nalive\n${PROMPT}`;

describe("a recursion without end", () => {
  test.each([
    ["f() { f; }; f", "bash: f: maximum function nesting level exceeded (1000)\n"],
    ["f() if f; then :; fi; f", "bash: f: maximum function nesting level exceeded (1000)\n"],
    ["f() { x=1 f > /dev/null; }; f", "bash: f: maximum function nesting level exceeded (1000)\n"],
    ["FUNCNEST=5; f() { f; }; f", "bash: f: maximum function nesting level exceeded (5)\n"],
    ['e=\'eval "$e"\'; eval "$e"', "bash: maximum eval nesting level exceeded (2000)\n"],
    ["echo '. /tmp/s' > /tmp/s; . /tmp/s", "bash: maximum source nesting level exceeded (2000)\n"],
    ["a=b b=a; echo $((a))", "expression recursion level exceeded"],
    ["a[0]='a[a[0]]'; echo $((a[0]))", "expression recursion level exceeded"],
    ["f() { echo $(f); }; f", "fork: retry: Resource temporarily unavailable\n"],
    ["f() { f | f; }; f", "fork: retry: Resource temporarily unavailable\n"],
    ["f() { ( f ); }; f", "fork: retry: Resource temporarily unavailable\n"],
    ["trap 'kill -USR1 $$' USR1; kill -USR1 $$", "^C"],
    ["echo 'exec bash /tmp/x' > /tmp/x; bash /tmp/x", "^C"],
    ["trap 'f() { f; }; f' ERR; false", "maximum function nesting level exceeded"],
    ["PS1='$(f)'; f() { f; }", "maximum function nesting level exceeded"],
  ])("%s", (line, message) => {
    const { shown, alive } = outcome(line);
    expect(shown).toContain(message);
    expect(alive).toContain("\nalive\n");
  });

  test.each([
    [
      "a='b+b' b='c+c' c='d+d' d='e+e' e='f+f' f='g+g' g='h+h' h='i+i' i='j+j' j='k+k' k='l+l' l='m+m' m='n+n' n='o+o' o='p+p'; echo $((a))",
    ],
    ['x=(a); while :; do x+=("${x[@]}"); done'],
    ["x=a; while :; do x=$x$x; done"],
    ["x=$(yes)"],
    ["echo {1..999999999999}"],
    ["read x < /dev/zero"],
    ["mapfile x < /dev/zero"],
    ["select x in a; do :; done < /dev/zero"],
    ["while :; do exec {x}</dev/null; done"],
  ])("of data: %s", (line) => {
    expect(outcome(line, 0.05).alive).toBe(ALIVE);
  });
});

describe("text that is deep", () => {
  test.each([
    ["brackets of arithmetic", `echo $((${deep("(", "1", ")")}))`],
    [
      "brackets in a variable",
      `x=${deep("(", "1", ")")}; echo $((x))`.replace("x=", "x='").replace("; echo", "'; echo"),
    ],
    ["a long sum", `echo $((${"1,".repeat(5000)}1))`],
    ["assignments", `echo $((${"a=".repeat(5000)}1))`],
    ["powers", `echo $((${"1**".repeat(5000)}1))`],
    ["conditions", `echo $((${"1?".repeat(3000)}1${":2".repeat(3000)}))`],
    ["subscripts", `echo $((${deep("a[", "0", "]")}))`],
    ["subshells", deep("( ", "echo hi", " )")],
    ["subshells that are few enough", deep("( ", "echo hi", " )", 100)],
    ["groups", deep("{ ", "echo hi", "; }")],
    ["groups that are few enough", deep("{ ", "echo hi", "; }", 250)],
    ["substitutions", `echo ${deep("$(echo ", "hi", ")")}`],
    ["defaults", `echo ${deep("${x:-", "y", "}", 250)}`],
    ["quoted defaults", `echo ${deep('"${x:-', "y", '}"', 250)}`],
    ["braces", `echo ${deep("{a,", "b", "}")}`],
    ["rows of braces", `echo ${"{a,b}".repeat(3000)}`],
    ["tests", `[[ ${deep("( ", "a", " )")} ]]`],
    ["a long list", `${": && ".repeat(5000)}echo ok`],
    ["patterns", `case x in ${deep("@(", "x", ")")}) echo ok;; esac`],
    ["an expression", `y='${deep("(", "x", ")")}'; [[ x =~ $y ]]`],
    ["here-documents", `cat <<A\n${"$(cat <<B\n".repeat(100)}x\n${"B\n)\n".repeat(100)}A`],
  ])("%s", (_, line) => {
    expect(outcome(line).alive).toBe(ALIVE);
  });
});
