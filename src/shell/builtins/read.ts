/** `read` and `mapfile`: lines into variables. */
import type { ReadResult } from "../../engine/sysfs/tree.ts";
import type { OpenFile } from "../io/open-file.ts";
import { type Running, breathe } from "../system.ts";
import { Refused, type Variables } from "../variables.ts";
import { type BuiltinContext, complain, lettersOf, usage } from "./builtin.ts";
import { tell } from "../run/say.ts";

const TIMED_OUT = 142;
const MAX_LINE = 1 << 20;
/** Where it matters how much one read asks for. */
const SYSCTLS = "/proc/sys/";

export function* read(context: BuiltinContext): Running<number> {
  const { state } = context;
  const { flags, rest, bad } = lettersOf(context.args, "rsea:d:i:n:N:p:t:u:");
  if (bad !== null)
    return yield* usage(
      context,
      bad,
      "read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]",
    );
  for (const name of rest)
    if (!/^[A-Za-z_]\w*(\[.+\])?$/.test(name)) return yield* complain(context, `\`${name}': not a valid identifier`);
  const descriptor = Number(flags.get("u") ?? 0);
  const file = state.process.descriptors.get(descriptor);
  if (!file) return yield* complain(context, `${descriptor}: invalid file descriptor: Bad file descriptor`);
  const prompt = flags.get("p");
  if (prompt !== undefined && file.isTerminal) yield* tell(state, prompt);
  const exact = flags.has("N");
  const most = Number(flags.get("N") ?? flags.get("n") ?? Number.POSITIVE_INFINITY);
  const delimiter = exact ? null : (flags.get("d")?.slice(0, 1) ?? "\n");
  const deadline = flags.has("t") ? state.system.now() + Number(flags.get("t")) * 1e9 : Number.POSITIVE_INFINITY;
  const line = yield* readUpTo(file, context, {
    delimiter: delimiter === "" ? "\0" : delimiter,
    most,
    raw: flags.has("r"),
    deadline,
  });
  try {
    store(context, line, rest, flags.get("a"), exact);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return yield* complain(context, error.message);
  }
  return line.late ? TIMED_OUT : line.ended ? 1 : 0;
}

interface Line {
  /** What was read; characters after a backslash are marked in `plain`. */
  readonly text: string;
  readonly plain: readonly boolean[];
  readonly ended: boolean;
  readonly late: boolean;
}

function* readUpTo(
  file: OpenFile,
  { state }: BuiltinContext,
  options: { delimiter: string | null; most: number; raw: boolean; deadline: number },
): Running<Line> {
  const { delimiter, most, raw, deadline } = options;
  let text = "";
  const plain: boolean[] = [];
  let count = 0;
  let escaped = false;
  let ended = false;
  let late = false;
  // busybox reads character by character, so that it leaves the rest to others; bash what is wanted, from files that it can seek in.
  const bytewise = state.system.dialect === "busybox";
  reading: while (count < most && text.length < MAX_LINE) {
    const by = bytewise && file.path?.startsWith(SYSCTLS) ? 1 : Math.min(4096, most - count);
    const answer: ReadResult | "late" = Number.isFinite(deadline)
      ? yield* before(file.read(state.process, by, delimiter ?? undefined), deadline)
      : yield* file.read(state.process, by, delimiter ?? undefined);
    if (answer === "late") {
      late = true;
      break;
    }
    if ("errno" in answer || answer.text === "") {
      ended = true;
      break;
    }
    state.budget.text(answer.text.length);
    for (const character of answer.text) {
      if (escaped) {
        escaped = false;
        if (character === "\n") continue;
        text += character;
        plain[text.length - 1] = true;
        count++;
        continue;
      }
      if (!raw && character === "\\") {
        escaped = true;
        continue;
      }
      if (character === delimiter) break reading;
      if (character === "\0") continue;
      text += character;
      count++;
    }
  }
  return { text, plain, ended, late };
}

/** A wait that ends at a time whatever happens. */
function* before<T>(running: Running<T>, deadline: number): Running<T | "late"> {
  let step = running.next();
  while (!step.done) {
    const woken = yield { ...step.value, until: Math.min(step.value.until, deadline) };
    if (!woken.ended && woken.interrupted !== true) {
      running.return(undefined as T);
      return "late";
    }
    step = running.next(woken);
  }
  return step.value;
}

