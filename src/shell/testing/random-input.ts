/** Random things to type at a shell: scripts by grammar, mutated recordings, noise, depth, and keys. */
import fc from "fast-check";
import control from "../fixtures/control.json";
import data from "../fixtures/data.json";
import words from "../fixtures/words.json";

const recorded = [...control, ...data, ...words].map(({ script }) => script);

const NUMBERS = [
  "0",
  "-1",
  "1",
  "7",
  "255",
  "256",
  "65536",
  "2147483648",
  "9223372036854775807",
  "-9223372036854775808",
  "99999999999999999999",
  "1e9",
  "0x7fffffffffffffff",
  "08",
  "64#@",
];
const NAMES = [
  "x",
  "y",
  "a",
  "f",
  "IFS",
  "PATH",
  "PS1",
  "PS4",
  "RANDOM",
  "LINENO",
  "PIPESTATUS",
  "BASH_REMATCH",
  "_",
  "1",
  "@",
  "*",
  "#",
  "?",
  "-",
  "!",
  "$",
];
const TOKENS = [
  ..."|&;<>(){}[]$`'\"\\#~*?!=+-/^%:,.@\n\t ",
  "&&",
  "||",
  ";;",
  "<<",
  "<<<",
  "<<-",
  ">>",
  ">&",
  "<&",
  "<>",
  ">|",
  "&>",
  "|&",
  "((",
  "))",
  "[[",
  "]]",
  "$(",
  "${",
  "$((",
  "<(",
  ">(",
  "$'",
  "@(",
  "if",
  "then",
  "else",
  "fi",
  "for",
  "in",
  "do",
  "done",
  "while",
  "until",
  "case",
  "esac",
  "select",
  "function",
  "coproc",
  "time",
  "!",
  "EOF",
];
const COMMANDS = [
  ":",
  "true",
  "false",
  "echo",
  "printf",
  "cat",
  "test",
  "[",
  "read",
  "mapfile",
  "declare",
  "local",
  "export",
  "readonly",
  "unset",
  "set",
  "shopt",
  "shift",
  "eval",
  ".",
  "exec",
  "exit",
  "return",
  "break",
  "continue",
  "trap",
  "kill",
  "wait",
  "jobs",
  "fg",
  "bg",
  "disown",
  "cd",
  "pushd",
  "popd",
  "dirs",
  "getopts",
  "let",
  "type",
  "command",
  "builtin",
  "hash",
  "ulimit",
  "umask",
  "alias",
  "history",
  "times",
  "sleep",
  "timeout",
  "bash",
  "sh",
  "env",
  "ls",
  "head",
  "tail",
  "sort",
  "sed",
  "awk",
  "grep",
  "tr",
  "cut",
  "wc",
  "seq",
  "yes",
  "tee",
  "xargs",
  "find",
  "ps",
  "free",
  "lsmem",
  "chmem",
  "dmesg",
  "watch",
  "bc",
  "dd",
  "od",
  "nosuch",
];
const PATHS = [
  "/",
  "/tmp/f",
  "/tmp",
  "/dev/null",
  "/dev/zero",
  "/dev/tty",
  "/dev/stdin",
  "/dev/fd/0",
  "/dev/fd/63",
  "/dev/kmsg",
  "/proc/self",
  "/proc/meminfo",
  "/proc/zoneinfo",
  "/sys/devices/system/memory/memory0/state",
  "/sys/devices/system/memory/memory*/state",
  "/sys/devices/system/memory/probe",
  "/sys/devices/system/memory/auto_online_blocks",
  "/proc/sys/vm/nr_hugepages",
  "/sys/bus/acpi/devices/PNP0C80:00/eject",
  "nosuch/file",
  "~",
  "..",
];
const SIGNALS = ["EXIT", "ERR", "DEBUG", "RETURN", "INT", "TERM", "USR1", "CHLD", "0", "9", "99"];

const pick = (texts: readonly string[]) => fc.constantFrom(...texts);
const number = fc.oneof(pick(NUMBERS), fc.integer().map(String));
const noise = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.string({ unit: "grapheme", maxLength: 20 }),
  // One character a byte, as files hold text; and halves of pairs.
  fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 30 }).map((bytes) => String.fromCharCode(...bytes)),
  fc.array(fc.integer({ min: 0xd7f0, max: 0xe010 }), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
);

