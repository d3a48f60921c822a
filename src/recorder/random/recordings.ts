/** Recordings of random scenarios, kept by kernel and seed: once a kernel has answered, it isn't asked again. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type LabScenario, type Trace, readTrace } from "../../protocol/trace.ts";
import { traceText } from "../trace-text.ts";
import { scenarioOf } from "./agreement.ts";

export class Recordings {
  private readonly folder: string;

  constructor(folder: string, kernel: string) {
    this.folder = join(folder, `linux-${/^[\d.]+$/.test(kernel) ? kernel : basename(kernel)}`);
  }

  /** The recording of exactly this scenario, if there is one. */
  find(scenario: LabScenario): Trace | undefined {
    const path = this.path(`${scenario.name}.json`);
    if (!existsSync(path)) return undefined;
    const read = readTrace(readFileSync(path, "utf8"), path);
    return read.ok && sameScenario(scenarioOf(read.value), scenario) ? read.value : undefined;
  }

  keep(trace: Trace): void {
    this.write(`${trace.name}.json`, trace);
  }

  /** Writes a trace, and beside it the scenario to record it again; returns the trace's path. */
  show(kind: "disagree" | "unsteady", trace: Trace): string {
    this.write(`${kind}/${trace.name}.scenario.json`, scenarioOf(trace));
    return this.write(`${kind}/${trace.name}.json`, trace);
  }

  private path(name: string): string {
    return join(this.folder, name);
  }

  private write(name: string, value: unknown): string {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    // At once: a run that is ended in between leaves no half of a file.
    writeFileSync(`${path}.part`, traceText(value));
    renameSync(`${path}.part`, path);
    return path;
  }
}

/** The same machine and steps; the kernel's exact release is what the recording adds. */
const sameScenario = (a: LabScenario, b: LabScenario): boolean => content(a) === content(b);

const content = ({ machine, coldplug, virtio_mem: virtioMem, cmdline, setup, steps }: LabScenario): string =>
  JSON.stringify([machine, coldplug, virtioMem, cmdline, setup, steps], sorted);

const sorted = (_key: string, value: unknown): unknown =>
  value !== null && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
