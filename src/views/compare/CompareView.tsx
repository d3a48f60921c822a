/** The Compare tab: a recorded kernel beside the simulation. */
import type { ReactNode } from "react";
import { RealBeside } from "./RealBeside.tsx";

export function CompareView({ tabs }: { readonly tabs?: ReactNode }) {
  return <RealBeside tabs={tabs} modes={null} />;
}
