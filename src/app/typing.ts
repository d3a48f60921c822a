/** Text on its way into a terminal: it waits until there is one. */
type Write = (partition: string, text: string) => void;

let write: Write | null = null;
let waiting: Parameters<Write>[] = [];

/** The terminals are there, or are gone. */
export function provideTyping(to: Write | null): void {
  write = to;
  if (!to) return;
  const texts = waiting;
  waiting = [];
  for (const [partition, text] of texts) to(partition, text);
}

/** Types into the terminal of a partition that is in front, else into a new one. */
export function typeInto(partition: string, text: string): void {
  if (write) write(partition, text);
  else waiting.push([partition, text]);
}
