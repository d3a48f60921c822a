/**
 * systemd-udevd of one partition: it hears each uevent, has a worker go through the rules for it, and tells those who listen to
 * udev when that is done. Events of one device are dealt with one after the other, those of different ones side by side.
 *
 * A worker writes to sysfs as anybody does. While memory is being added it waits for device_hotplug_lock, so what
 * `auto_online_blocks` brings online is online before udev's write is looked at (recorded on 6.12 and 7.3 with systemd 252):
 * the kernel's zone wins, and the write is EINVAL. udev then looks at the file, and says nothing when that holds what it wrote.
 */
import { devicePath, type Uevent } from "../kernel/uevents.ts";
import { strerror } from "../sysfs/errno.ts";
import { applyRules, parseRules, type RulesFile, type RuleWrite, type UdevRule } from "../workload/udev-rules.ts";
import { UDEV_WORKER } from "../memory/memory-block.ts";
import { lineOccasion } from "../chronicle/occasion.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import type { Engine } from "./engine.ts";
import { offerUdev, type Udev } from "./udev-port.ts";

/** From an event to a worker that goes through the rules, and from the last rule to who listens; simulated ns. */
const WORKER = 2_000_000;
const TELL = 100_000;

class Daemon implements Udev {
  private readonly engine: Engine;
  private readonly partition: string;
  private rules: readonly UdevRule[] = [];
  /** By device: the events that wait for those before them. */
  private readonly waiting = new Map<string, Uevent[]>();
  /** Events that are not done yet. */
  private left = 0;

  constructor(engine: Engine, partition: string) {
    this.engine = engine;
    this.partition = partition;
    engine.kernel(partition).uevents.listener = (event) => this.heard(event);
  }

  get busy(): boolean {
    return this.left > 0;
  }

  /** Each memory device is told again as added, as at the end of boot (systemd-udev-trigger.service), by its path. */
  trigger(): void {
    const { blocks, nodes, uevents, now } = this.engine.kernel(this.partition);
    const paths = [...blocks.keys()].map((number) => devicePath("memory", number)).sort();
    for (const path of paths) uevents.send(now, "add", path, "memory", ["SYNTH_UUID=0"]);
    for (const node of nodes)
      if (node.online) uevents.send(now, "add", devicePath("node", node.id), "node", ["SYNTH_UUID=0"]);
  }

  /** Reads the rules anew, file after file; what can't be read is left out, and said. */
  load(files: readonly RulesFile[]): void {
    const read = files.map((file) => ({ file, ...parseRules(file) }));
    this.rules = read.flatMap(({ rules }) => rules);
    for (const { file, problems } of read)
      for (const { line, problem } of problems)
        this.say("warn", `systemd-udevd: ${file.path}:${line} ${problem}, ignoring.`);
  }

  private heard(event: Uevent): void {
    this.left++;
    const before = this.waiting.get(event.devpath);
    if (before) before.push(event);
    else {
      this.waiting.set(event.devpath, []);
      this.begin(event);
    }
  }

  private begin(event: Uevent): void {
    const { engine } = this;
    const { origin } = engine.recorder;
    engine.at(engine.now + WORKER, () => {
      const kernel = engine.kernel(this.partition);
      if (kernel.stopped) return;
      const writes = applyRules(this.rules, {
        keys: {
          ACTION: event.action,
          SUBSYSTEM: event.subsystem,
          DEVPATH: event.devpath,
          KERNEL: event.devpath.replace(/^.*\//, ""),
        },
        read: (file) => this.read(`/sys${event.devpath}/${file}`),
      });
      this.next(event, writes, kernel.nextPid++, origin);
    });
  }

  /** Does the next write that the rules ask for, and waits for it; tells the event when there is none. */
  private next(event: Uevent, writes: Generator<RuleWrite, void>, pid: number, origin: string): void {
    const { engine, partition } = this;
    const { done, value: write } = writes.next();
    if (done) {
      engine.at(engine.now + TELL, () => this.tell(event));
      return;
    }
    const path = `/sys${event.devpath}/${write.file}`;
    const worker = `${UDEV_WORKER}[${pid}]: ${event.devpath.replace(/^.*\//, "")}: ${write.rule.file}:${write.rule.line}`;
    this.say("info", `${worker} ATTR '${path}' writing '${write.value}'`);
    const by = { pid, comm: UDEV_WORKER };
    const submission = engine.act({ do: "write", partition, path, text: write.value, by }, origin);
    const ended = (errno: ErrnoName | null): void => {
      if (errno !== null && this.read(path)?.trimEnd() !== write.value)
        this.say("warn", `${worker} Failed to write ATTR{${path}}, ignoring: ${strerror(errno)}`);
      this.next(event, writes, pid, origin);
    };
    const { op } = submission;
    if (op === null) ended(submission.errno);
    else engine.whenEnded(op, () => engine.at(engine.now, () => ended(engine.operation(op)?.errno ?? null)));
  }

  private tell(event: Uevent): void {
    this.engine.kernel(this.partition).uevents.processed(event, this.engine.now);
    this.left--;
    const next = this.waiting.get(event.devpath)?.shift();
    if (next) this.begin(next);
    else this.waiting.delete(event.devpath);
  }

  private read(path: string): string | null {
    const read = this.engine.files(this.partition).read(path);
    return "text" in read ? read.text : null;
  }

  /** What a daemon writes goes to the system's journal, not to the kernel's log. */
  private say(level: "info" | "warn", line: string): void {
    const { recorder } = this.engine;
    recorder.begin(recorder.origin, lineOccasion("udev"));
    recorder.emit({ c: "journal", partition: this.partition, level, line });
    recorder.commit();
  }
}

offerUdev((engine, partition) => new Daemon(engine, partition));
