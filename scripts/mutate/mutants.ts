/**
 * Mutants of a source file: small changes, each of which some test should notice. Those of a sample are written into it
 * together, each behind a switch (`switch.ts`), so that one bundle serves them all and a mutant costs no build.
 *
 * What is changed: conditions (held true, held false), comparisons, logic, arithmetic, numbers, truth values, statements
 * and returns (removed). Not changed: words, types, imports, and what a compiler would refuse anyway.
 */
import { parseSync } from "rolldown/utils";

export interface Mutant {
  /** Number of its switch, from 0 over all files. */
  readonly id: number;
  /** From the project's root. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The source's line without its indentation: how a mutant is named in a list that outlives edits elsewhere. */
  readonly text: string;
  /** What is changed: `a < b → a <= b`, `− return x`. */
  readonly change: string;
  /** It is passed while the module loads, once. */
  readonly atLoad: boolean;
}

export interface Mutated {
  readonly mutants: readonly Mutant[];
  /** The file with some of them in it (their numbers); TypeScript as before. */
  readonly code: (some: ReadonlySet<number>) => string;
}

/** A node of the parser's tree (ESTree with TypeScript). */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** A place of the source, what may stand there instead, and how that is told. */
interface Change {
  readonly start: number;
  readonly end: number;
  /** `null` for a statement that is left out. */
  readonly instead: string | null;
  readonly change: string;
  readonly atLoad: boolean;
}

/** Other operators that a comparison or a sum could have been written with. */
const OTHER: Readonly<Record<string, string>> = {
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "===": "!==",
  "!==": "===",
  "==": "!=",
  "!=": "==",
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "*",
  "**": "*",
  "&": "|",
  "|": "&",
  "^": "&",
  "<<": ">>",
  ">>": "<<",
  ">>>": "<<",
  "&&": "||",
  "||": "&&",
  "+=": "-=",
  "-=": "+=",
  "*=": "/=",
  "/=": "*=",
  "|=": "&=",
  "&=": "|=",
  "<<=": ">>=",
  ">>=": "<<=",
  "++": "--",
  "--": "++",
};

/** The same where a number says that there is none by being negative. */
const NONE: Readonly<Record<string, string>> = { "<": ">=", ">=": "<" };
/** Numbers beside these are not changed: the other operator is a change by one already. */
const COMPARES: ReadonlySet<string> = new Set(["<", "<=", ">", ">="]);

/** Statements that can be left out. Declarations can't: what they name would be unknown. */
const REMOVABLE: ReadonlySet<string> = new Set([
  "ExpressionStatement",
  "ReturnStatement",
  "BreakStatement",
  "ContinueStatement",
  "ThrowStatement",
]);

const CHOOSES: ReadonlySet<string> = new Set(["IfStatement", "ConditionalExpression"]);
const REPEATS: ReadonlySet<string> = new Set(["WhileStatement", "DoWhileStatement", "ForStatement"]);

/** What is in these runs when they are called, or when something is made of them. */
const LATER: ReadonlySet<string> = new Set([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
  "PropertyDefinition",
]);

/** Of what TypeScript adds, these hold expressions; the rest is types. */
const TRANSPARENT: ReadonlySet<string> = new Set(["TSAsExpression", "TSNonNullExpression", "TSSatisfiesExpression"]);

/** Names of a node's parts that are never looked into: types, names, and where modules come from. */
const SKIPPED: ReadonlySet<string> = new Set([
  "typeAnnotation",
  "typeParameters",
  "typeArguments",
  "returnType",
  "superTypeArguments",
  "implements",
  "source",
  "attributes",
  "decorators",
]);

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string";

const isText = (node: unknown): boolean =>
  isNode(node) && (node.type === "TemplateLiteral" || (node.type === "Literal" && typeof node.value === "string"));

/**
 * @param file its path from the project's root
 * @param source what is in it
 * @param first number of the first mutant
 * @param switchModule what to import the switch from
 */
export function mutate(file: string, source: string, first: number, switchModule: string): Mutated {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const changes = changesIn(program as unknown as Node, source);
  const lines = source.split("\n");
  const starts = lineStarts(source);
  const mutants = changes.map(({ start, change, atLoad }, place): Mutant => {
    const line = lineAt(starts, start);
    return { id: first + place, file, line, text: (lines[line - 1] as string).trim(), change, atLoad };
  });
  const code = (some: ReadonlySet<number>): string =>
    `import { m as _m } from ${JSON.stringify(switchModule)};${written(source, changes, first, some)}`;
  return { mutants, code };
}

