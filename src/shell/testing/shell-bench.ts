/** A machine with a shell for tests: runs lines to their end, or for so much simulated time, and gives what came of it. */
import { smallBox } from "../../engine/testing/small-box.ts";
import { Engine } from "../../engine/time/engine.ts";
import { type ScriptStart, startScript } from "../host.ts";
import { type Process, exitStatus } from "../process/process.ts";
import { Userland, type UserlandOptions } from "../process/userland.ts";

export interface Run {
  readonly stdout: string;
  readonly stderr: string;
  /** `null` when it did not end in its time. */
  readonly status: number | null;
  readonly process: Process;
}

const SECOND = 1e9;
const SLICE = 0.05 * SECOND;

export class ShellBench {
  readonly engine: Engine;
  readonly userland: Userland;

  constructor(options: UserlandOptions = {}, engine = new Engine({ seed: 1, box: smallBox() })) {
    this.engine = engine;
    this.userland = new Userland(this.engine, "A", options);
  }

  run(text: string, start: Partial<ScriptStart> = {}, seconds = 60): Run {
    const output = { out: "", err: "" };
    const process = startScript(this.userland, {
      name: "bash",
      fromArgument: true,
      ...start,
      text,
      out: (written) => {
        output.out += written;
      },
      err: (written) => {
        output.err += written;
      },
    });
    this.until(() => !process.alive, seconds);
    return {
      stdout: output.out,
      stderr: output.err,
      status: process.ending ? exitStatus(process.ending) : null,
      process,
    };
  }

  /** As scripts/record-bash.mjs runs a script: its folder and environment, and no process numbers in what is compared. */
  recorded(script: string): Pick<Run, "stdout" | "stderr" | "status"> {
    this.userland.files.mkdir("/tmp/t");
    const { stdout, stderr, status } = this.run(script, {
      folder: "/tmp/t",
      environment: { PATH: "/usr/bin:/bin", HOME: "/root", LC_ALL: "C.UTF-8" },
    });
    return { stdout, stderr: stderr.replace(/(line \d+:) +\d+ (?=[A-Z]\w+ +)/g, "$1 PID "), status };
  }

  /** Lets simulated time pass until something holds; false when it did not in that time. */
  until(condition: () => boolean, seconds: number): boolean {
    const end = this.engine.now + seconds * SECOND;
    while (!condition() && this.engine.now < end)
      this.engine.runUntil(Math.min(end, this.engine.now + SLICE), { expired: condition });
    return condition();
  }
}