const { script: grammatical } = fc.letrec<{ script: string; command: string; word: string }>((tie) => ({
  word: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    pick([
      ...PATHS,
      ...NAMES,
      "a b",
      "''",
      "-n",
      "-e",
      "--",
      "-x",
      "%s",
      "s/a/b/g",
      "{print $1}",
      "a*",
      "[!a]",
      "@(a|b)",
    ]),
    number,
    pick(NAMES).map((name) => `$${name}`),
    tie("word").map((word) => `"${word}"`),
    tie("word").map((word) => `'${word}'`),
    tie("word").map((word) => `$'${word}\\x41\\u20ac\\n'`),
    fc
      .tuple(
        pick(NAMES),
        pick([":-", ":=", ":?", ":+", "#", "##", "%", "%%", "/", "//", "^^", ",,", "@Q", "@a", ":", "[", "[@]:"]),
        tie("word"),
      )
      .map(([name, operator, word]) => `\${${name}${operator}${word}}`),
    tie("script").map((inside) => `$(${inside})`),
    tie("script").map((inside) => `\`${inside}\``),
    tie("script").map((inside) => `<(${inside})`),
    fc
      .tuple(tie("word"), pick(["+", "-", "*", "/", "%", "**", "<<", "?", ",", "=", "&&", "|"]), tie("word"))
      .map(([a, o, b]) => `$((${a}${o}${b}))`),
    fc.tuple(tie("word"), tie("word")).map(([a, b]) => `{${a},${b}}`),
    fc.tuple(number, number, number).map(([a, b, c]) => `{${a}..${b}..${c}}`),
  ),
  command: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.tuple(pick(COMMANDS), fc.array(tie("word"), { maxLength: 4 })).map(([name, args]) => [name, ...args].join(" ")),
    fc.tuple(pick(NAMES), pick(["=", "+=", "[0]=", "[x]+="]), tie("word")).map((parts) => parts.join("")),
    fc.tuple(pick(NAMES), fc.array(tie("word"), { maxLength: 4 })).map(([name, all]) => `${name}=(${all.join(" ")})`),
    fc
      .tuple(tie("command"), pick([">", ">>", "<", "2>", "&>", "<<<", "2>&", "<&", "{fd}>", "<>"]), tie("word"))
      .map((parts) => parts.join(" ")),
    fc
      .tuple(tie("command"), pick(["<<E", "<<-'E'", "<<E"]), noise, pick(["\nE", "\nE", ""]))
      .map(([command, open, body, end]) => `${command} ${open}\n${body}${end}\n`),
    tie("script").map((body) => `( ${body} )`),
    tie("script").map((body) => `{ ${body}; }`),
    tie("script").map((body) => `f() { ${body}; }; f`),
    fc.tuple(tie("script"), tie("script"), tie("script")).map(([a, b, c]) => `if ${a}; then ${b}; else ${c}; fi`),
    fc.tuple(pick(["while", "until"]), tie("script"), tie("script")).map(([how, a, b]) => `${how} ${a}; do ${b}; done`),
    fc
      .tuple(fc.array(tie("word"), { maxLength: 3 }), tie("script"))
      .map(([all, body]) => `for x in ${all.join(" ")}; do ${body}; done`),
    fc
      .tuple(tie("word"), tie("word"), tie("word"), tie("script"))
      .map(([a, b, c, body]) => `for ((${a}; ${b}; ${c})); do ${body}; done`),
    fc
      .tuple(tie("word"), tie("word"), tie("script"))
      .map(([a, b, body]) => `case ${a} in ${b}|x) ${body};; *) :;& esac`),
    fc
      .tuple(tie("word"), pick(["==", "!=", "=~", "<", "-eq", "-nt"]), tie("word"))
      .map((parts) => `[[ ${parts.join(" ")} ]]`),
    fc.tuple(tie("script"), pick(SIGNALS)).map(([body, signal]) => `trap '${body}' ${signal}`),
    tie("command").map((command) => `coproc ${command}`),
    tie("command").map((command) => `time ! ${command}`),
  ),
  script: fc
    .array(fc.tuple(tie("command"), pick([";", "&&", "||", "|", "&", "\n", "|&"])), { minLength: 1, maxLength: 3 })
    .map((parts) =>
      parts.flatMap(([command, joint], i) => (i < parts.length - 1 ? [command, joint] : [command])).join(" "),
    ),
}));

