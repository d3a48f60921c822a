/** `reboot`, and the lines of systemd that do the same: `shutdown -r now`, `systemctl reboot`. */
// Brings what restarts a partition, too.
import "../../../engine/time/restart.ts";
import { type Running, pass } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { badOptions, complain, optionError, options, usage } from "../output.ts";

export function* reboot(context: CommandContext): Running<number> {
  const given = options(context.args, "fdnw", { force: "f", "no-wtmp": "d", "no-wall": "w" });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  return yield* restarted(context);
}

export function* shutdown(context: CommandContext): Running<number> {
  const given = options(context.args, "rhPHkc", { reboot: "r", poweroff: "P", halt: "H" });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  if (!given.flags.has("r"))
    return yield* complain(context, "Only -r is simulated: a partition restarts, but nobody switches it on.");
  const [when = "+1"] = given.rest;
  const minutes = when === "now" ? 0 : Number(/^\+(\d{1,6})$/.exec(when)?.[1] ?? Number.NaN);
  if (Number.isNaN(minutes)) return yield* complain(context, `Failed to parse time specification: ${when}`);
  if (minutes > 0) yield* pass(context.state.system, minutes * 60e9);
  return yield* restarted(context);
}

export function* systemctl(context: CommandContext): Running<number> {
  const given = options(context.args, "fiq", { force: "f", quiet: "q", "no-wall": "w" });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const [verb = "list-units"] = given.rest;
  if (verb !== "reboot") return yield* complain(context, `Unknown command verb ${verb}.`);
  return yield* restarted(context);
}

/** Nothing comes after it where there is a machine. */
function* restarted(context: CommandContext): Running<number> {
  const { machine } = context.state.system;
  if (!machine) return yield* complain(context, "there is no machine");
  const { errno } = machine.submit({ do: "reboot", partition: machine.partition });
  return errno === null ? 0 : yield* complain(context, `Failed to reboot: ${errno}`);
}
