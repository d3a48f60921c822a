/** `dmesg` of util-linux 2.38, from /dev/kmsg. */
import { type Running, type System, pass } from "../../system.ts";
import { type CommandContext, MILLISECOND } from "../command.ts";
import { DAYS, dateOf } from "../machine/dates.ts";
import { badOptions, complain, optionError, options, print, usage } from "../output.ts";
import { Writer } from "../sources.ts";

const LEVELS = ["emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"];
const FACILITIES = [
  "kern",
  "user",
  "mail",
  "daemon",
  "auth",
  "syslog",
  "lpr",
  "news",
  "uucp",
  "cron",
  "authpriv",
  "ftp",
];
const POLL = 100 * MILLISECOND;
/** Up to which record the log was cleared, machine by machine: what was cleared stays in /dev/kmsg. */
const cleared = new WeakMap<System, number>();

/** SYSLOG_ACTION_CLEAR. */
export function clearLog(system: System): void {
  cleared.set(system, (recordsOf(system)?.at(-1)?.seq ?? -1) + 1);
}

function recordsOf(system: System): Record[] | null {
  const text = system.files.read("/dev/kmsg");
  return "text" in text ? parse(text.text) : null;
}

interface Record {
  readonly priority: number;
  readonly seq: number;
  readonly microseconds: number;
  readonly text: string;
}

export function* dmesg(context: CommandContext): Running<number> {
  const given = options(context.args, "CcDdEeF:f:HJkL::l:n:PprSs:tTuVwWx", {
    clear: "C",
    "read-clear": "c",
    "console-off": "D",
    "show-delta": "d",
    "console-on": "E",
    reltime: "e",
    facility: "f",
    human: "H",
    kernel: "k",
    color: "L",
    level: "l",
    "console-level": "n",
    nopager: "P",
    raw: "r",
    notime: "t",
    ctime: "T",
    userspace: "u",
    follow: "w",
    "follow-new": "W",
    decode: "x",
    json: "J",
    "force-prefix": "p",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags } = given;
  const { system } = context.state;
  const read = () => recordsOf(system);
  if (flags.has("C")) {
    clearLog(system);
    return 0;
  }
  if (flags.has("D") || flags.has("E") || flags.has("n")) return 0;
  const levels = flags.has("l") ? chosen(flags.get("l") as string, LEVELS) : null;
  const facilities = flags.has("f") ? chosen(flags.get("f") as string, FACILITIES) : null;
  if (typeof levels === "string") return yield* complain(context, `unknown level '${levels}'`);
  if (typeof facilities === "string") return yield* complain(context, `unknown facility '${facilities}'`);
  const all = read();
  if (!all) return yield* complain(context, "read kernel buffer failed: Operation not permitted");
  const wanted = ({ priority }: Record): boolean => {
    const facility = priority >> 3;
    if (flags.has("k") && facility !== 0) return false;
    if (flags.has("u") && facility === 0) return false;
    return (levels === null || levels.has(priority & 7)) && (facilities === null || facilities.has(facility));
  };
  const out = new Writer((text) => print(context, text));
  const printer = new Printer(flags);
  let next = flags.has("W") ? (all.at(-1)?.seq ?? -1) + 1 : (cleared.get(system) ?? 0);
  const show = function* (records: readonly Record[]): Running<void> {
    for (const record of records) {
      if (record.seq < next) continue;
      next = record.seq + 1;
      if (wanted(record)) yield* out.put(printer.line(record));
    }
    yield* out.flush();
  };
  yield* out.put(printer.begin());
  yield* show(all);
  yield* out.put(printer.end());
  yield* out.flush();
  if (flags.has("c")) cleared.set(system, next);
  while ((flags.has("w") || flags.has("W")) && out.status === 0) {
    yield* pass(system, POLL);
    yield* show(read() ?? []);
  }
  return out.status;
}

function parse(text: string): Record[] {
  return text.split("\n").flatMap((line) => {
    const match = /^(\d+),(\d+),(\d+),[^;]*;(.*)$/.exec(line);
    return match
      ? [
          {
            priority: Number(match[1]),
            seq: Number(match[2]),
            microseconds: Number(match[3]),
            text: match[4] as string,
          },
        ]
      : [];
  });
}

/** Numbers of the names in a list; `err+` means err and worse, `+err` err and milder. The first unknown name otherwise. */
function chosen(list: string, names: readonly string[]): ReadonlySet<number> | string {
  const set = new Set<number>();
  for (const word of list.split(",")) {
    const at = names.indexOf(word.replaceAll("+", ""));
    if (at < 0) return word;
    set.add(at);
    if (word.endsWith("+")) for (let i = 0; i < at; i++) set.add(i);
    if (word.startsWith("+")) for (let i = at; i < names.length; i++) set.add(i);
  }
  return set;
}

class Printer {
  private readonly flags: ReadonlyMap<string, string>;
  private last: number | null = null;
  private lastMinute = "";
  private first = true;

  constructor(flags: ReadonlyMap<string, string>) {
    this.flags = flags;
  }

  begin(): string {
    return this.flags.has("J") ? '{\n   "dmesg": [\n' : "";
  }

  end(): string {
    return this.flags.has("J") ? `${this.first ? "" : "\n"}   ]\n}\n` : "";
  }

  line(record: Record): string {
    const { flags } = this;
    const { priority, microseconds, text } = record;
    const seconds = `${Math.floor(microseconds / 1e6)}.${String(microseconds % 1e6).padStart(6, "0")}`;
    if (flags.has("J")) {
      const comma = this.first ? "" : ",\n";
      this.first = false;
      const decoded = flags.has("x")
        ? `         "fac": ${JSON.stringify(FACILITIES[priority >> 3] ?? "unknown")},\n         "pri": ${JSON.stringify(LEVELS[priority & 7])},\n`
        : `         "pri": ${priority},\n`;
      return `${comma}      {\n${decoded}         "time": ${seconds.padStart(12)},\n         "msg": ${JSON.stringify(text)}\n      }`;
    }
    if (flags.has("r")) return `<${priority}>[${seconds.padStart(12)}] ${text}\n`;
    const decoded = flags.has("x")
      ? `${(FACILITIES[priority >> 3] ?? "unknown").padEnd(6)}:${(LEVELS[priority & 7] as string).padEnd(6)}: `
      : "";
    return `${decoded}${this.time(microseconds, seconds)}${text}\n`;
  }

  private time(microseconds: number, seconds: string): string {
    const { flags } = this;
    const delta = this.last === null ? 0 : microseconds - this.last;
    this.last = microseconds;
    if (flags.has("t")) return "";
    const date = dateOf(microseconds * 1000);
    const long = `${(DAYS[date.weekday] as string).slice(0, 3)} ${date.month} ${String(date.day).padStart(2)} ${date.time} ${date.year}`;
    const step = `${Math.floor(delta / 1e6)}.${String(delta % 1e6).padStart(6, "0")}`;
    if (flags.has("T")) return `[${long}] `;
    if (flags.has("H") || flags.has("e")) {
      const minute = `${date.month}${String(date.day).padStart(2)} ${date.time.slice(0, 5)}`;
      if (minute !== this.lastMinute) {
        this.lastMinute = minute;
        return `[${minute}] `;
      }
      return `[${`+${step}`.padStart(11)}] `;
    }
    return flags.has("d") ? `[${seconds.padStart(12)} <${step.padStart(12)}>] ` : `[${seconds.padStart(12)}] `;
  }
}