/** A recorded script with pieces cut, doubled, swapped with those of others, or broken by a token. */
const mutated = fc
  .tuple(
    pick(recorded),
    fc.array(
      fc.record({
        how: fc.constantFrom("cut", "double", "splice", "token", "number", "noise", "end"),
        at: fc.nat(),
        length: fc.integer({ min: 1, max: 30 }),
        other: pick(recorded),
        token: pick(TOKENS),
        number,
        noise,
      }),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([script, changes]) =>
    changes.reduce((text, change) => {
      const at = change.at % (text.length + 1);
      const before = text.slice(0, at);
      const piece = text.slice(at, at + change.length);
      const after = text.slice(at + change.length);
      switch (change.how) {
        case "cut":
          return before + after;
        case "double":
          return before + piece + piece + after;
        case "splice":
          return before + change.other.slice(change.at % (change.other.length + 1)) + after;
        case "token":
          return before + change.token + piece + after;
        case "number":
          return before + piece.replace(/\d+|$/, change.number) + after;
        case "noise":
          return before + change.noise + piece + after;
        default:
          return before;
      }
    }, script),
  );

const deep = fc
  .tuple(
    fc.constantFrom(
      ["(", ")"],
      ["( ", " )"],
      ["{ ", "; }"],
      ["$(", ")"],
      ["$((", "))"],
      ["${x:-", "}"],
      ["`", "`"],
      ['"', '"'],
      ['"$(echo ', ')"'],
      ["{a,", "}"],
      ["[[ ( ", " ) ]]"],
      ["if ", "; then :; fi"],
      ["while false; do ", "; done"],
      ["case x in x) ", ";; esac"],
      ["<(", ")"],
      ["@(", ")"],
      ["f() { ", "; }"],
      ["eval ", ""],
      ["! ", ""],
      ["a[", "]"],
      ["cat <<E\n", "\nE\n"],
    ),
    fc.integer({ min: 1, max: 2000 }),
    fc.integer({ min: 0, max: 2000 }),
    grammatical,
  )
  .map(
    ([[open, close], opened, closed, inside]) =>
      (open as string).repeat(opened) + inside + (close as string).repeat(Math.min(closed, opened)),
  );

/** Scripts, and what only looks like some. */
export const scripts = fc.oneof(
  { weight: 4, arbitrary: grammatical },
  { weight: 4, arbitrary: mutated },
  { weight: 1, arbitrary: deep },
  { weight: 1, arbitrary: noise },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.oneof(pick(TOKENS), pick(COMMANDS), pick(PATHS), number), { maxLength: 30 })
      .map((parts) => parts.join("")),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.oneof(pick(TOKENS), pick(COMMANDS), pick(NAMES)), { maxLength: 30 })
      .map((parts) => parts.join(" ")),
  },
);

const control1 = fc.integer({ min: 0, max: 31 }).map((code) => String.fromCharCode(code));
const sequence = fc.oneof(
  pick([
    "\x1b[A",
    "\x1b[B",
    "\x1b[C",
    "\x1b[D",
    "\x1b[H",
    "\x1b[F",
    "\x1b[3~",
    "\x1bOA",
    "\x1b[1;5C",
    "\x1b[Z",
    "\x7f",
    "\x1b\x7f",
    "\t",
    "\t\t",
    "\x12",
    "\x1b.",
    "\x1b[200~",
    "\x1b[201~",
    "\x1b",
    "\x1b[",
  ]),
  control1,
  control1.map((key) => `\x1b${key}`),
  fc.string({ maxLength: 6 }).map((text) => `\x1b[${text}`),
);

/** Keys at a prompt: pieces of scripts among escape sequences, control keys, tabs and pastes. */
export const keys = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: sequence },
      fc.oneof(noise, pick(COMMANDS), pick(PATHS), pick(TOKENS)),
      scripts.map((text) => `\x1b[200~${text}\x1b[201~`),
      fc.constant("\r"),
    ),
    {
      minLength: 1,
      maxLength: 25,
    },
  )
  .map((parts) => `${parts.join("")}\r`);
