/** The frame of a picture's twin: what it is of, and its columns. */
import type { ReactNode } from "react";
import frame from "./frame.module.css";

interface TwinTableProps {
  readonly caption: string;
  readonly columns: readonly string[];
  /** Rows. */
  readonly children: ReactNode;
  /** Below the rows. */
  readonly foot?: ReactNode;
  readonly className?: string | undefined;
}

export function TwinTable({ caption, columns, children, foot, className = "" }: TwinTableProps) {
  return (
    <table className={`${frame.table} ${className}`}>
      <caption>{caption}</caption>
      <thead>
        <tr>
          {columns.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="figures">{children}</tbody>
      {foot && <tfoot>{foot}</tfoot>}
    </table>
  );
}
