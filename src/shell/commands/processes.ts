/** Commands about modules. */
import { strerror } from "../../engine/sysfs/errno.ts";
import { absolute } from "../state.ts";
import type { Running } from "../system.ts";
import { complain, print } from "./output.ts";
import type { CommandContext } from "./command.ts";

export function* insmod(context: CommandContext): Running<number> {
  const [path, ...parameters] = context.args;
  if (path === undefined) return yield* complain(context, "usage: insmod FILE [NAME=VALUE]...");
  const errno = context.state.system.insmod(absolute(context.state, path), parameters.join(" "));
  if (errno === null) return 0;
  return yield* complain(context, `can't insert '${path}': ${strerror(errno)}`);
}

export function* lsmod(context: CommandContext): Running<number> {
  const read = context.state.system.files.read("/proc/modules");
  return yield* print(
    context,
    `Module                  Size  Used by    Not tainted\n${"text" in read ? read.text : ""}`,
  );
}
