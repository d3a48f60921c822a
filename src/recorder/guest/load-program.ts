/** The program that takes memory inside a recorded machine, compiled for it. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, sourceFile } from "../host/folders.ts";
import { COMPILER, Missing, requireProgram } from "../host/programs.ts";

/** Compiles `load.c` without libraries that a machine would need; once for each state of its source. */
export function loadProgram(): Buffer {
  const source = sourceFile("guest", "load.c");
  const state = createHash("sha256").update(readFileSync(source)).digest("hex").slice(0, 12);
  const program = join(cacheFolder("guest"), `load-${state}`);
  if (!existsSync(program)) {
    const compiler = requireProgram(COMPILER);
    const part = `${program}.${process.pid}`;
    const { status, stderr } = spawnSync(compiler, ["-Os", "-static", "-s", "-o", part, source], { encoding: "utf8" });
    if (status !== 0)
      throw new Missing(`${compiler} can't make a static program, ${firstLine(stderr)}: install ${COMPILER.packages}`);
    renameSync(part, program);
  }
  return readFileSync(program);
}

const firstLine = (text: string): string => text.trim().split("\n")[0] ?? "";
