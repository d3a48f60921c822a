import { expect, test } from "vitest";
import { programs } from "../run/programs.ts";
import { ShellBench } from "../testing/shell-bench.ts";
import { BUILTINS } from "./table.ts";

const run = (script: string) => new ShellBench().run(script);

test("help lists every builtin, programs about memory and files that are there, in 80 columns", () => {
  const { stdout, status } = run("help");
  expect(status).toBe(0);
  const words = new Set(stdout.split(/\s+/));
  for (const name of Object.keys(BUILTINS)) expect(words, name).toContain(name);
  const listed = [...stdout.matchAll(/^ (\S+)(?: {2,}| )[a-z][a-z ,']+$/gm)].map((match) => match[1] ?? "");
  expect(listed).toEqual(expect.arrayContaining(["lsmem", "chmem", "numactl"]));
  for (const name of ["lsmem", "chmem", "numactl", "page-types"]) expect(programs().has(name)).toBe(true);
  for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  const files = [...stdout.matchAll(/\/(?:sys|proc)\/[\w/]+/g)].map(([path]) => path);
  expect(files).toHaveLength(4);
  expect(run(`ls -d ${files.join(" ")}`).status).toBe(0);
});

test("help of each says how it is called and what it does", () => {
  for (const name of Object.keys(BUILTINS)) {
    const { stdout, status } = run(`help '${name}'`);
    expect([status, stdout], name).toEqual([0, expect.stringContaining(`${name}: ${name}`)]);
  }
  // As a real bash says it.
  expect(run("help -s echo").stdout).toBe("echo: echo [-neE] [arg ...]\n");
  expect(run("help -s pushd").stdout).toBe("pushd: pushd [-n] [+N | -N | dir]\n");
  expect(run("help -d cd").stdout).toBe("cd - go to a folder\n");
});

test("what is no builtin has no topic, and bash's words for that", () => {
  expect(run("help xyz")).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(
      /help: no help topics match `xyz'\. {2}Try `help help' or `man -k xyz' or `info xyz'\.\n$/,
    ),
  });
  expect(run("help -x")).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/help: -x: invalid option\nhelp: usage: help \[-dms\] \[pattern \.\.\.\]\n$/),
  });
  expect(run("type -t help").stdout).toBe("builtin\n");
});
