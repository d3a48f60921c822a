/**
 * What a terminal says before its shell does: where one is, and what can be typed. It is the page's, not the shell's:
 * a machine that is replayed writes the same text, whoever looks on. Its commands are links (OSC 8) that put them on the
 * prompt; Enter stays with the person.
 */
import { machineWords } from "../../client/machine-words.ts";
import type { PartitionRecord } from "../../protocol/records.ts";
import { terminalStrings as strings } from "./strings.ts";

/** Commands that every machine has, most telling first. */
const LOOK = ["lsmem", "numactl -H", "cat /proc/buddyinfo", "dmesg | tail"];
const LEARN = ["help", "man chmem", "man -k memory"];
const COMMANDS: ReadonlySet<string> = new Set([...LOOK, ...LEARN]);

const SCHEME = "type:";
const GREY = "\x1b[90m";
const PLAIN = "\x1b[39m";

/** Columns that a text takes: what is Chinese or Japanese takes two a sign (UAX 11). */
const columnsOf = (text: string): number => text.length + (text.match(/[\u2e80-\ua4cf\uff00-\uff60]/g)?.length ?? 0);

/** Three lines, of commands as many as fit into the columns. */
export function greetingOf({ name, kernel }: Pick<PartitionRecord, "name" | "kernel">, columns: number): string {
  const [whole, short] = strings.greeting.here(machineWords.partition(name), kernel);
  const lines = [
    GREY + (columnsOf(whole) <= columns ? whole : short),
    line(strings.greeting.look, LOOK, columns),
    line(strings.greeting.learn, LEARN, columns),
  ];
  return `${lines.join("\r\n")}${PLAIN}\r\n`;
}

function line(label: string, commands: readonly string[], columns: number): string {
  let width = columnsOf(label);
  const fitting = commands.filter((command, index) => {
    width += command.length + (index === 0 ? 1 : 3);
    return width <= columns;
  });
  return `${GREY}${label} ${fitting.map(link).join(`${GREY} · `)}`;
}

const link = (command: string) => `\x1b]8;;${SCHEME}${encodeURIComponent(command)}\x07${PLAIN}${command}\x1b]8;;\x07`;

/** The command of a link, when it is one of the greeting's: what programs write as links is typed by nobody. */
export function commandOf(address: string): string | null {
  if (!address.startsWith(SCHEME)) return null;
  const command = [...COMMANDS].find((one) => address === SCHEME + encodeURIComponent(one));
  return command ?? null;
}
