/** Which partition's kernel is looked at, and loading the scenario again with another one. */
import type { Playground, PlaygroundState } from "../client/playground.ts";
import type { KernelVersion } from "../engine/hardware/description.ts";
import type { PartitionRecord } from "../protocol/records.ts";

/** The partition of the selected node, or the first one. */
export function partitionInView({ records, selection }: PlaygroundState): PartitionRecord | undefined {
  const node = selection.node === null ? undefined : records.node[selection.node];
  return node ? records.partition[node.partition] : Object.values(records.partition)[0];
}

/** Boots the partition in view with another kernel: the scenario begins anew, what was chosen for other partitions stays. */
export function bootKernel(playground: Playground, kernel: KernelVersion): void {
  const state = playground.store.getState();
  const partition = partitionInView(state);
  if (!partition || partition.kernel === kernel) return;
  playground.load(state.scenario, { ...state.kernels, [partition.key]: kernel });
}
