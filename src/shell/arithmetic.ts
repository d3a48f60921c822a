/** Arithmetic of `$(( ))` on 64-bit integers, as the shell has it. Assignments are not supported. */
import type { ArithmeticExpression } from "unbash";
import { ShellError } from "./state.ts";

const MAX_NESTING = 500;
const whole = (value: bigint): bigint => BigInt.asIntN(64, value);
const bool = (value: boolean): bigint => (value ? 1n : 0n);

const BINARY: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "<<": (a, b) => a << (b & 63n),
  ">>": (a, b) => a >> (b & 63n),
  "&": (a, b) => a & b,
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
  "==": (a, b) => bool(a === b),
  "!=": (a, b) => bool(a !== b),
  "<": (a, b) => bool(a < b),
  ">": (a, b) => bool(a > b),
  "<=": (a, b) => bool(a <= b),
  ">=": (a, b) => bool(a >= b),
  ",": (_, b) => b,
};

export function evaluate(expression: ArithmeticExpression, variable: (name: string) => string, depth = 0): bigint {
  if (depth > MAX_NESTING) throw new ShellError("arithmetic syntax error", expression.pos);
  const value = (part: ArithmeticExpression): bigint => evaluate(part, variable, depth + 1);
  switch (expression.type) {
    case "ArithmeticWord": {
      const parts = expression.parts ?? [];
      const text =
        parts.length === 0 ? expression.value : parts.map((part) => wordPart(part.type, part.text, variable)).join("");
      return number(text, variable, expression.pos, depth);
    }
    case "ArithmeticGroup":
      return value(expression.expression);
    case "ArithmeticUnary": {
      const operand = value(expression.operand);
      const unary = { "-": -operand, "+": operand, "!": bool(operand === 0n), "~": ~operand }[expression.operator];
      if (unary === undefined) break;
      return whole(unary);
    }
    case "ArithmeticTernary":
      return value(expression.test) !== 0n ? value(expression.consequent) : value(expression.alternate);
    case "ArithmeticBinary": {
      if (expression.operator === "&&") return bool(value(expression.left) !== 0n && value(expression.right) !== 0n);
      if (expression.operator === "||") return bool(value(expression.left) !== 0n || value(expression.right) !== 0n);
      const operation = BINARY[expression.operator];
      if (!operation) break;
      const right = value(expression.right);
      if (right === 0n && (expression.operator === "/" || expression.operator === "%"))
        throw new ShellError("divide by zero", expression.pos);
      return whole(operation(value(expression.left), right));
    }
    case "ArithmeticCommandExpansion":
      break;
  }
  throw new ShellError("arithmetic syntax error", expression.pos);
}

function wordPart(type: string, text: string, variable: (name: string) => string): string {
  if (type !== "SimpleExpansion" && type !== "ParameterExpansion") return text;
  return variable(text.replace(/^\$\{?|\}$/g, ""));
}

function number(text: string, variable: (name: string) => string, position: number, depth: number): bigint {
  const trimmed = text.trim();
  if (trimmed === "") return 0n;
  if (/^[+-]?0[xX][0-9a-fA-F]{1,32}$/.test(trimmed))
    return whole(BigInt(trimmed.replace(/^[+-]/, "")) * (trimmed.startsWith("-") ? -1n : 1n));
  if (/^[+-]?0[0-7]{1,40}$/.test(trimmed))
    return whole(BigInt(`0o${trimmed.replace(/^[+-]?0/, "")}`) * (trimmed.startsWith("-") ? -1n : 1n));
  if (/^[+-]?\d{1,40}$/.test(trimmed)) return whole(BigInt(trimmed));
  if (/^[A-Za-z_]\w*$/.test(trimmed) && depth < 20) return number(variable(trimmed), variable, position, depth + 1);
  throw new ShellError("arithmetic syntax error", position);
}
