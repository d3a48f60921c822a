/** What awk reads and writes: its operands, files and commands by name. */
import { strerror } from "../../../engine/sysfs/errno.ts";
import { absolute } from "../../state.ts";
import { Capture, TextFile } from "../../io/files.ts";
import type { OpenFile } from "../../io/open-file.ts";
import { exitStatus } from "../../process/process.ts";
import { type Running, done, waitOn, writeThrough } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { cannotOpen, complain, print } from "../output.ts";
import { LineReader, type Pieces, Writer, open } from "../sources.ts";
import { unescaped } from "./lex.ts";
import type { Awk } from "./run.ts";
import type { Expression } from "./syntax.ts";
import { fromInput, numberOf } from "./value.ts";

/** Records of one place: lines, paragraphs, or what a character or expression parts. */
class Records {
  private readonly reader: LineReader;
  private readonly awk: Awk;
  private rest: string | undefined;

  constructor(awk: Awk, pieces: Pieces) {
    this.awk = awk;
    this.reader = new LineReader(pieces, awk.output.standard);
  }

  *next(): Running<string | undefined> {
    const separator = this.awk.variableText("RS");
    if (separator.length === 1) return yield* this.reader.next(separator);
    if (separator === "") return yield* this.paragraph();
    // An expression: all that is left has to be there to find its matches.
    if (this.rest === undefined) {
      const parts: string[] = [];
      for (let line = yield* this.reader.next(); line !== undefined; line = yield* this.reader.next()) parts.push(line);
      this.rest = parts.join("\n") + (this.reader.unterminated || parts.length === 0 ? "" : "\n");
    }
    if (this.rest === "") return undefined;
    const [start = -1, end = -1] = this.awk.regex(separator).exec(this.rest) ?? [];
    const record = start < 0 ? this.rest.replace(/\n$/, "") : this.rest.slice(0, start);
    this.rest = start < 0 ? "" : this.rest.slice(Math.max(end, start + 1));
    return record;
  }

  private *paragraph(): Running<string | undefined> {
    const lines: string[] = [];
    for (;;) {
      const line = yield* this.reader.next();
      if (line === undefined) return lines.length === 0 ? undefined : lines.join("\n");
      if (line !== "") lines.push(line);
      else if (lines.length > 0) return lines.join("\n");
    }
  }
}

export class AwkInput {
  status = 0;
  private readonly awk: Awk;
  private operand = 1;
  private current: Records | undefined;
  private standardUsed = false;
  private readonly files = new Map<string, Records>();
  private readonly commands = new Map<string, Records>();

  constructor(awk: Awk) {
    this.awk = awk;
  }

  skipFile(): void {
    this.current = undefined;
  }

  /** The next record of the operands. */
  *next(): Running<string | undefined> {
    for (;;) {
      if (!this.current && !(yield* this.openNext())) return undefined;
      const record = yield* (this.current as Records).next();
      if (record !== undefined) {
        this.count(true);
        return record;
      }
      this.current = undefined;
    }
  }

  private count(file: boolean): void {
    const { awk } = this;
    awk.setVariable("NR", numberOf(awk.variable("NR")) + 1);
    if (file) awk.setVariable("FNR", numberOf(awk.variable("FNR")) + 1);
  }

  private *openNext(): Running<boolean> {
    const { awk } = this;
    const { context } = awk;
    const args = awk.array("ARGV");
    while (this.operand < numberOf(awk.variable("ARGC"))) {
      const key = String(this.operand++);
      const path = args.has(key) ? awk.text(args.get(key)) : "";
      if (path === "") continue;
      const assignment = /^([A-Za-z_]\w*)=(.*)$/s.exec(path);
      if (assignment) {
        awk.setVariable(assignment[1] as string, fromInput(unescaped(assignment[2] as string)));
        continue;
      }
      this.standardUsed = true;
      const status = { value: 0 };
      const pieces = yield* open(context, path, status);
      if (!pieces) {
        this.status = 2;
        continue;
      }
      this.begin(pieces, path);
      return true;
    }
    if (this.standardUsed) return false;
    this.standardUsed = true;
    this.begin({ name: "-", budget: context.state.budget, next: () => context.std.in.chunk() }, "");
    return true;
  }

  private begin(pieces: Pieces, name: string): void {
    this.current = new Records(this.awk, pieces);
    this.awk.setVariable("FILENAME", name);
    this.awk.setVariable("FNR", 0);
  }

