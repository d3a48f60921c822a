/** Runs awk programs. */
import type { Expression as Regex } from "../../regex.ts";
import { type Budget, type Running, breathe } from "../../system.ts";
import { sortedBy } from "../text/sort.ts";
import type { CommandContext } from "../command.ts";
import { callBuiltIn } from "./functions.ts";
import { AwkInput, AwkOutput } from "./io.ts";
import { AwkError } from "./lex.ts";
import { AwkMemory, type Cell } from "./memory.ts";
import type { AwkProgram, Expression, Routine, Statement } from "./syntax.ts";
import { type Value, compare, formatted, fromInput, isTrue, numberOf, textOf } from "./value.ts";

type Flow = "go" | "break" | "continue" | "next" | "nextfile" | "exit" | "return";

const MAX_CALLS = 500;
/** Statements before the shell gets a look in. */
const SLICE = 2_000;

export class Awk extends AwkMemory {
  readonly program: AwkProgram;
  readonly input: AwkInput;
  readonly output: AwkOutput;
  private calls = 0;
  private steps = 0;
  private result: Value;
  exitStatus = 0;
  seed = 0;
  random = 1;

  constructor(context: CommandContext, program: AwkProgram, operands: readonly string[]) {
    super(context, operands);
    this.program = program;
    this.output = new AwkOutput(context);
    this.input = new AwkInput(this);
  }

  *run(): Running<number> {
    let flow: Flow = "go";
    for (const body of this.program.begin) {
      flow = yield* this.execute(body);
      if (flow === "exit") break;
    }
    if (flow !== "exit" && (this.program.rules.length > 0 || this.program.end.length > 0)) flow = yield* this.records();
    for (const body of this.program.end) {
      if (flow === "exit" && this.exitInEnd) break;
      if (flow === "exit") this.exitInEnd = true;
      const ended = yield* this.execute(body);
      if (ended === "exit") break;
    }
    yield* this.output.closeAll();
    return this.exitStatus || this.input.status || this.output.status;
  }

  private exitInEnd = false;

  private *records(): Running<Flow> {
    const ranges = new Set<number>();
    for (;;) {
      const record = yield* this.input.next();
      if (record === undefined) return "go";
      this.setRecord(record);
      for (const [i, rule] of this.program.rules.entries()) {
        let applies: boolean;
        if (rule.until !== null) {
          applies = ranges.has(i) || isTrue(yield* this.evaluate(rule.pattern as Expression));
          if (applies) {
            ranges.add(i);
            if (isTrue(yield* this.evaluate(rule.until))) ranges.delete(i);
          }
        } else applies = rule.pattern === null || isTrue(yield* this.evaluate(rule.pattern));
        if (!applies) continue;
        if (rule.body === null) {
          yield* this.output.write(null, this.text(this.field(0)) + this.variableText("ORS"));
          continue;
        }
        const flow = yield* this.execute(rule.body);
        if (flow === "exit") return flow;
        if (flow === "nextfile") this.input.skipFile();
        if (flow === "next" || flow === "nextfile") break;
      }
    }
  }

  /** An expression used as a pattern: what stands between slashes, or the text of a value. */
  *pattern(expression: Expression): Running<Regex> {
    if (expression.is === "regex") return this.regex(expression.source);
    return this.regex(this.text(yield* this.evaluate(expression)));
  }

  *assign(target: Expression, value: Value): Running<void> {
    if (target.is === "variable") this.setVariable(target.name, value);
    else if (target.is === "field") this.setField(numberOf(yield* this.evaluate(target.index)), value);
    else if (target.is === "element") {
      const array = this.array(target.array);
      const key = yield* this.key(target.subscripts);
      if (!array.has(key)) this.grown(key);
      array.set(key, value);
    } else throw new AwkError("can't assign to that", 0);
  }

  private *key(subscripts: readonly Expression[]): Running<string> {
    const parts: string[] = [];
    for (const subscript of subscripts) parts.push(this.text(yield* this.evaluate(subscript)));
    return parts.join(this.variableText("SUBSEP"));
  }

  // Expressions

