import type { ReactNode } from "react";
import { Paced } from "../client/react.tsx";
import { PanelBoundary } from "./FaultScreen.tsx";
import { PANELS, type PanelId, panelElementId } from "./panels.ts";
import styles from "./layout.module.css";

/** Where a view goes. It takes the focus when someone goes there by key. */
export function Panel({ id, children }: { readonly id: PanelId; readonly children: ReactNode }) {
  return (
    <div id={panelElementId(id)} className={styles.panel} data-panel={id} tabIndex={-1}>
      <PanelBoundary>
        <Paced turn={PANELS.indexOf(id)}>{children}</Paced>
      </PanelBoundary>
    </div>
  );
}
