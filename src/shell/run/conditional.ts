/** `[[ … ]]`: comparisons with patterns and regular expressions; nothing is split. */
import type { TestExpression } from "unbash";
import { COMPARE, COMPARE_NUMBERS, fileTest } from "../builtins/file-tests.ts";
import { compute, expandPattern, expandRegex, expandText } from "../expand/words.ts";
import { Pattern } from "../pattern.ts";
import { BadExpression, Expression } from "../regex.ts";
import type { Running } from "../system.ts";
import { ShellError } from "../unwind.ts";
import type { Interpreter } from "./interpreter.ts";
import { trace } from "./simple.ts";
import { quoteIfNeeded } from "../expand/quote.ts";

export function* condition(node: TestExpression, interpreter: Interpreter): Running<boolean> {
  const { state } = interpreter;
  switch (node.type) {
    case "TestGroup":
      return yield* condition(node.expression, interpreter);
    case "TestNot":
      return (yield* condition(node.operand, interpreter)) !== (node.negations.length % 2 === 1);
    case "TestLogical":
      for (const operand of node.operands) {
        if ((yield* condition(operand, interpreter)) === (node.operator === "||")) return node.operator === "||";
      }
      return node.operator === "&&";
    case "TestUnary": {
      const operand = yield* expandText(node.operand, interpreter);
      if (state.options.has("xtrace")) yield* trace(interpreter, `[[ ${node.operator} ${quoteIfNeeded(operand)} ]]`);
      return fileTest(node.operator, operand, state) ?? fail(node.operator);
    }
    case "TestBinary":
      return yield* binary(node, interpreter);
  }
}

const fail = (operator: string): never => {
  throw new ShellError(`${operator}: conditional operator expected`, 2);
};

function* binary(
  node: Extract<TestExpression, { readonly type: "TestBinary" }>,
  interpreter: Interpreter,
): Running<boolean> {
  const { state } = interpreter;
  const left = yield* expandText(node.left, interpreter);
  const { operator } = node;
  const ignoreCase = state.shopts.has("nocasematch");
  if (operator === "==" || operator === "=" || operator === "!=") {
    const pattern = yield* expandPattern(node.right, interpreter);
    if (state.options.has("xtrace")) yield* trace(interpreter, `[[ ${quoteIfNeeded(left)} ${operator} ${pattern} ]]`);
    state.budget.text(left.length + pattern.length);
    return (yield* Pattern.of(pattern, { ignoreCase }).matching(left, state.budget)) === (operator !== "!=");
  }
  if (operator === "=~")
    return yield* regex(left, yield* expandRegex(node.right, interpreter), ignoreCase, interpreter);
  const right = yield* expandText(node.right, interpreter);
  if (state.options.has("xtrace"))
    yield* trace(interpreter, `[[ ${quoteIfNeeded(left)} ${operator} ${quoteIfNeeded(right)} ]]`);
  const numeric = COMPARE_NUMBERS[operator];
  if (numeric) return numeric(compute(left, state, "[[: "), compute(right, state, "[[: "), state);
  return COMPARE[operator]?.(left, right, state) ?? fail(operator);
}

/** `=~`: groups go to BASH_REMATCH; an expression that can't be read gives status 2. */
function* regex(text: string, source: string, ignoreCase: boolean, { state }: Interpreter): Running<boolean> {
  let expression: Expression;
  try {
    expression = new Expression(source, { extended: true, ignoreCase });
  } catch (error) {
    if (error instanceof BadExpression) throw new ShellError("", 2, "command");
    throw error;
  }
  const match = yield* expression.search(text, 0, state.budget);
  const groups: { key: null; text: string }[] = [];
  for (let i = 0; match && i < match.length; i += 2) {
    const from = match[i] as number;
    groups.push({ key: null, text: from < 0 ? "" : text.slice(from, match[i + 1]) });
  }
  state.variables.setArray("BASH_REMATCH", groups);
  return match !== undefined;
}
