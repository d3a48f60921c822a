/**
 * A script that takes the steps of the kernel's own self-test of memory hotplug (which is not ours to ship), through
 * `npm run shell`: offline and online, then with errors injected into the notifier chain.
 */
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { shell } from "./shell.ts";

const SCRIPT = "src/conformance/scripts/on-off.sh";

async function run(...args: readonly string[]): Promise<{ status: number; out: string[]; err: string[] }> {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const gathered = { out: "", err: "" };
  streams.stdout.on("data", (text) => {
    gathered.out += String(text);
  });
  streams.stderr.on("data", (text) => {
    gathered.err += String(text);
  });
  const status = await shell(args, streams);
  await new Promise((resolve) => setImmediate(resolve));
  return { status, out: gathered.out.split("\n"), err: gathered.err.split("\n") };
}
const lines = (...all: readonly (readonly [what: string, answer: string])[]): string[] => [
  ...all.map(([what, answer]) => `${what.padEnd(28)} ${answer}`),
  "",
];

describe.each(["6.1", "6.12"])("Linux %s", (kernel) => {
  test.each([
    [[], 1, "Cannot allocate memory"],
    [["-e", "-1", "-p", "-3"], 1, "Operation not permitted"],
    [["-e", "-16", "-p", "5", "-r", "25"], 8, "Device or resource busy"],
    [["-r", "25", "-e", "-22"], 8, "Invalid argument"],
    [["-r10"], 4, "Cannot allocate memory"],
  ])("a share of the memory goes and comes back, and injected errors stop it: %j", async (args, blocks, error) => {
    const percent = /-r\D*(\d+)/.exec(args.join(" "))?.[1] ?? "2";
    expect(await run("--kernel", kernel, SCRIPT, ...args)).toEqual({
      status: 0,
      out: lines(
        ["share", `${percent}%: ${blocks} of 32`],
        ["offline", `${blocks}`],
        ["offline, and some more", `${blocks + Math.floor(blocks / 2)}`],
        ["online again", "32"],
        ["refused to go online", `${blocks}: ${error}`],
        ["refused to go offline", `${blocks}: ${error}`],
        ["online at the end", "32"],
      ),
      err: [""],
    });
  });

  test("nothing is asked for, and nothing goes", async () => {
    expect(await run("--kernel", kernel, SCRIPT, "-r", "0")).toEqual({
      status: 0,
      out: lines(
        ["share", "0%: 0 of 32"],
        ["offline", "0"],
        ["offline, and some more", "0"],
        ["online again", "32"],
        ["refused to go online", "0: "],
        ["refused to go offline", "0: "],
        ["online at the end", "32"],
      ),
      err: [""],
    });
  });

  test("not all of it can go: status 1", async () => {
    const { status, out } = await run("--kernel", kernel, SCRIPT, "-r", "100");
    expect(status).toBe(1);
    const went = Number(/^offline +(\d+)$/m.exec(out.join("\n"))?.[1]);
    expect(went).toBeGreaterThan(16);
    expect(went).toBeLessThan(32);
    expect(out.slice(3, 5)).toEqual(
      lines(["online again", "32"], ["refused to go online", `${went}: Cannot allocate memory`]).slice(0, 2),
    );
    // Pages that moved into a block since may keep it: the kernel finds them before it asks the notifiers.
    expect(out[5]).toMatch(
      new RegExp(`^refused to go offline +${went}: Cannot allocate memory(\\|Device or resource busy)?$`),
    );
    expect(out.slice(6)).toEqual(lines(["online at the end", "32"]));
  });
});

test("memory that starts offline is online at the end", async () => {
  const { status, out } = await run("--machine", "public/traces/linux-6.1/mlocked.json", SCRIPT, "-r", "12");
  expect(status).toBe(0);
  expect(out.at(-2)).toBe(`${"online at the end".padEnd(28)} 16`);
});

test.each([
  [["-h"], 0, "usage: on-off.sh [-e ERRNO] [-p PRIORITY] [-r PERCENT]", ""],
  [["-e", "3"], 1, "", "-e: from -4095 to -1"],
  [["-e", "-4096"], 1, "", "-e: from -4095 to -1"],
  [["-r", "101"], 1, "", "-r: from 0 to 100"],
  [["-r", "few"], 1, "", "-r: from 0 to 100"],
  [["-r"], 1, "", "-r lacks its value"],
  [["-q"], 1, "", "no such option: -q"],
])("how it is called: %j", async (args, status, out, err) => {
  const ended = await run(SCRIPT, ...args);
  expect({ status: ended.status, out: ended.out[0], err: ended.err[0] }).toEqual({ status, out, err });
});
