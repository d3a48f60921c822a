/** `cat`. */
import { absolute } from "../../state.ts";
import { strerror } from "../../../engine/sysfs/errno.ts";
import type { Running } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { badOptions, complain, optionError, options, print, usage } from "../output.ts";
import { open } from "../sources.ts";
import { utf8 } from "../text/utf8.ts";

export function* cat(context: CommandContext): Running<number> {
  const given = options(context.args, "AbeEnstTuv", {
    "show-all": "A",
    "number-nonblank": "b",
    "show-ends": "E",
    number: "n",
    "squeeze-blank": "s",
    "show-tabs": "T",
    "show-nonprinting": "v",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  const changes = flags.size > 0 ? new Changes(flags) : null;
  const status = { value: 0 };
  const { files } = context.state.system;
  let wrong = 0;
  for (const path of rest.length > 0 ? rest : ["-"]) {
    if (path !== "-" && "names" in files.list(absolute(context.state, path))) {
      status.value = yield* complain(context, `${path}: ${strerror("EISDIR")}`);
      continue;
    }
    // A file that opens and then cannot be read says so differently in busybox.
    const opened = path === "-" ? null : files.open(absolute(context.state, path), "read");
    if (opened === null && path !== "-" && context.state.system.dialect === "busybox") {
      const read = files.read(absolute(context.state, path));
      if ("errno" in read) {
        status.value = yield* complain(context, `read error: ${strerror(read.errno)}`);
        continue;
      }
    }
    const pieces = yield* open(context, path, status);
    if (!pieces) continue;
    for (let piece = yield* pieces.next(); piece !== undefined; piece = yield* pieces.next()) {
      wrong = (yield* print(context, changes ? changes.apply(piece) : piece)) || wrong;
      if (wrong !== 0) return wrong;
    }
  }
  return wrong || status.value;
}

/** Numbers, ends and signs of what cannot be seen. */
class Changes {
  private number = 0;
  private atStart = true;
  private blanks = 0;
  private readonly flags: ReadonlyMap<string, string>;

  constructor(flags: ReadonlyMap<string, string>) {
    this.flags = flags;
  }

  apply(text: string): string {
    const { flags } = this;
    const ends = flags.has("E") || flags.has("A") || flags.has("e");
    let out = "";
    for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
      const whole = line.endsWith("\n");
      const body = whole ? line.slice(0, -1) : line;
      if (this.atStart && body === "" && whole) {
        if (flags.has("s") && this.blanks > 0) continue;
        this.blanks++;
      } else this.blanks = 0;
      if (this.atStart && (flags.has("b") ? body !== "" : flags.has("n")))
        out += `${String(++this.number).padStart(6)}\t`;
      out += this.visible(body) + (whole ? `${ends ? "$" : ""}\n` : "");
      this.atStart = whole;
    }
    return out;
  }

  private visible(text: string): string {
    const { flags } = this;
    const tabs = flags.has("T") || flags.has("A") || flags.has("t");
    const signs = flags.has("v") || flags.has("A") || flags.has("e") || flags.has("t");
    if (!tabs && !signs) return text;
    let out = "";
    for (const byte of utf8(text)) {
      if (byte === 9) out += tabs ? "^I" : "\t";
      else if (!signs) out += String.fromCharCode(byte);
      else {
        const low = byte & 127;
        out +=
          (byte > 127 ? "M-" : "") +
          (low === 127 ? "^?" : low < 32 ? `^${String.fromCharCode(low + 64)}` : String.fromCharCode(low));
      }
    }
    return signs ? out : text.replaceAll("\t", "^I");
  }
}
