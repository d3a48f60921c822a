/**
 * Steps that go on while others are done. A shell line or a load that was begun leaves its output, its process and its status
 * in files of the machine; of what the monitor was asked for, its events tell the end.
 */
import { endsRequest, late } from "../playback/request-end.ts";
import type { PlayedStep, TraceEvent, TraceStep } from "../protocol/trace.ts";
import type { EmulatedMachine } from "./emulator/emulated-machine.ts";

type Answer = Pick<PlayedStep, "exit" | "stdout" | "stderr" | "error">;

/** Until whoever begins a step, or interrupts one, looks again. */
const START_MS = 500;
const POLL_MS = 200;

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const quoted = (line: string): string => `'${line.replaceAll("'", "'\\''")}'`;
const fileOf = (name: string, what: "out" | "err" | "pid" | "status"): string => `/tmp/begun-${name}.${what}`;

/** Runs a line beside the shell, which takes the next one. */
const beside = (name: string, line: string): string => {
  const inner = `sh -c "$0" > ${fileOf(name, "out")} 2> ${fileOf(name, "err")} & echo $! > ${fileOf(name, "pid")}; wait $!; echo $? > ${fileOf(name, "status")}`;
  return `sh -c ${quoted(inner)} ${quoted(line)} > /dev/null 2>&1 &`;
};

interface Request {
  readonly kind: "hotadd" | "hotremove";
  readonly id: string;
  readonly seen: number;
}

export class Overlap {
  private readonly vm: EmulatedMachine;
  private readonly requests = new Map<string, Request>();
  /** Told of a DIMM that has left. */
  private readonly left: (id: string) => Promise<void>;

  constructor(vm: EmulatedMachine, left: (id: string) => Promise<void>) {
    this.vm = vm;
    this.left = left;
  }

  async line(name: string, line: string): Promise<Answer> {
    await this.vm.sh(beside(name, line));
    await pause(START_MS);
    return {};
  }

  async request(name: string, { kind, id, seen }: Request, ask: () => Promise<string | null>): Promise<Answer> {
    this.requests.set(name, { kind, id, seen });
    const error = await ask();
    await pause(START_MS);
    return { error };
  }

  async until({ until, seconds }: Extract<TraceStep, { until: unknown }>): Promise<Answer> {
    if ("block" in until) {
      const look = `read state < /sys/devices/system/memory/memory${until.block}/state; [ "$state" = ${until.is} ]`;
      return (await this.poll(look, seconds)) ? {} : { error: late(seconds) };
    }
    const name = until.ended;
    const request = this.requests.get(name);
    if (request) {
      const { kind, id, seen } = request;
      const fits = (event: TraceEvent) => endsRequest(kind, id, event);
      if (!(await this.vm.monitor.event(seen, (event) => fits(event as TraceEvent), seconds * 1000)))
        return { error: late(seconds) };
      await pause(START_MS);
      if (kind === "hotremove") await this.left(id);
      return { error: null };
    }
    if (!(await this.poll(`[ -s ${fileOf(name, "status")} ]`, seconds))) return { error: late(seconds) };
    await pause(START_MS);
    const files = ["out", "err", "status"] as const;
    const [out, err, status] = files.map((what) => fileOf(name, what));
    return this.vm.sh(`cat ${out}; cat ${err} >&2; read status < ${status}; exit $status`);
  }

  async interrupt({ interrupt, signal }: Extract<TraceStep, { interrupt: unknown }>): Promise<Answer> {
    await this.vm.sh(`kill -${signal} $(cat ${fileOf(interrupt, "pid")})`);
    await pause(START_MS);
    return {};
  }

  private async poll(look: string, seconds: number): Promise<boolean> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      if ((await this.vm.sh(look)).exit === 0) return true;
      if (Date.now() > end) return false;
      await pause(POLL_MS);
    }
  }
}
