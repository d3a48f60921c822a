/** `sed`: the stream editor, as far as scripts about memory use it. */
import { BadExpression, Expression } from "../regex.ts";
import type { Running } from "../system.ts";
import type { CommandContext } from "./command.ts";
import { complain, joinLines, lines, options, print } from "./output.ts";
import { sources } from "./sources.ts";

/** `sed` with the commands s, p, d and q, each on all lines, a line number, `$`, or an expression. */
export function* sed(context: CommandContext): Running<number> {
  const { flags, values, rest, unknown } = options(context.args, "nErse:i");
  if (unknown !== null) return yield* complain(context, `unrecognized option: ${unknown}`);
  const operands = [...rest];
  const given = values.get("e") ?? operands.splice(0, 1);
  const program: SedCommand[] = [];
  try {
    for (const text of given) program.push(...sedCommands(text, flags.has("E") || flags.has("r")));
  } catch (error) {
    if (!(error instanceof BadExpression)) throw error;
    return yield* complain(context, error.message);
  }
  const { all, status } = yield* sources(context, operands);
  const input = all.flatMap(({ text }) => lines(text));
  const out: string[] = [];
  next: for (const [i, original] of input.entries()) {
    let line = original;
    for (const step of program) {
      for (const { size } of step.expressions) context.state.budget.text((line.length * size) / 16);
      if (!step.applies(line, i + 1, input.length)) continue;
      if (step.verb === "d") continue next;
      if (step.verb === "p") out.push(line);
      if (step.verb === "s") {
        const [changed, did] = step.substitute(line);
        line = changed;
        if (did && step.print) out.push(line);
      }
      if (step.verb === "q") {
        if (!flags.has("n")) out.push(line);
        break next;
      }
    }
    if (!flags.has("n")) out.push(line);
  }
  return (yield* print(context, joinLines(out))) || status;
}

interface SedCommand {
  readonly verb: "s" | "p" | "d" | "q";
  readonly expressions: readonly Expression[];
  readonly print: boolean;
  readonly applies: (line: string, number: number, last: number) => boolean;
  readonly substitute: (line: string) => readonly [string, boolean];
}

function sedCommands(text: string, extended: boolean): SedCommand[] {
  const found: SedCommand[] = [];
  let at = 0;
  /** Text up to an unescaped delimiter. */
  const upTo = (delimiter: string): string => {
    let part = "";
    while (at < text.length && text[at] !== delimiter) {
      if (text[at] === "\\" && at + 1 < text.length) {
        part += text[at + 1] === delimiter ? delimiter : text.slice(at, at + 2);
        at += 2;
      } else part += text[at++];
    }
    if (text[at++] !== delimiter) throw new BadExpression("unmatched '/'");
    return part;
  };
  while (at < text.length) {
    if (/[\s;]/.test(text[at]!)) {
      at++;
      continue;
    }
    const expressions: Expression[] = [];
    let applies: SedCommand["applies"] = () => true;
    const number = /^(\d{1,9}|\$)(?:,(\d{1,9}|\$))?/.exec(text.slice(at));
    if (number) {
      const line = (address: string, last: number) => (address === "$" ? last : Number(address));
      const [whole, from = "", to] = number;
      at += whole.length;
      applies = (_, n, last) =>
        to === undefined ? n === line(from, last) : n >= line(from, last) && n <= line(to, last);
    } else if (text[at] === "/") {
      at++;
      const expression = new Expression(upTo("/"), { extended });
      expressions.push(expression);
      applies = (line) => expression.exec(line) !== undefined;
    }
    const verb = text[at++];
    if (verb === "p" || verb === "d" || verb === "q") {
      found.push({ verb, expressions, print: false, applies, substitute: (line) => [line, false] });
    } else if (verb === "s") {
      const delimiter = text[at++] ?? "";
      if (delimiter === "" || delimiter === "\n" || delimiter === "\\")
        throw new BadExpression("bad option in substitution expression");
      const pattern = upTo(delimiter);
      const replacement = upTo(delimiter);
      const options = /^[gpiI]*/.exec(text.slice(at))?.[0] ?? "";
      at += options.length;
      const expression = new Expression(pattern, { extended, ignoreCase: /i/i.test(options) });
      expressions.push(expression);
      found.push({
        verb,
        expressions,
        print: options.includes("p"),
        applies,
        substitute: (line) => replaced(line, expression, replacement, options.includes("g")),
      });
    } else throw new BadExpression(`unsupported command ${verb ?? ""}`);
    if (at < text.length && !/[\s;}]/.test(text[at]!)) throw new BadExpression("extra characters after command");
  }
  return found;
}

function replaced(
  line: string,
  expression: Expression,
  replacement: string,
  everywhere: boolean,
): readonly [string, boolean] {
  let out = "";
  let at = 0;
  let did = false;
  while (at <= line.length) {
    const match = expression.exec(line, at);
    if (!match) break;
    const [start = 0, end = 0] = match;
    did = true;
    out += line.slice(at, start);
    out += replacement.replace(/\\(.)|&/gs, (whole, escaped?: string) => {
      if (whole === "&") return line.slice(start, end);
      if (escaped === "n") return "\n";
      if (escaped === undefined || !/\d/.test(escaped)) return escaped ?? "";
      const group = Number(escaped) * 2;
      return line.slice(Math.max(0, match[group] ?? 0), Math.max(0, match[group + 1] ?? 0));
    });
    at = end;
    if (end === start) out += line[at++] ?? "";
    if (!everywhere) break;
  }
  return [out + line.slice(at), did];
}
