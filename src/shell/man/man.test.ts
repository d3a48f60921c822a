import { expect, test } from "vitest";
import { EXTERNALS } from "../commands/table.ts";
import { ShellBench } from "../testing/shell-bench.ts";
import { render } from "./man.ts";
import { PAGES } from "./pages.ts";

test("every command has one page, and every page a command", () => {
  expect(PAGES.map(({ name }) => name).sort()).toEqual(Object.keys(EXTERNALS).sort());
});

test("pages fit a screen's width and point to pages that exist", () => {
  // Builtins of the shell are its own business.
  const known = new Set([...PAGES.map(({ name }) => name), "kill"]);
  for (const page of PAGES) {
    for (const other of page.seeAlso ?? []) expect(known, page.name).toContain(other);
    for (const line of render(page).split("\n"))
      if (line.includes(" ") && !/--hmp|device_add/.test(line)) expect(line.length, line).toBeLessThanOrEqual(90);
  }
});

test("man shows them, and says what it has not got", () => {
  const bench = new ShellBench();
  expect(bench.run("man lsmem").stdout).toMatch(/^LSMEM\(1\) .*\n\nNAME\n {7}lsmem - list/);
  expect(bench.run("man nosuch")).toMatchObject({ stderr: "No manual entry for nosuch\n", status: 16 });
  expect(bench.run("man -k zone; man -k node | head -1").stdout).toContain("numa");
});

test("--help says how a command is called; man -k finds it", () => {
  const bench = new ShellBench();
  expect(bench.run("lsmem --help")).toMatchObject({ stdout: expect.stringMatching(/^Usage: lsmem \[/), status: 0 });
  expect(bench.run("chmem --help")).toMatchObject({
    stdout: expect.stringMatching(
      /^\nUsage:\n chmem \[options\][\s\S]* -b, --blocks {7}use memory blocks\n[\s\S]*\nSupported zones:\n DMA\n DMA32\n Normal\n Highmem\n Movable\n Device\n/,
    ),
    status: 0,
  });
  expect(bench.run("seq --help | head -1").stdout).toMatch(/^Usage: seq /);
  expect(bench.run("expr --help | head -1").stdout).toMatch(/^Usage: expr/);
  expect(bench.run("man -k differ").stdout).toMatch(/^cmp \(1\)[\s\S]*diff \(1\)/);
  expect(bench.run("man -k nothing-of-the-kind")).toMatchObject({ status: 16 });
});
