/** Variables of a shell: texts, arrays and associative arrays with their attributes, in the scopes of functions. */
import { IndexedArray, type LargeMap } from "./large.ts";

export interface Variable {
  /** Its text; of an array nothing. `undefined` when declared and not set. */
  text: string | undefined;
  /** Of an array: by index, or by key. */
  indexed?: IndexedArray;
  keyed?: LargeMap<string>;
  exported?: boolean;
  readonly?: boolean;
  integer?: boolean;
  /** Changed to lower or upper case when set. */
  letters?: "lower" | "upper";
  /** Stands for the variable that its text names. */
  reference?: boolean;
}

/** An assignment that is refused: `x: readonly variable`. */
export class Refused extends Error {}

const copyOf = (variable: Variable): Variable => ({
  ...variable,
  ...(variable.indexed ? { indexed: variable.indexed.copy() } : {}),
  ...(variable.keyed ? { keyed: variable.keyed.copy() } : {}),
});

/** Where elements are kept, by index or by key. */
interface Elements<K> {
  get(key: K): string | undefined;
  set(key: K, text: string): void;
}

/** A variable that the shell computes: what reading gives, and what setting does. */
export interface Computed {
  readonly get: () => string;
  readonly set?: (text: string) => void;
}

const MAX_REFERENCES = 8;

export class Variables {
  /** The innermost scope is last; the first holds the global ones. */
  private readonly scopes: Map<string, Variable>[];
  private readonly computed: ReadonlyMap<string, Computed>;
  /** Evaluates what is assigned to integer variables; the interpreter sets it. */
  evaluate: (text: string) => bigint = (text) => BigInt(Number.parseInt(text, 10) || 0);

  constructor(scopes: Map<string, Variable>[] = [new Map()], computed: ReadonlyMap<string, Computed> = new Map()) {
    this.scopes = scopes;
    this.computed = computed;
  }

  copy(computed: ReadonlyMap<string, Computed>): Variables {
    return new Variables(
      this.scopes.map((scope) => new Map([...scope].map(([name, variable]) => [name, copyOf(variable)]))),
      computed,
    );
  }

  enterFunction(): void {
    this.scopes.push(new Map());
  }

  leaveFunction(): void {
    this.scopes.pop();
  }

  get inFunction(): boolean {
    return this.scopes.length > 1;
  }

  /** The name that a reference stands for. */
  resolve(name: string): string {
    let at = name;
    for (let i = 0; i < MAX_REFERENCES; i++) {
      const variable = this.lookup(at);
      if (!variable?.reference || !variable.text) return at;
      at = variable.text;
    }
    return at;
  }

