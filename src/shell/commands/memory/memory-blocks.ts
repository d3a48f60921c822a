/** The memory blocks as lsmem and chmem (util-linux 2.38) read them from sysfs. */
import type { ShellState } from "../../state.ts";

export const MEMORY = "/sys/devices/system/memory";

export interface BlockInfo {
  readonly id: number;
  /** As in the file: `online`, `offline`, `going-offline`. */
  readonly state: string;
  readonly removable: boolean;
  readonly node: number | null;
  /** Words of valid_zones; `null` where the kernel has no such file. */
  readonly zones: readonly string[] | null;
}

export function readBlock(state: ShellState, id: number): BlockInfo | null {
  const { files } = state.system;
  const text = (name: string): string | null => {
    const read = files.read(`${MEMORY}/memory${id}/${name}`);
    return "text" in read ? read.text.trim() : null;
  };
  const own = text("state");
  if (own === null) return null;
  const listed = files.list(`${MEMORY}/memory${id}`);
  const node =
    "names" in listed
      ? listed.names.map((name) => /^node(\d+)$/.exec(name)?.[1]).find((number) => number !== undefined)
      : undefined;
  return {
    id,
    state: own,
    removable: text("removable") === "1",
    node: node === undefined ? null : Number(node),
    zones: text("valid_zones")?.split(/\s+/) ?? null,
  };
}

/** All blocks by id, and their size in bytes; `null` when the system has none. */
export function readBlocks(state: ShellState): { readonly blocks: readonly BlockInfo[]; readonly size: number } | null {
  const { files } = state.system;
  const listed = files.list(MEMORY);
  const size = files.read(`${MEMORY}/block_size_bytes`);
  if ("errno" in listed || "errno" in size) return null;
  const ids = listed.names.flatMap((name) => /^memory(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  const blocks = ids.sort((a, b) => a - b).flatMap((id) => readBlock(state, id) ?? []);
  return blocks.length === 0 ? null : { blocks, size: Number.parseInt(size.text, 16) };
}

/** `128M`, `2.1G`: one letter, one decimal when it is not exact. */
export function humanSize(bytes: number): string {
  const letters = "BKMGTPE";
  let exponent = 0;
  while (exponent < 6 && bytes >= 1024 ** (exponent + 1)) exponent++;
  const unit = 1024 ** exponent;
  let whole = Math.floor(bytes / unit);
  let tenth = Math.floor(((bytes % unit) / unit) * 10 + 0.5);
  if (tenth === 10) {
    whole++;
    tenth = 0;
  }
  return `${whole}${tenth === 0 ? "" : `.${tenth}`}${letters[exponent]}`;
}

export const hexRange = (start: number, end: number): string =>
  `0x${start.toString(16).padStart(16, "0")}-0x${end.toString(16).padStart(16, "0")}`;