  /** 1 with a record, 0 at the end, -1 when there is no such file. */
  *getline(expression: Extract<Expression, { readonly is: "getline" }>): Running<number> {
    const { awk } = this;
    let record: string | undefined;
    if (expression.file) {
      const path = awk.text(yield* awk.evaluate(expression.file));
      let records = this.files.get(path);
      if (!records) {
        const read =
          path === "-" ? { text: "" } : awk.context.state.system.files.read(absolute(awk.context.state, path));
        if ("errno" in read) return -1;
        const pieces = yield* open(awk.context, path, { value: 0 });
        if (!pieces) return -1;
        records = new Records(awk, pieces);
        this.files.set(path, records);
      }
      record = yield* records.next();
    } else if (expression.command) {
      const command = awk.text(yield* awk.evaluate(expression.command));
      let records = this.commands.get(command);
      if (!records) {
        yield* awk.output.flushAll();
        const text = yield* capture(awk.context, command);
        let given = false;
        records = new Records(awk, {
          name: command,
          budget: awk.context.state.budget,
          next: () => {
            const first = given || text === "" ? undefined : text;
            given = true;
            return done(first);
          },
        });
        this.commands.set(command, records);
      }
      record = yield* records.next();
      if (record !== undefined) this.count(false);
    } else record = yield* this.next();
    if (record === undefined) return 0;
    if (expression.target) yield* awk.assign(expression.target, fromInput(record));
    else awk.setRecord(record);
    return 1;
  }

  close(name: string): boolean {
    return this.files.delete(name) || this.commands.delete(name);
  }
}

/** Runs a shell's line as a child, with descriptors of its own; its status. */
function* child(context: CommandContext, command: string, descriptors: ReadonlyMap<number, OpenFile>): Running<number> {
  const started = yield* context.start(["sh", "-c", command], {
    descriptors: new Map([...context.process.descriptors, ...descriptors]),
  });
  if ("problem" in started || "errno" in started) return -1;
  while (started.alive) yield* waitOn(started.changed);
  return started.ending ? exitStatus(started.ending) : 0;
}

/** The output of a command. */
function* capture(context: CommandContext, command: string): Running<string> {
  const parts: string[] = [];
  const output = new Capture(
    (part) => parts.push(part),
    () => context.state.system.now(),
  );
  yield* child(context, command, new Map([[1, output]]));
  return parts.join("");
}

export class AwkOutput {
  status = 0;
  readonly standard: Writer;
  private readonly context: CommandContext;
  private readonly files = new Map<string, Writer>();
  private readonly pipes = new Map<string, string[]>();

  constructor(context: CommandContext) {
    this.context = context;
    this.standard = new Writer((text) => print(context, text));
  }

  *write(to: { readonly how: ">" | ">>" | "|"; readonly name: string } | null, text: string): Running<void> {
    this.context.state.budget.text(text.length);
    if (to === null || to.name === "/dev/stdout" || to.name === "-") {
      yield* this.standard.put(text);
      this.status = this.standard.status ? 2 : this.status;
      return;
    }
    if (to.name === "/dev/stderr") {
      yield* this.context.std.err.write(text);
      return;
    }
    if (to.how === "|") {
      const held = this.pipes.get(to.name);
      if (held) held.push(text);
      else this.pipes.set(to.name, [text]);
      return;
    }
    let writer = this.files.get(to.name);
    if (!writer) {
      const { files } = this.context.state.system;
      const path = absolute(this.context.state, to.name);
      const errno = files.open(path, "write");
      if (errno !== null) {
        this.status = yield* complain(this.context, `can't redirect to ${to.name} (${strerror(errno)})`, 2);
        return;
      }
      if (to.how === ">") files.truncate(path);
      writer = new Writer((part) => this.toFile(path, to.name, part));
      this.files.set(to.name, writer);
    }
    yield* writer.put(text);
  }

  private *toFile(path: string, name: string, text: string): Running<number> {
    const errno = yield* writeThrough(this.context.state.system.files, path, text);
    if (errno === null) return 0;
    this.status = yield* complain(
      this.context,
      `close failure on file ${cannotOpen({ ...this.context, name: "" }, name, errno)}`.replace(/: /, " ("),
      2,
    );
    return this.status;
  }

  *flushAll(): Running<void> {
    yield* this.standard.flush();
    for (const writer of this.files.values()) yield* writer.flush();
  }

  /** Ends a file or a command; the command's status, or -1 when it was not open. */
  *close(name: string): Running<number> {
    const writer = this.files.get(name);
    if (writer) {
      this.files.delete(name);
      yield* writer.flush();
      return writer.status;
    }
    const held = this.pipes.get(name);
    if (!held) return -1;
    this.pipes.delete(name);
    yield* this.standard.flush();
    return yield* child(this.context, name, new Map([[0, new TextFile(held.join(""))]]));
  }

  *closeAll(): Running<void> {
    yield* this.flushAll();
    for (const name of [...this.files.keys(), ...this.pipes.keys()]) yield* this.close(name);
  }
}
