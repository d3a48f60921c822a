/**
 * A page that the kernel dumped into its log (mm/debug.c, dump_page), as far as a second recording repeats it: the page,
 * its references, flags, type, and the words of its struct page that count something. Addresses don't repeat.
 */

export const DUMP_BEGINS = /^page:/;
const DUMP_ENDS = /^page dumped because: (.*)$/;
/** Behind the end, on 5.10. */
const CHARGED_TO = /^page->mem_cgroup:[0-9a-f]+$/;
/** No dump is longer: a compound page has lines of its head. */
const LONGEST = 14;
const FIRST = /^page:\S* ?refcount:(-?\d+) mapcount:(-?\d+) mapping:(\S+) index:(0x\w+) pfn:(0x\w+)$/;
const FLAGS = /^((?:anon |ksm )?flags): 0x([0-9a-f]+)\(([^)]*)\)(.*)$/;
const WORDS = /^(raw|head): ([0-9a-f]{16}) [0-9a-f]{16} ([0-9a-f]{16}) [0-9a-f]{16}$/;
const NULL = "0000000000000000";

/** How many of these lines, the first of which begins a dump, are that dump; 0 when its end was cut off. */
export function dumpLength(lines: readonly string[], from: number): number {
  for (let length = 1; length <= LONGEST; length++)
    if (DUMP_ENDS.test(lines[from + length - 1] ?? ""))
      return length + Number(CHARGED_TO.test(lines[from + length] ?? ""));
  return 0;
}

/**
 * The lines of a dump, masked. `told` is the pfn that the line before it told already, if it did.
 *
 * Which page of a range is the first that the kernel owns, and what it holds, is a matter of what ran before: of such
 * pages only place and form are compared. Pages that boot reserved stay where they are and are compared in full.
 */
export function maskDump(lines: readonly string[], told: string | null): string[] {
  const flags = lines.map((line) => FLAGS.exec(line)).find((match) => match !== null);
  const words = flags?.[3]?.split("|") ?? [];
  const reason = lines.map((line) => DUMP_ENDS.exec(line)?.[1]).find((each) => each !== undefined);
  if (reason === "unmovable page" && !words.includes("reserved")) {
    const place = words.filter((word) => /^(?:node|zone)=/.test(word)).join("|");
    const raw = lines.filter((line) => line.startsWith("raw: ")).length;
    return [`page: of the kernel (${place}), ${raw} raw lines`, ...lines.filter((line) => DUMP_ENDS.test(line))];
  }
  const touched = words.includes("referenced") ? (lines[0]?.startsWith("page: ") ? 4n : 2n) : 0n;
  const untouched = (hex: string): string =>
    (BigInt(`0x${hex}`) & ~touched).toString(16).padStart(hex.startsWith("0") ? 16 : 0, "0");
  return lines.map((line, at) => {
    const first = FIRST.exec(line);
    if (first) {
      const [, refs, maps, mapping, index, pfn] = first;
      const where = flags?.[1] === "anon flags" ? "<address>" : index;
      const of = mapping === NULL ? NULL : "<pointer>";
      return `page: refcount:${refs} mapcount:${maps} mapping:${of} index:${where} pfn:${pfn === `0x${told}` ? "<told>" : pfn}`;
    }
    if (line.startsWith("memcg:")) return "memcg:<pointer>";
    if (CHARGED_TO.test(line)) return "page->mem_cgroup:<pointer>";
    if (line.startsWith("aops:")) return line.replace(/(?<= ino:)[0-9a-f]+/, "<inode>");
    if (line.startsWith("head:0")) return line.replace(/^head:[0-9a-f]+/, "head:<pointer>");
    const word = FLAGS.exec(line);
    if (word)
      return `${word[1]}: 0x${untouched(word[2] as string)}(${words.filter((each) => each !== "referenced").join("|")})${word[4]}`;
    const raw = WORDS.exec(line);
    // Words come in pairs of lines: the flags lead the first, references and mappings are the third of the second.
    if (!raw) return line;
    const before = lines.slice(0, at).filter((each) => each.startsWith(`${raw[1]}: `) && WORDS.test(each));
    const second = before.length % 2 === 1;
    return second ? `${raw[1]}: * * ${raw[3]} *` : `${raw[1]}: ${untouched(raw[2] as string)} * * *`;
  });
}
