import { expect, test } from "vitest";
import { cpio } from "./cpio.ts";

/** Reads an archive as the kernel does: header, name, content, each padded to four bytes. */
function unpack(archive: Buffer) {
  const entries: { path: string; mode: number; content: string }[] = [];
  let at = 0;
  const padded = (length: number) => Math.ceil(length / 4) * 4;
  for (;;) {
    expect(archive.toString("latin1", at, at + 6)).toBe("070701");
    const field = (i: number) => Number.parseInt(archive.toString("latin1", at + 6 + i * 8, at + 14 + i * 8), 16);
    const [mode, size, nameSize] = [field(1), field(6), field(11)];
    const path = archive.toString("utf8", at + 110, at + 110 + nameSize - 1);
    at = padded(at + 110 + nameSize);
    if (path === "TRAILER!!!") return { entries, end: at };
    entries.push({ path, mode, content: archive.toString("utf8", at, at + size) });
    at = padded(at + size);
  }
}

test("files, links and folders come back as they went in, folders before what is in them, each once", () => {
  const archive = cpio([
    { path: "init", is: "file", content: "#!/bin/sh\n", executable: true },
    { path: "a/b/deep", is: "file", content: "xyz" },
    { path: "a/b/other", is: "link", content: "deep" },
    { path: "a", is: "folder" },
    { path: "a/b/deep", is: "file", content: "a second one" },
  ]);
  const { entries, end } = unpack(archive);
  expect(end).toBe(archive.length);
  expect(entries).toEqual([
    { path: "init", mode: 0o100755, content: "#!/bin/sh\n" },
    { path: "a", mode: 0o040755, content: "" },
    { path: "a/b", mode: 0o040755, content: "" },
    { path: "a/b/deep", mode: 0o100644, content: "xyz" },
    { path: "a/b/other", mode: 0o120755, content: "deep" },
  ]);
});
