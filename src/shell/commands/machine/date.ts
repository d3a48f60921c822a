/** `date`, on simulated time. */
import { strerror } from "../../../engine/sysfs/errno.ts";
import { absolute } from "../../state.ts";
import type { Running } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { badOptions, complain, optionError, options, print, usage } from "../output.ts";
import { parseDate } from "./date-parse.ts";
import { strftime } from "./date-text.ts";
import { dateOf } from "./dates.ts";

export function* date(context: CommandContext): Running<number> {
  const given = options(context.args, "d:uRI::r:s:F:", {
    date: "d",
    utc: "u",
    universal: "u",
    "rfc-email": "R",
    "iso-8601": "I",
    reference: "r",
    set: "s",
    "rfc-3339": "F",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  const now = dateOf(context.state.system.now());
  const reference = flags.get("r");
  const stat = reference === undefined ? null : context.state.system.files.stat(absolute(context.state, reference));
  if (stat && "errno" in stat) return yield* complain(context, `${reference}: ${strerror(stat.errno)}`);
  const when = stat ? dateOf(stat.changed ?? 0) : flags.has("d") ? parseDate(flags.get("d") as string, now) : now;
  if (!when) return yield* complain(context, `invalid date '${flags.get("d")}'`);
  if (flags.has("s")) return yield* complain(context, "cannot set date: Operation not permitted");
  const [format, extra] = rest;
  if (extra !== undefined) return yield* usage(context, `extra operand '${extra}'`);
  if (format !== undefined && !format.startsWith("+")) return yield* complain(context, `invalid date '${format}'`);
  const iso: Readonly<Record<string, string>> = {
    "": "%Y-%m-%d",
    date: "%Y-%m-%d",
    hours: "%Y-%m-%dT%H+00:00",
    minutes: "%Y-%m-%dT%H:%M+00:00",
    seconds: "%Y-%m-%dT%H:%M:%S+00:00",
    ns: "%Y-%m-%dT%H:%M:%S,%N+00:00",
  };
  const rfc = iso[flags.get("F") ?? ""]?.replace("T", " ").replace(",", ".");
  const pattern =
    format?.slice(1) ??
    (flags.has("F") ? rfc : undefined) ??
    (flags.has("R")
      ? "%a, %d %b %Y %H:%M:%S +0000"
      : flags.has("I")
        ? (iso[flags.get("I") as string] ?? "%F")
        : "%a %b %e %H:%M:%S %Z %Y");
  return yield* print(context, `${strftime(pattern, when)}\n`);
}
