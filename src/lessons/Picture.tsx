/** A lesson's machine as it starts, and as a solution leaves it. Words say it all; this is for those who look. */
import { changedNodes, EMPTY } from "./picture.ts";
import pictures from "./pictures.json" with { type: "json" };
import styles from "./lesson.module.css";

const WIDTH = 9;
const GAP = 2;
const HEIGHT = 34;
const PAD = 3;

const widthOf = (node: string): number => PAD * 2 + node.split(",").length * (WIDTH + GAP) - GAP;

export function Picture({ id }: { readonly id: string }) {
  const [start, goal] = (pictures as Readonly<Record<string, readonly string[]>>)[id] ?? [];
  if (!start || !goal) return null;
  const [before, after] = changedNodes(start, goal);
  return (
    <span className={styles.picture} aria-hidden>
      <Machine text={before} />
      <i>→</i>
      <Machine text={after} />
    </span>
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
