/** A speaker's notes: the small Markdown of lessons, as elements. */
import { blocksOf, type Inline } from "../../lessons/markup.ts";

export function Notes({ text }: { readonly text: string }) {
  return (
    <>
      {blocksOf(text).map((block, i) =>
        block.is === "list" ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: a text's blocks don't move
          <ul key={i}>
            {block.items.map((items, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a text's items don't move
              <li key={at}>{items.map(inline)}</li>
            ))}
          </ul>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: a text's blocks don't move
          <p key={i}>{block.inline.map(inline)}</p>
        ),
      )}
    </>
  );
}

function inline(one: Inline, i: number) {
  switch (one.is) {
    case "bold":
      return <b key={i}>{one.text}</b>;
    case "emphasis":
      return <em key={i}>{one.text}</em>;
    case "code":
      return <code key={i}>{one.text}</code>;
    case "link":
      return (
        <a key={i} href={one.to} target="_blank" rel="noreferrer">
          {one.text}
        </a>
      );
    case "figure":
      return `{${one.name}}`;
    case "text":
      return one.text;
  }
}
