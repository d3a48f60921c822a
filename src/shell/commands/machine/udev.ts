/** `udevadm` and `systemd-udevd` of systemd 252, as far as memory devices need them. */
import type { Told } from "../../../engine/kernel/uevents.ts";
import { UEVENT_ACTIONS } from "../../../engine/sysfs/more/uevent-file.ts";
// Brings udev itself, too.
import "../../../engine/time/udev.ts";
import { type Running, type UeventSource, pass, writeThrough } from "../../system.ts";
import { type CommandContext, MILLISECOND, SECOND } from "../command.ts";
import { badOptions, complain, optionError, options, print } from "../output.ts";
import { readText } from "../memory/meminfo-text.ts";

const POLL = 10 * MILLISECOND;
const SETTLE = 120 * SECOND;
const RULES = "/etc/udev/rules.d";
const VERSION = "252.39-1~deb12u2";

type Verb = (context: CommandContext, events: UeventSource, args: readonly string[]) => Running<number>;
const VERBS: Readonly<Record<string, Verb>> = { monitor, trigger, settle, control };

export function* udevadm(context: CommandContext): Running<number> {
  const [verb, ...args] = context.args;
  const { machine } = context.state.system;
  if (verb === "--version") return yield* print(context, "252\n");
  if (verb === undefined) return yield* said(context, "Too few arguments.");
  const act = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (!act) return yield* said(context, `Unknown command verb ${verb}.`);
  return machine ? yield* act(context, machine.uevents, args) : yield* complain(context, "there is no machine");
}

/** What systemd's programs say stands without their name. */
function* said(context: CommandContext, message: string): Running<number> {
  yield* context.std.err.write(`${message}\n`);
  return 1;
}

/** `udevadm monitor`: prints events as they come, until it is ended. */
function* monitor(context: CommandContext, events: UeventSource, args: readonly string[]): Running<number> {
  const given = options(args, "kups:", { kernel: "k", udev: "u", property: "p", "subsystem-match": "s" });
  if (badOptions(given)) return yield* said(context, `udevadm: ${optionError(given)}`);
  const { flags } = given;
  const both = flags.has("k") === flags.has("u");
  const [udev, kernel] = [both || flags.has("u"), both || flags.has("k")];
  const subsystem = flags.get("s")?.replace(/\/.*$/, "");
  yield* print(
    context,
    `monitor will print the received events for:\n${udev ? "UDEV - the event which udev sends out after rule processing\n" : ""}${kernel ? "KERNEL - the kernel uevent\n" : ""}\n`,
  );
  for (let told = events.told(); ; ) {
    const news = events.after(told);
    told = events.told();
    for (const each of news) {
      if (!(each.by === "udev" ? udev : kernel)) continue;
      if (subsystem !== undefined && each.event.subsystem !== subsystem) continue;
      yield* print(context, lineOf(each) + (flags.has("p") ? propertiesOf(each, events) : ""));
    }
    yield* pass(context.state.system, POLL);
  }
}

function lineOf({ event, by, at }: Told): string {
  const micros = Math.floor(at / 1000);
  const time = `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, "0")}`;
  return `${(by === "udev" ? "UDEV" : "KERNEL").padEnd(6)}[${time}] ${event.action.padEnd(8)} ${event.devpath} (${event.subsystem})\n`;
}

/** The variables of an event as the kernel writes them. */
const variablesOf = ({ event }: Told, events: UeventSource): string[] => [
  `ACTION=${event.action}`,
  `DEVPATH=${event.devpath}`,
  `SUBSYSTEM=${event.subsystem}`,
  ...event.more,
  `SEQNUM=${events.seqnum(event)}`,
];

/** udev adds when it met the device first. */
function propertiesOf(told: Told, events: UeventSource): string {
  const { by, at } = told;
  const own = by === "udev" ? [`USEC_INITIALIZED=${Math.floor(at / 1000)}`] : [];
  return `${[...variablesOf(told, events), ...own].join("\n")}\n\n`;
}

/** `udevadm trigger`: has the kernel tell of devices once more, by their paths. */
function* trigger(context: CommandContext, _: UeventSource, args: readonly string[]): Running<number> {
  const given = options(args, "vnc:s:y:t:w", {
    verbose: "v",
    "dry-run": "n",
    action: "c",
    "subsystem-match": "s",
    "sysname-match": "y",
    type: "t",
    settle: "w",
  });
  if (badOptions(given)) return yield* said(context, `udevadm: ${optionError(given)}`);
  const { flags, rest } = given;
  const action = flags.get("c") ?? "change";
  if (!UEVENT_ACTIONS.some((known) => known === action)) return yield* said(context, `Unknown action '${action}'`);
  const { files } = context.state.system;
  const wanted = (subsystem: string): boolean => (flags.get("s") ?? subsystem) === subsystem;
  const name = flags.get("y");
  const paths = ["memory", "node"].filter(wanted).flatMap((subsystem) => {
    const folder = `/sys/devices/system/${subsystem}`;
    const listed = files.list(folder);
    return ("names" in listed ? listed.names : [])
      .filter((each) => new RegExp(`^${subsystem}\\d+$`).test(each) && (name === undefined || each === name))
      .map((each) => `${folder}/${each}`);
  });
  for (const path of rest.length > 0 ? rest : paths.sort()) {
    if (flags.has("v") || flags.has("n")) yield* print(context, `${path}\n`);
    if (!flags.has("n")) yield* writeThrough(files, `${path}/uevent`, action);
  }
  return flags.has("w")
    ? yield* settle(context, (context.state.system.machine as { uevents: UeventSource }).uevents)
    : 0;
}

/** `udevadm settle`: waits until udev has dealt with all events. */
function* settle(context: CommandContext, events: UeventSource): Running<number> {
  const { system } = context.state;
  for (const end = system.now() + SETTLE; events.busy(); ) {
    if (system.now() >= end) return yield* said(context, "Timed out for waiting the udev queue being empty.");
    yield* pass(system, POLL);
  }
  return 0;
}

/** `udevadm control --reload`. */
function* control(context: CommandContext, events: UeventSource, args: readonly string[]): Running<number> {
  const given = options(args, "R", { reload: "R", "reload-rules": "R" });
  if (badOptions(given)) return yield* said(context, `udevadm: ${optionError(given)}`);
  if (!given.flags.has("R")) return yield* said(context, "No control command option is specified.");
  if (!events.running()) return yield* said(context, "Failed to send reload request: No such file or directory");
  return load(context);
}

/** Hands the machine's rules to udev, which runs from then on. */
function load(context: CommandContext): number {
  const { machine, files } = context.state.system;
  if (!machine) return 1;
  const listed = files.list(RULES);
  const names = "names" in listed ? listed.names.filter((name) => name.endsWith(".rules")) : [];
  const rules = [...names].sort().flatMap((name) => {
    const path = `${RULES}/${name}`;
    const text = readText(context, path);
    return text === null || text === undefined ? [] : [{ path, text }];
  });
  machine.submit({ do: "udev", partition: machine.partition, rules });
  return 0;
}

export function* systemdUdevd(context: CommandContext): Running<number> {
  const { machine } = context.state.system;
  const given = options(context.args, "dhV", { daemon: "d" });
  if (badOptions(given)) return yield* said(context, `systemd-udevd: ${optionError(given)}`);
  if (!machine) return yield* complain(context, "there is no machine");
  yield* context.std.err.write(`Starting systemd-udevd version ${VERSION}\n`);
  return machine.uevents.running() ? 1 : load(context);
}
