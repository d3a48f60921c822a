/** Words of the kernel's picture. On an axis that runs downward they are upright in their column, or run along it. */
import { createContext, useContext } from "react";

/** The axis runs downward: the picture is drawn across, and turned over its diagonal. */
export const Downward = createContext(false);
export const TURNED = "matrix(0 1 1 0 0 0)";

/** Of capitals, pixels. */
const CAPITAL = 9;
/** From the edge where words begin. */
const MARGIN = 6;

interface WordProps {
  /** The stretch of the axis that they are about, and the row that they stand in. */
  readonly x0: number;
  readonly x1: number;
  readonly y: number;
  readonly height: number;
  readonly anchor?: "start" | "middle" | "end";
  /** Where the axis runs downward, so do they. */
  readonly along?: boolean;
  readonly className?: string | undefined;
  readonly children: string;
}

export function Word({ x0, x1, y, height, anchor = "middle", along = false, className, children }: WordProps) {
  const down = useContext(Downward);
  const begin = anchor === "middle" ? (x0 + x1) / 2 : anchor === "start" ? x0 + MARGIN : x1;
  const textAnchor = anchor === "start" ? undefined : anchor;
  if (!down || along) {
    const base = y + (height + (down ? -CAPITAL : CAPITAL)) / 2;
    return (
      <text
        x={begin}
        y={base}
        textAnchor={textAnchor}
        className={className}
        transform={down ? `matrix(1 0 0 -1 0 ${2 * base})` : undefined}
      >
        {children}
      </text>
    );
  }
  // Upright again: x is how far down the baseline is, y the middle of the column.
  const base = anchor === "middle" ? begin + CAPITAL / 2 : anchor === "start" ? begin + CAPITAL : begin - 2;
  const middle = y + height / 2;
  return (
    <text
      x={base}
      y={middle}
      textAnchor="middle"
      className={className}
      transform={`matrix(0 1 1 0 ${base - middle} ${middle - base})`}
    >
      {children}
    </text>
  );
}
