import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { findKernel } from "./kernels.ts";
import { Missing, findProgram, isStatic, requireProgram } from "./programs.ts";

let folder = "";
const at = (...parts: string[]) => join(folder, ...parts);
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "host-")));
  mkdirSync(at("bin"));
  mkdirSync(at("lab/linux-6.1/lib/modules/6.1.0-9-test/kernel"), { recursive: true });
  mkdirSync(at("lab/linux-7.3/usr/lib/modules/7.3.4-test"), { recursive: true });
  mkdirSync(at("own/boot"), { recursive: true });
  mkdirSync(at("own/lib/modules/6.12.1-own"), { recursive: true });
  for (const path of ["lab/vmlinuz-6.1", "lab/vmlinuz-7.3", "own/boot/vmlinuz-6.12.1-own", "own/boot/bzImage"])
    writeFileSync(at(path), "");
  vi.stubEnv("XDG_CACHE_HOME", at("cache"));
  vi.stubEnv("HOTPLUG_LAB_CACHE", at("lab"));
  vi.stubEnv("PATH", `${at("bin")}:${process.env.PATH}`);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe("kernels", () => {
  test("of a version, from a folder that was prepared, with its modules", () => {
    expect(findKernel("6.1")).toEqual({
      name: "6.1",
      image: at("lab/vmlinuz-6.1"),
      modules: at("lab/linux-6.1/lib/modules/6.1.0-9-test"),
    });
    expect(findKernel("7.3").modules).toBe(at("lab/linux-7.3/usr/lib/modules/7.3.4-test"));
  });

  test("by their path, with the modules beside it if there are any", () => {
    const image = at("own/boot/vmlinuz-6.12.1-own");
    expect(findKernel(image)).toEqual({ name: image, image, modules: at("own/lib/modules/6.12.1-own") });
    expect(findKernel(at("own/boot/bzImage"))).toMatchObject({ modules: null });
  });

  test("that are not there", () => {
    expect(() => findKernel(at("nothing"))).toThrow(/nothing: no such kernel \(--kernel takes a version like 6\.1, or/);
  });
});

/** A 64-bit program whose headers are of these types. */
function elf(...types: number[]): Buffer {
  const file = Buffer.alloc(64 + types.length * 56);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(types.length, 56);
  for (const [i, type] of types.entries()) file.writeUInt32LE(type, 64 + i * 56);
  return file;
}

describe("programs", () => {
  test("are static when nothing has to load them", () => {
    const written = (name: string, content: Buffer | string) => {
      writeFileSync(at(name), content);
      return at(name);
    };
    expect(isStatic(written("static", elf(1, 1, 4)))).toBe(true);
    expect(isStatic(written("dynamic", elf(1, 3, 1)))).toBe(false);
    expect(isStatic(written("script", "#!/bin/sh\n"))).toBe(false);
  });

  test("are found where they can be run, and asked for with their packages where they aren't", () => {
    writeFileSync(at("bin/some-tool"), "#!/bin/sh\n");
    expect(findProgram("some-tool")).toBeUndefined();
    chmodSync(at("bin/some-tool"), 0o755);
    expect(findProgram("some-tool")).toBe(at("bin/some-tool"));
    const tool = { names: ["best-tool", "some-tool"], purpose: "for a test", packages: "tools on Debian" };
    expect(requireProgram(tool)).toBe(at("bin/some-tool"));
    const demand = () => requireProgram(tool, () => false);
    expect(demand).toThrow(Missing);
    expect(demand).toThrow(/^some-tool is needed for a test: install tools on Debian$/);
  });
});
