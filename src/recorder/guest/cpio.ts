/** Archives in the form that the kernel unpacks its initial file system from: cpio, "newc". */

export interface CpioEntry {
  /** Path without a leading slash. */
  readonly path: string;
  readonly is: "file" | "folder" | "link";
  /** A file's content, or where a link points. */
  readonly content?: Buffer | string;
  readonly executable?: boolean;
}

const TYPES = { file: 0o100000, folder: 0o040000, link: 0o120000 } as const;
const ALIGN = 4;
const TRAILER = "TRAILER!!!";

/** The archive, with the folders of every entry before it. Deterministic: no times, numbers in order. */
export function cpio(entries: readonly CpioEntry[]): Buffer {
  const parts: Buffer[] = [];
  const made = new Set<string>();
  let number = 0;
  const add = (entry: CpioEntry): void => {
    if (made.has(entry.path)) return;
    made.add(entry.path);
    parts.push(record(entry, ++number));
  };
  for (const entry of entries) {
    for (const folder of foldersOf(entry.path)) add({ path: folder, is: "folder" });
    add(entry);
  }
  parts.push(record({ path: TRAILER, is: "file" }, 0));
  return Buffer.concat(parts);
}

function foldersOf(path: string): string[] {
  const names = path.split("/").slice(0, -1);
  return names.map((_, i) => names.slice(0, i + 1).join("/"));
}

/** One header of 13 numbers in hexadecimal, the name, the content; name and content end on multiples of four. */
function record({ path, is, content = "", executable = false }: CpioEntry, number: number): Buffer {
  const data = typeof content === "string" ? Buffer.from(content) : content;
  const name = Buffer.from(`${path}\0`);
  const mode = TYPES[is] | (is === "file" && !executable ? 0o644 : 0o755);
  const links = is === "folder" ? 2 : 1;
  const numbers = [number, mode, 0, 0, links, 0, data.length, 0, 0, 0, 0, name.length, 0];
  const header = Buffer.from(`070701${numbers.map((value) => value.toString(16).padStart(8, "0")).join("")}`);
  return Buffer.concat([header, name, padding(header.length + name.length), data, padding(data.length)]);
}

const padding = (length: number): Buffer => Buffer.alloc((ALIGN - (length % ALIGN)) % ALIGN);