function store(
  context: BuiltinContext,
  line: Line,
  names: readonly string[],
  array: string | undefined,
  exact: boolean,
): void {
  const { variables } = context.state;
  const separators = exact ? "" : (variables.get("IFS") ?? " \t\n");
  if (array !== undefined) {
    const fields = split(line, separators, Number.POSITIVE_INFINITY);
    variables.setArray(
      array,
      fields.map((text) => ({ key: null, text })),
    );
    return;
  }
  if (names.length === 0) {
    variables.set("REPLY", line.text);
    return;
  }
  const fields = split(line, separators, names.length);
  for (const [i, name] of names.entries()) variables.set(name, fields[i] ?? "");
}

/** At most `most` fields; the last one has all that is left. */
function split({ text, plain }: Line, separators: string, most: number): string[] {
  const separates = (at: number): boolean => plain[at] !== true && separators.includes(text[at] as string);
  const blank = (at: number): boolean => separates(at) && " \t\n".includes(text[at] as string);
  const fields: string[] = [];
  let at = 0;
  while (at < text.length && blank(at)) at++;
  let end = text.length;
  while (end > at && blank(end - 1)) end--;
  while (at < end) {
    if (fields.length === most - 1) {
      let rest = end;
      // One separator at the very end belongs to the field before it, when it is the only one.
      if (separates(rest - 1) && ![...Array(rest - 1 - at).keys()].some((i) => separates(at + i) && !blank(at + i)))
        rest--;
      fields.push(text.slice(at, rest));
      return fields;
    }
    const from = at;
    while (at < end && !separates(at)) at++;
    fields.push(text.slice(from, at));
    while (at < end && blank(at)) at++;
    if (at < end && separates(at) && !blank(at) && (at === from || !blank(at))) {
      at++;
      while (at < end && blank(at)) at++;
    }
  }
  return fields;
}

export function* mapfile(context: BuiltinContext): Running<number> {
  const { state } = context;
  const { flags, rest, bad } = lettersOf(context.args, "td:n:O:s:u:");
  if (bad !== null)
    return yield* usage(context, bad, "mapfile [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [array]");
  const file = state.process.descriptors.get(Number(flags.get("u") ?? 0));
  if (!file) return yield* complain(context, `${flags.get("u")}: invalid file descriptor: Bad file descriptor`);
  const delimiter = flags.has("d") ? flags.get("d")?.slice(0, 1) || "\0" : "\n";
  const most = Number(flags.get("n") ?? 0) || Number.POSITIVE_INFINITY;
  const skip = Number(flags.get("s") ?? 0);
  const name = rest[0] ?? "MAPFILE";
  if (!flags.has("O")) state.budget.keep(-(state.variables.find(name)?.indexed?.kept ?? 0));
  const put = filler(context, name, flags.has("O"));
  if (typeof put === "string") return yield* complain(context, put);
  const indexed = state.variables.find(name)?.indexed;
  let taken = 0;
  for (let i = 0; taken < most; i++) {
    let text = "";
    for (;;) {
      const read = yield* file.read(state.process, 16_384, delimiter);
      if ("errno" in read || read.text === "") break;
      text += read.text.replaceAll(delimiter === "\0" ? "" : "\0", "");
      state.budget.text(read.text.length);
      if (text.endsWith(delimiter)) break;
    }
    if (text === "") break;
    state.budget.spend(NS_PER_ELEMENT);
    yield* breathe(state.budget);
    if (i < skip) continue;
    const key = taken === 0 ? (flags.get("O") ?? null) : null;
    state.budget.keep(text.length + BYTES_PER_ELEMENT);
    if (indexed) indexed.kept += text.length + BYTES_PER_ELEMENT;
    put(flags.has("t") && text.endsWith(delimiter) ? text.slice(0, -1) : text, key);
    taken++;
  }
  return 0;
}

const NS_PER_ELEMENT = 200;
const BYTES_PER_ELEMENT = 32;

function filler({ state }: BuiltinContext, name: string, append: boolean): ReturnType<Variables["filler"]> | string {
  try {
    return state.variables.filler(name, append);
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}
