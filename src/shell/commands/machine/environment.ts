/** What a command finds around it: `env`, `printenv`, `which`. */
import { absolute } from "../../state.ts";
import type { Running } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { badOptions, joinLines, optionError, options, print, usage } from "../output.ts";

export function* env(context: CommandContext): Running<number> {
  const given = options(context.args, "+iu:0S:C:", {
    "ignore-environment": "i",
    unset: "u",
    null: "0",
    "split-string": "S",
    chdir: "C",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given), 125);
  const { flags, values } = given;
  const words = [...(flags.has("S") ? (flags.get("S") as string).split(/\s+/) : []), ...given.rest];
  const { variables } = context.state;
  if (flags.has("i")) for (const name of variables.environment().keys()) variables.unset(name);
  for (const name of values.get("u") ?? []) variables.unset(name);
  while (/^[A-Za-z_]\w*=/.test(words[0] ?? "")) {
    const [, name = "", value = ""] = /^(\w+)=(.*)$/s.exec(words.shift() as string) ?? [];
    variables.set(name, value);
    variables.export(name);
  }
  const [name, ...args] = words;
  if (name !== undefined) return yield* context.run(name, args);
  const end = flags.has("0") ? "\0" : "\n";
  return yield* print(context, [...variables.environment()].map(([key, value]) => `${key}=${value}${end}`).join(""));
}

export function* printenv(context: CommandContext): Running<number> {
  const environment = context.state.variables.environment();
  if (context.args.length === 0)
    return yield* print(context, joinLines([...environment].map(([name, value]) => `${name}=${value}`)));
  const found = context.args.flatMap((name) => environment.get(name) ?? []);
  return (yield* print(context, joinLines(found))) || (found.length === context.args.length ? 0 : 1);
}

export function* which(context: CommandContext): Running<number> {
  const names = context.args.filter((arg) => arg !== "-a");
  const every = context.args.includes("-a");
  const { files } = context.state.system;
  const folders = (context.state.variables.get("PATH") ?? "/usr/sbin:/usr/bin:/sbin:/bin").split(":");
  let status = names.length === 0 ? 1 : 0;
  for (const name of names) {
    const paths = name.includes("/") ? [name] : folders.map((folder) => `${folder.replace(/\/$/, "")}/${name}`);
    const found = paths.filter((path) => {
      const stat = files.stat(absolute(context.state, path));
      return !("errno" in stat) && stat.kind === "file" && (stat.mode & 0o111) !== 0;
    });
    if (found.length === 0) status = 1;
    yield* print(context, joinLines(every ? found : found.slice(0, 1)));
  }
  return status;
}
