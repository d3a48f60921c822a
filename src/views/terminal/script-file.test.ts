import { expect, test } from "vitest";
import { readScript } from "./script-file.ts";

const file = (name: string, content: string | Uint8Array<ArrayBuffer>) => new File([content], name);

test("a script is taken as it is, with the line ends that a shell reads", async () => {
  expect(await readScript(file("run.sh", "echo 1\r\necho 2\n"))).toEqual({
    ok: true,
    name: "run.sh",
    text: "echo 1\necho 2\n",
  });
});

test("its name becomes one that needs no quotes, and no path", async () => {
  const name = async (given: string) => {
    const script = await readScript(file(given, ""));
    return script.ok ? script.name : script.problem;
  };
  expect(await name("my script (1).sh")).toBe("my-script-1-.sh");
  expect(await name("C:\\tmp\\x.sh")).toBe("x.sh");
  expect(await name("../../etc/passwd")).toBe("passwd");
  expect(await name("--help")).toBe("help");
  expect(await name("…")).toBe("script.sh");
});

test("what is no script is refused, with the reason", async () => {
  expect(await readScript(file("a.out", "\x7fELF\0"))).toEqual({ ok: false, problem: "a.out is no text: not taken" });
  expect(await readScript(file("a.png", new Uint8Array([0x89, 0x50, 0xff])))).toMatchObject({ ok: false });
  expect(await readScript(file("big", "x".repeat(2 ** 20 + 1)))).toEqual({
    ok: false,
    problem: "big is larger than 1 MiB: not taken",
  });
});

test("a name that is told commands no terminal", async () => {
  const refused = await readScript(file("\x1b]0;owned\x07\x1b[2J\u202egnp.sh", "\0"));
  expect(refused).toEqual({ ok: false, problem: "\ufffd]0;owned\ufffd[2J\ufffdgnp.sh is no text: not taken" });
  expect(await readScript(file(`${"x".repeat(150)}\x1b[31m`, "y".repeat(2 ** 20 + 1)))).toEqual({
    ok: false,
    problem: `${"x".repeat(100)} is larger than 1 MiB: not taken`,
  });
});

test("what cannot be read is refused, too", async () => {
  const folder = { name: "folder\x1b[2J", size: 0, text: () => Promise.reject(new Error("NotReadable")) };
  expect(await readScript(folder)).toEqual({ ok: false, problem: "folder\ufffd[2J could not be read: not taken" });
});
