/** Figures that memory commands take from /proc and /sys, as the originals do. */
import type { CommandContext } from "../command.ts";

export const NODES = "/sys/devices/system/node";

export function readText(context: CommandContext, path: string): string | null {
  const read = context.state.system.files.read(path);
  return "text" in read ? read.text : null;
}

/** `Name: 123 kB` lines; a node's have `Node N ` before them. */
export function figures(text: string): Map<string, number> {
  return new Map(
    [...text.matchAll(/^(?:Node \d+ )?([\w()]+):\s+(\d+)/gm)].map(([, name, value]) => [name as string, Number(value)]),
  );
}

/** `0-2,4` as numbers. */
export const listed = (text: string): number[] =>
  text
    .trim()
    .split(",")
    .filter((part) => part !== "")
    .flatMap((part) => {
      const [first = 0, last = first] = part.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });

export const nodesOf = (context: CommandContext, mask: "online" | "has_memory" | "possible" = "online"): number[] =>
  listed(readText(context, `${NODES}/${mask}`) ?? "");
