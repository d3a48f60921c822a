/** A lesson's machine as it starts, and as a solution leaves it. Words say it all; this is for those who look. */
import { changedNodes, EMPTY } from "./picture.ts";
import pictures from "./pictures.json" with { type: "json" };
import styles from "./lesson.module.css";
import own from "./pictures.module.css";

const WIDTH = 9;
const GAP = 2;
const HEIGHT = 34;
const PAD = 3;

const widthOf = (node: string): number => PAD * 2 + node.split(",").length * (WIDTH + GAP) - GAP;

export function Picture({ id }: { readonly id: string }) {
  const [start, goal, mark] = (pictures as Readonly<Record<string, readonly string[]>>)[id] ?? [];
  if (!start || !goal) return null;
  return <BeforeAndAfter pictures={[start, goal]} mark={mark === "refused" ? "refused" : "done"} />;
}

interface BeforeAndAfterProps {
  readonly pictures: readonly [string, string];
  /** Of what is after: it was done, or something was refused on the way and stays so. */
  readonly mark?: "done" | "refused";
}

/** A machine before and after something: of both what differs. */
export function BeforeAndAfter({ pictures, mark }: BeforeAndAfterProps) {
  const [start, end] = pictures;
  const [before, after] = changedNodes(start, end);
  return (
    <span className={own.picture} aria-hidden>
      <Machine text={before} />
      <i>→</i>
      <Machine text={after} />
      {mark && <Mark is={mark} />}
    </span>
  );
}

/** A tick, or a cross: on the picture, as a verdict is signed. */
function Mark({ is }: { readonly is: "done" | "refused" }) {
  return (
    <svg viewBox="0 0 20 20" aria-hidden className={own.mark} data-is={is}>
      <circle cx="10" cy="10" r="9" />
      {is === "done" ? <path d="m6 10.4 2.7 2.7L14.2 7.4" /> : <path d="m7 7 6 6m0-6-6 6" />}
    </svg>
  );
}

function Machine({ text }: { readonly text: string }) {
  const nodes = text.split("|");
  const ends: number[] = [];
  for (const node of nodes) ends.push((ends.at(-1) ?? 0) + widthOf(node) + 3);
  return (
    <svg aria-hidden viewBox={`0 0 ${(ends.at(-1) ?? 3) - 3} ${HEIGHT + PAD * 2}`} className={styles.machine}>
      {nodes.map((node, at) => {
        const left = (ends[at] ?? 0) - 3 - widthOf(node);
        return (
          <g key={`${left}`} transform={`translate(${left} 0)`}>
            <rect data-is="node" width={widthOf(node)} height={HEIGHT + PAD * 2} rx="2" />
            {node.split(",").map((device, i) => {
              const x = PAD + i * (WIDTH + GAP);
              if (device === EMPTY)
                return <rect key={`${x}`} data-is="empty" x={x + 0.5} y={PAD} width={WIDTH - 1} height={HEIGHT} />;
              const size = HEIGHT / device.length;
              return [...device].map((letter, row) => {
                const y = PAD + row * size;
                return (
                  <rect
                    key={`${x} ${y}`}
                    data-is={letter.toLowerCase()}
                    data-full={letter !== letter.toLowerCase() || undefined}
                    x={x}
                    y={y}
                    width={WIDTH}
                    height={size - 0.75}
                  />
                );
              });
            })}
          </g>
        );
      })}
    </svg>
  );
}
