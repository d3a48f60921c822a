/** A lesson's text on the page: its marks as elements, its figures as they are now. */
import { createContext, Fragment, useContext } from "react";
import { type Inline, blocksOf, inlineOf } from "./markup.ts";
import styles from "./lesson.module.css";

/** What a name in braces is now. */
export type Value = (name: string) => string;

/** What becomes of who points at a figure: it is told its name, and `null` when the pointer has gone. */
export const FigurePointing = createContext<(name: string | null) => void>(() => {});

function Figure({ name, code, value }: { readonly name: string; readonly code: boolean; readonly value: Value }) {
  const point = useContext(FigurePointing);
  const Tag = code ? "code" : "span";
  return (
    <Tag className={styles.figure} onPointerEnter={() => point(name)} onPointerLeave={() => point(null)}>
      {value(name)}
    </Tag>
  );
}

function Piece({ piece, value }: { readonly piece: Inline; readonly value: Value }) {
  switch (piece.is) {
    case "bold":
      return <b>{piece.text}</b>;
    case "code":
      return <code>{piece.text}</code>;
    case "figure":
      return <Figure name={piece.name} code={piece.code} value={value} />;
    case "emphasis":
      return <em>{piece.text}</em>;
    case "link":
      return (
        <a href={piece.to} target="_blank" rel="noopener noreferrer">
          {piece.text}
        </a>
      );
    default:
      return piece.text;
  }
}

export function Line({ text, value }: { readonly text: string; readonly value: Value }) {
  return <Pieces pieces={inlineOf(text)} value={value} />;
}

function Pieces({ pieces, value }: { readonly pieces: readonly Inline[]; readonly value: Value }) {
  return pieces.map((piece, i) => {
    const key = `${i}`;
    return (
      <Fragment key={key}>
        <Piece piece={piece} value={value} />
      </Fragment>
    );
  });
}

export function Markup({ text, value }: { readonly text: string; readonly value: Value }) {
  return blocksOf(text).map((block, i) => {
    const key = `${i}`;
    if (block.is === "paragraph")
      return (
        <p key={key}>
          <Pieces pieces={block.inline} value={value} />
        </p>
      );
    return (
      <ul key={key} className={styles.bullets}>
        {block.items.map((item, at) => {
          const itemKey = `${at}`;
          return (
            <li key={itemKey}>
              <Pieces pieces={item} value={value} />
            </li>
          );
        })}
      </ul>
    );
  });
}
