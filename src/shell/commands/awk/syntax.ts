/** The syntax tree of awk programs. */
export type Expression =
  | { readonly is: "number"; readonly value: number }
  | { readonly is: "string"; readonly value: string }
  | { readonly is: "regex"; readonly source: string }
  | { readonly is: "variable"; readonly name: string }
  | { readonly is: "field"; readonly index: Expression }
  | { readonly is: "element"; readonly array: string; readonly subscripts: readonly Expression[] }
  | { readonly is: "group"; readonly inner: Expression }
  | { readonly is: "assign"; readonly operator: string; readonly target: Expression; readonly value: Expression }
  | { readonly is: "ternary"; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly is: "binary"; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly is: "unary"; readonly operator: "!" | "-" | "+"; readonly operand: Expression }
  | { readonly is: "step"; readonly by: 1 | -1; readonly before: boolean; readonly target: Expression }
  | { readonly is: "match"; readonly negated: boolean; readonly left: Expression; readonly right: Expression }
  | { readonly is: "in"; readonly subscripts: readonly Expression[]; readonly array: string }
  | { readonly is: "call"; readonly name: string; readonly args: readonly Expression[]; readonly own: boolean }
  /** From a file, from a command's output, or (both null) the next record. */
  | {
      readonly is: "getline";
      readonly target: Expression | null;
      readonly file: Expression | null;
      readonly command: Expression | null;
    };

export interface Output {
  readonly how: ">" | ">>" | "|";
  readonly to: Expression;
}

export type Statement =
  | { readonly is: "block"; readonly body: readonly Statement[] }
  | { readonly is: "expression"; readonly value: Expression }
  | { readonly is: "print" | "printf"; readonly args: readonly Expression[]; readonly output: Output | null }
  | { readonly is: "if"; readonly test: Expression; readonly yes: Statement; readonly no: Statement | null }
  | { readonly is: "while"; readonly test: Expression; readonly body: Statement; readonly first: boolean }
  | {
      readonly is: "for";
      readonly start: Statement | null;
      readonly test: Expression | null;
      readonly step: Statement | null;
      readonly body: Statement;
    }
  | { readonly is: "for in"; readonly variable: string; readonly array: string; readonly body: Statement }
  | { readonly is: "delete"; readonly array: string; readonly subscripts: readonly Expression[] | null }
  | { readonly is: "break" | "continue" | "next" | "nextfile" }
  | { readonly is: "exit" | "return"; readonly value: Expression | null };

export interface Rule {
  readonly pattern: Expression | null;
  /** Last pattern of a range. */
  readonly until: Expression | null;
  readonly body: Statement | null;
}

export interface Routine {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: Statement;
}

export interface AwkProgram {
  readonly begin: readonly Statement[];
  readonly rules: readonly Rule[];
  readonly end: readonly Statement[];
  readonly routines: ReadonlyMap<string, Routine>;
}