  *evaluate(expression: Expression): Running<Value> {
    switch (expression.is) {
      case "number":
      case "string":
        return expression.value;
      case "regex": {
        const text = this.text(this.field(0));
        const found = yield* this.regex(expression.source).search(text, 0, this.context.state.budget);
        return found ? 1 : 0;
      }
      case "variable":
        return this.variable(expression.name);
      case "field":
        return this.field(numberOf(yield* this.evaluate(expression.index)));
      case "element": {
        const key = yield* this.key(expression.subscripts);
        const array = this.array(expression.array);
        if (!array.has(key)) {
          this.grown(key);
          array.set(key, undefined);
        }
        return array.get(key);
      }
      case "group":
        return yield* this.evaluate(expression.inner);
      case "assign": {
        const given = yield* this.evaluate(expression.value);
        const value =
          expression.operator === "="
            ? given
            : arithmetic(
                expression.operator.slice(0, -1),
                numberOf(yield* this.evaluate(expression.target)),
                numberOf(given),
              );
        yield* this.assign(expression.target, value);
        return value;
      }
      case "ternary":
        return yield* this.evaluate(isTrue(yield* this.evaluate(expression.test)) ? expression.yes : expression.no);
      case "binary":
        return yield* this.binary(expression.operator, expression.left, expression.right);
      case "unary": {
        const operand = yield* this.evaluate(expression.operand);
        return expression.operator === "!"
          ? Number(!isTrue(operand))
          : expression.operator === "-"
            ? -numberOf(operand)
            : numberOf(operand);
      }
      case "step": {
        const before = numberOf(yield* this.evaluate(expression.target));
        yield* this.assign(expression.target, before + expression.by);
        return expression.before ? before + expression.by : before;
      }
      case "match": {
        const text = this.text(yield* this.evaluate(expression.left));
        const regex = yield* this.pattern(expression.right);
        const found = yield* regex.search(text, 0, this.context.state.budget);
        return Number((found !== undefined) !== expression.negated);
      }
      case "in":
        return Number(this.array(expression.array).has(yield* this.key(expression.subscripts)));
      case "call":
        return expression.own
          ? yield* this.callRoutine(expression.name, expression.args)
          : yield* callBuiltIn(this, expression.name, expression.args);
      case "getline":
        return yield* this.input.getline(expression);
    }
  }

  private *binary(operator: string, left: Expression, right: Expression): Running<Value> {
    const a = yield* this.evaluate(left);
    if (operator === "&&") return isTrue(a) ? Number(isTrue(yield* this.evaluate(right))) : 0;
    if (operator === "||") return isTrue(a) ? 1 : Number(isTrue(yield* this.evaluate(right)));
    const b = yield* this.evaluate(right);
    if (operator === " ") {
      const joined = this.text(a) + this.text(b);
      this.context.state.budget.text(joined.length / 16);
      return joined;
    }
    const order = ["<", "<=", "==", "!=", ">", ">="].includes(operator) ? compare(a, b, "%.6g") : 0;
    switch (operator) {
      case "<":
        return Number(order < 0);
      case "<=":
        return Number(order <= 0);
      case "==":
        return Number(order === 0);
      case "!=":
        return Number(order !== 0);
      case ">":
        return Number(order > 0);
      case ">=":
        return Number(order >= 0);
      default:
        return arithmetic(operator, numberOf(a), numberOf(b));
    }
  }

  private *callRoutine(name: string, args: readonly Expression[]): Running<Value> {
    const routine: Routine | undefined = this.program.routines.get(name);
    if (!routine) throw new AwkError(`function ${name} never defined`, 0);
    if (args.length > routine.parameters.length) throw new AwkError(`function ${name} called with too many args`, 0);
    if (++this.calls > MAX_CALLS) throw new AwkError("function call nesting too deep", 0);
    const locals = new Map<string, Cell>();
    for (const [i, parameter] of routine.parameters.entries()) {
      const arg = args[i];
      // Arrays, and names that may become arrays, are passed themselves.
      if (arg?.is === "variable") {
        const cell = this.cell(arg.name);
        locals.set(parameter, "value" in cell ? { value: cell.value as Value } : cell);
      } else locals.set(parameter, arg ? { value: yield* this.evaluate(arg) } : {});
    }
    const before = this.locals;
    this.locals = locals;
    this.result = undefined;
    const flow = yield* this.execute(routine.body);
    this.locals = before;
    this.calls--;
    if (flow === "exit") throw new Exit();
    const { result } = this;
    this.result = undefined;
    return result;
  }

  // Statements

  *execute(statement: Statement): Running<Flow> {
    try {
      return yield* this.step(statement);
    } catch (error) {
      if (error instanceof Exit && this.calls === 0) return "exit";
      if (error instanceof Exit) {
        this.calls--;
        this.locals = null;
      }
      throw error;
    }
  }

