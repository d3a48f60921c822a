/** The command line of `npm run shell`: what it runs, on which machine, and how it ends. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, type Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deviceBusy } from "../protocol/scenarios/device-busy.ts";
import { shell } from "./shell.ts";

const TRACE = "public/traces/linux-6.1/mlocked.json";
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "shell-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function gathered(stream: Writable & AsyncIterable<unknown>): Promise<string> {
  return (async () => {
    let text = "";
    for await (const chunk of stream) text += String(chunk);
    return text;
  })();
}

/** Runs it in this process. Standard input is at its end unless a text is given, or a stream. */
async function run(args: readonly string[], input: string | PassThrough = ""): Promise<Ended> {
  const stdin = typeof input === "string" ? new PassThrough() : input;
  if (typeof input === "string") stdin.end(input);
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const [out, err] = [gathered(stdout), gathered(stderr)];
  const status = await shell(args, { stdin, stdout, stderr });
  stdout.end();
  stderr.end();
  return { status, out: await out, err: await err };
}

describe("what is run", () => {
  test("a script with its arguments", async () => {
    const path = file("args.sh", '#!/bin/bash\necho "$0: $# $1 $2"\necho wrong >&2\nexit 7\n');
    expect(await run([path, "a", "b c"])).toEqual({ status: 7, out: `${path}: 2 a b c\n`, err: "wrong\n" });
  });

  test("a line, with a name and arguments behind it", async () => {
    expect(await run(["-c", "echo $0 $1; false", "me", "first"])).toEqual({ status: 1, out: "me first\n", err: "" });
    expect(await run(["-c", "echo $0 $#"])).toEqual({ status: 0, out: "bash 0\n", err: "" });
  });

  test("what standard input gives, where there is neither", async () => {
    expect(await run([], "echo $0 $#\nexit 3\n")).toEqual({ status: 3, out: "bash 0\n", err: "" });
    expect(await run([], "")).toEqual({ status: 0, out: "", err: "" });
  });

  test("options end at --", async () => {
    const path = file("--odd.sh", "echo odd $1\n");
    expect(await run(["--", path, "-x"])).toMatchObject({ status: 0, out: "odd -x\n" });
  });

  test("a failing write to a file of the kernel is said as bash says it", async () => {
    const line = "echo nonsense > /sys/devices/system/memory/auto_online_blocks";
    expect(await run(["-c", line])).toEqual({
      status: 1,
      out: "",
      err: "bash: line 1: echo: write error: Invalid argument\n",
    });
  });

  test("set -e ends a script where a command fails", async () => {
    const path = file("set-e.sh", "set -e\necho before\nfalse\necho after\n");
    expect(await run([path])).toEqual({ status: 1, out: "before\n", err: "" });
  });

  test("a syntax error is the script's own business: status 2, with its name and line", async () => {
    const path = file("syntax.sh", "echo before\necho )\n");
    const { status, out, err } = await run([path]);
    expect({ status, out }).toEqual({ status: 2, out: "before\n" });
    expect(err).toMatch(/^\S+syntax\.sh: line 2: syntax error near unexpected token `\)'\n/);
  });

  test("a script that a signal ends: 128 and the signal", async () => {
    expect(await run(["-c", "echo before; kill -9 $$; echo after"])).toEqual({ status: 137, out: "before\n", err: "" });
    expect(await run([file("term.sh", "trap 'echo bye' EXIT\nkill $$\n")])).toMatchObject({ status: 143 });
  });
});

describe("standard input", () => {
  test("is the script's", async () => {
    const path = file("read.sh", "read -r first\necho one: $first\ncat\n");
    expect(await run([path], "a\nb\nc")).toEqual({ status: 0, out: "one: a\nb\nc", err: "" });
    expect(await run(["-c", "while read -r line; do echo [$line]; done"], "1\n2\n")).toMatchObject({
      out: "[1]\n[2]\n",
    });
  });

  test("costs no simulated time when it is there, and time goes on when it is not", async () => {
    const line = "cat > /dev/null; cat /proc/uptime";
    const text = "x\n".repeat(100_000);
    expect((await run(["-c", line], text)).out).toBe((await run(["-c", line], text)).out);
    const silent = new PassThrough();
    expect(await run(["-c", "timeout 0.2 cat; echo $?"], silent)).toMatchObject({ status: 0, out: "124\n" });
  });

  test("that is not read is left alone", async () => {
    const silent = new PassThrough();
    expect(await run(["-c", "echo hi"], silent)).toMatchObject({ status: 0, out: "hi\n" });
    expect(silent.listenerCount("data")).toBe(0);
  });
});

describe("the machine", () => {
  const SUMMARY = "lsmem -b | tail -1; uname -r | cut -d. -f1,2; hostname";

  test("is the first one that comes with the playground, or another by its name", async () => {
    expect((await run(["-c", SUMMARY])).out).toMatch(/^Total offline memory: +\d+\n[67]\.\d+\nA\n$/);
    expect(await run(["--machine", "device-busy", "-c", "hostname"])).toMatchObject({ status: 0, out: "A\n" });
  });

  test("a scenario's file: after its setup, on the partition asked for", async () => {
    const path = file("scenario.json", JSON.stringify({ ...deviceBusy, setup: [], script: [] }));
    expect(await run(["--machine", path, "--partition", "B", "-c", "hostname"])).toMatchObject({ out: "B\n" });
    const busy = file("setup.json", JSON.stringify(deviceBusy));
    const { out } = await run(["--machine", busy, "-c", "ls /proc | grep -c '^[0-9]'"]);
    expect(Number(out)).toBeGreaterThan(0);
  });

  test("words of its command line that do nothing here are said in one line", async () => {
    const source = JSON.parse(readFileSync(TRACE, "utf8")) as Record<string, unknown>;
    const path = file("idle.json", JSON.stringify({ ...source, cmdline: "isolcpus=1 movable_node foo" }));
    expect(await run(["--machine", path, "-c", "true"])).toMatchObject({ err: "not simulated: isolcpus=1\n" });
  });

  test("the machine of a recording, after the lines of its setup", async () => {
    const line = "cat /sys/devices/system/memory/auto_online_blocks; lsmem -r -o BLOCK,SIZE -n; uname -r";
    expect(await run(["--machine", TRACE, "-c", line])).toEqual({
      status: 0,
      out: "offline\n0-15 2G\n6.1.0-56-cloud-amd64\n",
      err: "",
    });
    const { out } = await run(["--machine", TRACE, "--kernel", "6.12", "-c", "uname -r"]);
    expect(out).toMatch(/^6\.12\./);
  });

  test("the same script gives the same output, every time", async () => {
    const line = "mem anon 64 1; echo offline > /sys/devices/system/memory/memory33/state; dmesg; cat /proc/buddyinfo";
    expect(await run(["-c", line])).toEqual(await run(["-c", line]));
  });
});

describe("what cannot be used: status 2, and one line that says why", () => {
  const broken = () => file("broken.json", '{"version": 1,');
  const wrong = () => file("wrong.json", JSON.stringify({ ...deviceBusy, box: { partitions: [], shelf: [] } }));
  test.each<[string, () => string[], RegExp]>([
    ["a script that is not there", () => ["nowhere/script.sh"], /^nowhere\/script\.sh: no such file or folder$/],
    ["a folder for a script", () => [folder], /: a folder, not a file$/],
    [
      "a machine that is not there",
      () => ["--machine", "nowhere.json", "-c", "true"],
      /^nowhere\.json: no such file or folder$/,
    ],
    [
      "a name that is none",
      () => ["--machine", "no-such-name"],
      /^no-such-name: no scenario of that name \(there are /,
    ],
    ["JSON that is none", () => ["--machine", broken(), "-c", "true"], /broken\.json: /],
    [
      "a box without partitions",
      () => ["--machine", wrong(), "-c", "true"],
      /wrong\.json: box\.partitions: expected at least one partition$/,
    ],
    ["no machine", () => ["--machine"], /^--machine lacks its value; usage: /],
    ["no line", () => ["-c"], /^-c lacks its value; usage: /],
    ["a partition that is not there", () => ["--partition", "Z", "-c", "true"], /: no partition Z \(there are A/],
    ["a kernel that is none", () => ["--kernel", "2.6", "-c", "true"], /^--kernel: expected one of .*, got 2\.6$/],
    ["an option that is none", () => ["--loud"], /^unknown option --loud; usage: npm run shell -- /],
  ])("%s", async (_, args, message) => {
    const { status, out, err } = await run(args());
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err.split("\n")).toEqual([expect.stringMatching(message), ""]);
  });

  test("a binary is no script: status 126", async () => {
    const path = file("binary", Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 10, 0));
    expect(await run([path])).toEqual({
      status: 126,
      out: "",
      err: `${path}: ${path}: cannot execute binary file\n`,
    });
  });
});

/** As a process of its own, for signals and for readers that go away. */
function child(args: readonly string[], act: (started: ReturnType<typeof spawn>) => void): Promise<Ended> {
  const started = spawn(process.execPath, ["scripts/run-ts.mjs", "src/conformance/shell-cli.ts", ...args], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  started.stdout.on("data", (text) => {
    out += String(text);
  });
  started.stderr.on("data", (text) => {
    err += String(text);
  });
  act(started);
  return new Promise((resolve) => started.on("close", (status) => resolve({ status, out, err })));
}
const onFirstOutput = (act: (started: ReturnType<typeof spawn>) => void) => (started: ReturnType<typeof spawn>) => {
  started.stdout?.once("data", () => act(started));
};

describe("as a process", () => {
  test("Ctrl-C ends a script without end: 130", async () => {
    const interrupt = onFirstOutput((started) => started.kill("SIGINT"));
    expect(await child(["-c", "echo on; while :; do :; done"], interrupt)).toMatchObject({ status: 130, err: "" });
    expect(await child(["-c", "echo on; read x; echo not here"], interrupt)).toMatchObject({
      status: 130,
      out: "on\n",
    });
  });

  test("Ctrl-C is the script's to catch, and an offline that never ends lets go", async () => {
    const script = [
      "trap 'echo caught; exit 5' INT",
      "echo offline > /sys/devices/system/memory/auto_online_blocks",
      "qemu-monitor object_add memory-backend-ram,id=m9,size=256M",
      "qemu-monitor device_add pc-dimm,id=d9,memdev=m9,node=1",
      "b=$(lsmem -n -o BLOCK,STATE | awk '/offline/ {print $1; exit}' | cut -d- -f1)",
      "echo online_movable > /sys/devices/system/memory/memory$b/state",
      "mem pin 64 1",
      "echo offline > /sys/devices/system/memory/memory$b/state",
      "while :; do sleep 1; done",
    ].join("\n");
    const path = file("trap.sh", script);
    const ended = await child(
      [path],
      onFirstOutput((started) => setTimeout(() => started.kill("SIGINT"), 300)),
    );
    expect(ended.status).toBe(5);
    expect(ended.out).toMatch(/caught\n$/);
  });

  test("SIGTERM ends it: 143", async () => {
    const end = onFirstOutput((started) => started.kill("SIGTERM"));
    expect(await child(["-c", "echo on; sleep infinity"], end)).toMatchObject({ status: 143, out: "on\n", err: "" });
  });

  test("a reader that goes away ends whoever writes without end: 141", async () => {
    const leave = onFirstOutput((started) => started.stdout?.destroy());
    expect(await child(["-c", "yes"], leave)).toMatchObject({ status: 141, err: "" });
  });

  test("it ends when the script does, whoever still holds its standard input", async () => {
    const write = (started: ReturnType<typeof spawn>) => started.stdin?.write("first\n");
    expect(await child(["-c", "read x; echo $x"], write)).toEqual({ status: 0, out: "first\n", err: "" });
  });
});
