/** Each folder of views says what it is, and the README above them leads to it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../setup/packages.mjs";

const views = join(root, "src/views");
/** What tests stand on shows nothing. */
const HELPS = ["testing"];
const folders = readdirSync(views, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !HELPS.includes(entry.name))
  .map(({ name }) => name);

test("each folder of views has a README with a title, a sentence and the way to its files", () => {
  expect(folders.length).toBeGreaterThan(10);
  for (const folder of folders) {
    const path = join(views, folder, "README.md");
    expect(existsSync(path), path).toBe(true);
    const text = readFileSync(path, "utf8");
    expect(text, path).toMatch(/^# .+\n\n\S/);
    const named = [...text.matchAll(/`(?:\.\.\/)*([\w-]+\.tsx?)`/g)].map(([, name = ""]) => name);
    expect(named.length, path).toBeGreaterThan(0);
    for (const name of named)
      expect(
        existsSync(join(views, folder, name)) || existsSync(join(views, name)) || inViews(name),
        `${path}: ${name}`,
      ).toBe(true);
  }
});

test("the README above leads to each of them", () => {
  const rows = readFileSync(join(views, "README.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .flatMap((line) => [...(line.split("|")[1] ?? "").matchAll(/`([\w-]+)`/g)].map(([, name]) => name));
  expect(rows.sort()).toEqual([...folders].sort());
});

/** A file of another folder, or of what views stand on. */
function inViews(name: string): boolean {
  return readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).some((file) =>
    file.endsWith(`/${name}`),
  );
}
