/** Options of a command line: `--name VALUE`, and what is not an option. */
import { BadInput } from "../conformance/input.ts";

export interface CommandLine<Name extends string> {
  readonly options: Readonly<Partial<Record<Name, string>>>;
  readonly rest: readonly string[];
}

/** Throws `BadInput` on options that are not among the names, come twice, or lack their value. */
export function parseOptions<const Name extends string>(
  args: readonly string[],
  names: readonly Name[],
  usage: string,
): CommandLine<Name> {
  const options: Partial<Record<Name, string>> = {};
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (!arg.startsWith("--")) {
      rest.push(arg);
      continue;
    }
    const name = names.find((known) => `--${known}` === arg);
    if (name === undefined) throw new BadInput(`unknown option ${arg}; ${usage}`);
    if (options[name] !== undefined) throw new BadInput(`${arg} is given twice; ${usage}`);
    const value = args[++i];
    if (value === undefined || value.startsWith("--")) throw new BadInput(`${arg} needs a value; ${usage}`);
    options[name] = value;
  }
  return { options, rest };
}

/** A whole number from `least` to `most`, or `fallback` when the option isn't given. */
export function wholeOption(
  text: string | undefined,
  name: string,
  least: number,
  most: number,
  fallback: number,
): number {
  if (text === undefined) return fallback;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new BadInput(`--${name}: expected a whole number from ${least} to ${most}, got ${JSON.stringify(text)}`);
  return value;
}