  private lookup(name: string): Variable | undefined {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const found = this.scopes[i]?.get(name);
      if (found) return found;
    }
    return undefined;
  }

  find(name: string): Variable | undefined {
    return this.lookup(this.resolve(name));
  }

  /** Text of a variable; of an array its first element. */
  get(name: string): string | undefined {
    const variable = this.find(name);
    if (variable) {
      if (variable.indexed) return variable.indexed.get(0);
      if (variable.keyed) return variable.keyed.get("0");
      if (variable.text !== undefined) return variable.text;
    }
    return this.computed.get(name)?.get();
  }

  /** Where an assignment goes: the variable that is seen, or a new global one. */
  private target(name: string): Variable {
    const found = this.lookup(name);
    if (found?.readonly) throw new Refused(`${name}: readonly variable`);
    if (found) return found;
    const made: Variable = { text: undefined };
    this.scopes[0]?.set(name, made);
    return made;
  }

  private shaped(variable: Variable, text: string): string {
    if (variable.integer) return String(this.evaluate(text));
    if (variable.letters) return variable.letters === "lower" ? text.toLowerCase() : text.toUpperCase();
    return text;
  }

  set(given: string, text: string, append = false): void {
    const name = this.resolve(given);
    const element = /^([A-Za-z_]\w*)\[(.+)\]$/s.exec(name);
    if (element) {
      this.setElement(element[1] ?? "", element[2] ?? "", text, append);
      return;
    }
    const computed = this.computed.get(name);
    if (computed?.set && !this.lookup(name)) {
      computed.set(text);
      return;
    }
    const variable = this.target(name);
    if (variable.indexed) return void this.put(variable.indexed, 0, variable, text, append);
    if (variable.keyed) return void this.put(variable.keyed, "0", variable, text, append);
    const held = append ? (variable.text ?? "") : "";
    variable.text =
      variable.integer && append
        ? String(this.evaluate(held || "0") + this.evaluate(text))
        : this.shaped(variable, held + text);
  }

  private put<K>(map: Elements<K>, key: K, variable: Variable, text: string, append: boolean): void {
    const held = append ? (map.get(key) ?? "") : "";
    map.set(
      key,
      variable.integer && append
        ? String(this.evaluate(held || "0") + this.evaluate(text))
        : this.shaped(variable, held + text),
    );
  }

  /** `name[subscript]=text`; the subscript is arithmetic unless the array is associative. */
  setElement(given: string, subscript: string, text: string, append = false): void {
    const name = this.resolve(given);
    const variable = this.target(name);
    if (variable.keyed) {
      this.put(variable.keyed, subscript, variable, text, append);
      return;
    }
    const indexed = this.asArray(variable);
    const at = this.index(name, indexed, subscript);
    this.put(indexed, at, variable, text, append);
  }

  /** Indexes from the end count when negative. */
  index(name: string, indexed: IndexedArray, subscript: string): number {
    const value = Number(this.evaluate(subscript));
    const at = value < 0 ? indexed.last + 1 + value : value;
    if (at < 0) throw new Refused(`${name}[${subscript}]: bad array subscript`);
    return at;
  }

  private asArray(variable: Variable): IndexedArray {
    if (variable.indexed) return variable.indexed;
    variable.indexed = new IndexedArray(variable.text === undefined ? [] : [[0, variable.text]]);
    variable.text = undefined;
    return variable.indexed;
  }

  /** Sets a whole array: elements with keys of their own, or one after another. */
  setArray(
    given: string,
    elements: readonly { readonly key: string | null; readonly text: string; readonly append?: boolean }[],
    append = false,
  ): void {
    const name = this.resolve(given);
    const variable = this.target(name);
    if (variable.keyed) {
      if (!append) variable.keyed.clear();
      let key: string | null = null;
      for (const element of elements) {
        if (element.key !== null)
          this.put(variable.keyed, element.key, variable, element.text, element.append ?? false);
        else if (key === null) key = element.text;
        else {
          variable.keyed.set(key, this.shaped(variable, element.text));
          key = null;
        }
      }
      if (key !== null) variable.keyed.set(key, "");
      return;
    }
    const indexed = this.asArray(variable);
    if (!append) indexed.clear();
    let next = append ? indexed.last + 1 : 0;
    for (const { key, text, append: more } of elements) {
      if (key !== null) next = this.index(name, indexed, key);
      this.put(indexed, next++, variable, text, more ?? false);
    }
  }

  /** As `setArray`, an element at a time, for many that take long to come: each goes behind the last, or to an index. */
  filler(given: string, append: boolean): (text: string, key: string | null) => void {
    const name = this.resolve(given);
    const variable = this.target(name);
    if (variable.keyed) throw new Refused(`${name}: not an indexed array`);
    const indexed = this.asArray(variable);
    if (!append) indexed.clear();
    let next = append ? indexed.last + 1 : 0;
    return (text, key) => {
      if (key !== null) next = this.index(name, indexed, key);
      this.put(indexed, next++, variable, text, false);
    };
  }

  /** How many elements there are; a plain variable is an array of one. */
  count(name: string): number {
    const variable = this.find(name);
    return variable?.indexed?.size ?? variable?.keyed?.size ?? (this.get(name) === undefined ? 0 : 1);
  }

  /** Elements in order; a plain variable is an array of one. */
  *elements(name: string): Generator<[key: string, text: string]> {
    const variable = this.find(name);
    if (variable?.indexed) for (const [at, text] of variable.indexed) yield [String(at), text];
    else if (variable?.keyed) yield* variable.keyed;
    else {
      const text = this.get(name);
      if (text !== undefined) yield ["0", text];
    }
  }

  element(name: string, subscript: string): string | undefined {
    const variable = this.find(name);
    if (variable?.keyed) return variable.keyed.get(subscript);
    if (variable?.indexed) {
      const value = Number(this.evaluate(subscript));
      const at = value < 0 ? variable.indexed.last + 1 + value : value;
      if (at < 0) throw new Refused(`${name}: bad array subscript`);
      return variable.indexed.get(at);
    }
    return Number(this.evaluate(subscript)) === 0 ? this.get(name) : undefined;
  }

  /** Makes a variable in the scope of the function (`local`), or finds or makes the global one. */
  declare(name: string, scope: "local" | "global" | "seen"): Variable {
    if (scope === "seen") {
      const found = this.lookup(name);
      if (found) return found;
    }
    const map = (scope === "local" ? this.scopes.at(-1) : this.scopes[0]) as Map<string, Variable>;
    const found = map.get(name);
    if (found) return found;
    const computed = this.computed.get(name);
    const made: Variable = { text: scope !== "local" && computed ? computed.get() : undefined };
    map.set(name, made);
    return made;
  }

  export(name: string, exported = true): void {
    this.declare(name, "seen").exported = exported;
  }

  unset(given: string): void {
    const name = this.resolve(given);
    const element = /^([A-Za-z_]\w*)\[(.+)\]$/s.exec(name);
    if (element) {
      this.unsetElement(element[1] ?? "", element[2] ?? "");
      return;
    }
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const variable = this.scopes[i]?.get(name);
      if (!variable) continue;
      if (variable.readonly) throw new Refused(`${name}: cannot unset: readonly variable`);
      // A local variable stays local while its function runs.
      if (i > 0 && i === this.scopes.length - 1) this.scopes[i]?.set(name, { text: undefined });
      else this.scopes[i]?.delete(name);
      return;
    }
  }

  private unsetElement(name: string, subscript: string): void {
    const variable = this.find(name);
    if (variable?.readonly) throw new Refused(`${name}: cannot unset: readonly variable`);
    if (variable?.keyed) variable.keyed.delete(subscript);
    else if (variable?.indexed) {
      if (subscript === "@" || subscript === "*") variable.indexed.clear();
      else variable.indexed.delete(this.index(name, variable.indexed, subscript));
    }
  }

  /** Names that are seen, sorted. */
  names(prefix = ""): string[] {
    const all = new Set<string>();
    for (const scope of this.scopes) for (const name of scope.keys()) if (name.startsWith(prefix)) all.add(name);
    for (const name of this.computed.keys()) if (prefix !== "" && name.startsWith(prefix)) all.add(name);
    return [...all].sort();
  }

  isSet(name: string): boolean {
    const variable = this.find(name);
    if (variable?.indexed || variable?.keyed) return (variable.indexed?.size ?? 0) + (variable.keyed?.size ?? 0) > 0;
    return this.get(name) !== undefined;
  }

  /** What a process gets as its environment. */
  environment(): Map<string, string> {
    const all = new Map<string, string>();
    for (const scope of this.scopes) {
      for (const [name, variable] of scope) {
        if (variable.exported && variable.text !== undefined) all.set(name, variable.text);
        else if (all.has(name)) all.delete(name);
      }
    }
    return all;
  }
}