/** Every change that can be made, in the order of their places. */
function changesIn(program: Node, source: string): readonly Change[] {
  const changes: Change[] = [];
  const textOf = (node: Node): string => source.slice(node.start, node.end);
  const short = (text: string): string => {
    const line = text.replace(/\s+/g, " ");
    return line.length > 70 ? `${line.slice(0, 67)}…` : line;
  };
  const replace = (node: Node, instead: string, change = `${short(textOf(node))} → ${short(instead)}`): void => {
    changes.push({ start: node.start, end: node.end, instead, change, atLoad: depth === 0 });
  };
  /** The node with another operator between its sides. */
  const otherwise = (node: Node, left: Node, right: Node): void => {
    // `x < 0` asks whether there is none: it is turned round, not moved by one.
    const none = right.type === "Literal" && right.value === 0 ? NONE[node.operator as string] : undefined;
    const other = none ?? OTHER[node.operator as string];
    if (other !== undefined) replace(node, `${textOf(left)} ${other} ${textOf(right)}`);
  };
  const held = (test: Node, values: readonly boolean[]): void => {
    for (const value of values) replace(test, String(value), `${short(textOf(test))} is ${value}`);
  };

  /** Functions around what is visited. */
  let depth = 0;
  const visit = (node: Node): void => {
    if (node.type.startsWith("TS") && !TRANSPARENT.has(node.type)) return;
    if (node.type === "ImportDeclaration" || node.declare === true) return;
    if (REMOVABLE.has(node.type) && typeof node.directive !== "string" && !isSuper(node))
      changes.push({
        start: node.start,
        end: node.end,
        instead: null,
        change: `− ${short(textOf(node))}`,
        atLoad: depth === 0,
      });
    if (CHOOSES.has(node.type)) held(node.test as Node, [true, false]);
    else if (REPEATS.has(node.type) && isNode(node.test)) held(node.test, [false]);
    const { left, right, argument } = node as unknown as { left: Node; right: Node; argument: Node };
    if (node.type === "BinaryExpression" && !(node.operator === "+" && (isText(left) || isText(right))))
      otherwise(node, left, right);
    else if (node.type === "LogicalExpression") {
      if (node.operator === "??") replace(node, textOf(left));
      else otherwise(node, left, right);
    } else if (node.type === "AssignmentExpression" && node.operator !== "=" && !isText(right))
      otherwise(node, left, right);
    else if (node.type === "UnaryExpression" && (node.operator === "!" || node.operator === "-"))
      replace(node, textOf(argument));
    else if (node.type === "UpdateExpression") {
      const other = OTHER[node.operator as string] as string;
      replace(node, node.prefix ? `${other}${textOf(argument)}` : `${textOf(argument)}${other}`);
    } else if (node.type === "Literal") {
      if (typeof node.value === "number") replace(node, String(node.value + 1));
      else if (typeof node.value === "boolean") replace(node, String(!node.value));
    }
    const inside = LATER.has(node.type) ? 1 : 0;
    depth += inside;
    for (const [key, part] of Object.entries(node)) {
      if (SKIPPED.has(key) || (key === "key" && node.computed !== true)) continue;
      for (const each of Array.isArray(part) ? part : [part])
        if (isNode(each) && !(each.type === "Literal" && COMPARES.has(node.operator as string))) visit(each);
    }
    depth -= inside;
  };
  visit(program);
  return changes.sort((a, b) => a.start - b.start || b.end - a.end);
}

const isSuper = (statement: Node): boolean => {
  const expression = statement.expression as Node | undefined;
  return expression?.type === "CallExpression" && (expression.callee as Node).type === "Super";
};

/** The source with some changes, each behind its switch. Outer places open before inner ones and close after them. */
function written(source: string, changes: readonly Change[], first: number, some: ReadonlySet<number>): string {
  const opening = new Map<number, string>();
  const closing = new Map<number, string>();
  for (const [place, { start, end, instead }] of changes.entries()) {
    if (!some.has(first + place)) continue;
    const on = `_m(${first + place})`;
    const [open, close] = instead === null ? [`{if(!${on}){`, "}}"] : [`(${on}?(${instead}):(`, "))"];
    opening.set(start, (opening.get(start) ?? "") + open);
    closing.set(end, close + (closing.get(end) ?? ""));
  }
  let code = "";
  let done = 0;
  for (const at of [...new Set([...opening.keys(), ...closing.keys()])].sort((a, b) => a - b)) {
    code += source.slice(done, at) + (closing.get(at) ?? "") + (opening.get(at) ?? "");
    done = at;
  }
  return code + source.slice(done);
}

function lineStarts(source: string): readonly number[] {
  const starts = [0];
  for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** Line of a place, from 1. */
function lineAt(starts: readonly number[], place: number): number {
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] as number) <= place) low = middle;
    else high = middle;
  }
  return low + 1;
}