  private *step(statement: Statement): Running<Flow> {
    this.context.state.budget.text(16);
    if (++this.steps % SLICE === 0) yield { op: null, until: this.context.state.system.now() + 1000 };
    switch (statement.is) {
      case "block":
        for (const each of statement.body) {
          const flow = yield* this.step(each);
          if (flow !== "go") return flow;
        }
        return "go";
      case "expression":
        yield* this.evaluate(statement.value);
        return "go";
      case "print":
      case "printf":
        yield* this.printing(statement);
        return "go";
      case "if": {
        const branch = isTrue(yield* this.evaluate(statement.test)) ? statement.yes : statement.no;
        return branch ? yield* this.step(branch) : "go";
      }
      case "while": {
        for (let first = statement.first; first || isTrue(yield* this.evaluate(statement.test)); first = false) {
          const flow = yield* this.step(statement.body);
          if (flow === "break") break;
          if (flow !== "go" && flow !== "continue") return flow;
        }
        return "go";
      }
      case "for": {
        if (statement.start) yield* this.step(statement.start);
        while (statement.test === null || isTrue(yield* this.evaluate(statement.test))) {
          const flow = yield* this.step(statement.body);
          if (flow === "break") break;
          if (flow !== "go" && flow !== "continue") return flow;
          if (statement.step) yield* this.step(statement.step);
        }
        return "go";
      }
      case "for in": {
        for (const key of yield* inOrder([...this.array(statement.array).keys()], this.context.state.budget)) {
          if (!this.array(statement.array).has(key)) continue;
          this.setVariable(statement.variable, fromInput(key));
          const flow = yield* this.step(statement.body);
          if (flow === "break") break;
          if (flow !== "go" && flow !== "continue") return flow;
        }
        return "go";
      }
      case "delete":
        if (statement.subscripts === null) this.emptied(this.array(statement.array));
        else this.shrunk(this.array(statement.array), yield* this.key(statement.subscripts));
        return "go";
      case "exit":
        if (statement.value) this.exitStatus = Math.trunc(numberOf(yield* this.evaluate(statement.value))) & 255;
        return "exit";
      case "return":
        this.result = statement.value ? yield* this.evaluate(statement.value) : undefined;
        return "return";
      default:
        return statement.is;
    }
  }

  private *printing(statement: Extract<Statement, { readonly is: "print" | "printf" }>): Running<void> {
    const values: Value[] = [];
    for (const arg of statement.args) values.push(yield* this.evaluate(arg));
    let text: string;
    if (statement.is === "printf") {
      if (values.length === 0) throw new AwkError("printf: no format", 0);
      text = formatted(this.text(values[0]), values.slice(1));
    } else {
      const format = this.variableText("OFMT");
      const parts = values.length === 0 ? [this.field(0)] : values;
      text = parts.map((value) => textOf(value, format)).join(this.variableText("OFS")) + this.variableText("ORS");
    }
    const to = statement.output
      ? { how: statement.output.how, name: this.text(yield* this.evaluate(statement.output.to)) }
      : null;
    yield* this.output.write(to, text);
  }
}

/** `exit` inside a function. */
class Exit extends Error {}

/** The order of `for in` is anybody's; numbers in order, then names as they came, reads best. */
function* inOrder(keys: readonly string[], budget: Budget): Running<readonly string[]> {
  const numbers: number[] = [];
  const others: string[] = [];
  let ascending = true;
  for (const key of keys) {
    budget.spend(NS_PER_KEY);
    yield* breathe(budget);
    if (!/^\d+$/.test(key)) others.push(key);
    else {
      const number = Number(key);
      ascending &&= numbers.length === 0 || number >= (numbers.at(-1) as number);
      numbers.push(number);
    }
  }
  // As texts again: a key with leading zeros is no number of awk's.
  if (others.length === 0 && ascending) return keys;
  const texts = keys.filter((key) => /^\d+$/.test(key));
  const sorted = ascending ? texts : yield* sortedBy(texts, (a, b) => Number(a) - Number(b), budget);
  return [...sorted, ...others];
}

const NS_PER_KEY = 200;

function arithmetic(operator: string, a: number, b: number): number {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      if (b === 0) throw new AwkError("division by zero", 0);
      return a / b;
    case "%":
      if (b === 0) throw new AwkError("division by zero in %", 0);
      return a % b;
    default:
      return a ** b;
  }
}
