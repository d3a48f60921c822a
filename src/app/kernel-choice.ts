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

/** Calls back when a partition of the same scenario comes up with another kernel than it had. Returns how to stop that. */
export function watchKernels(
  { store }: Playground,
  changed: (from: KernelVersion, to: KernelVersion) => void,
): () => void {
  const had = new Map<string, KernelVersion>();
  let scenario = "";
  const look = (state: PlaygroundState): void => {
    if (state.status !== "running") return;
    if (state.scenario !== scenario) had.clear();
    scenario = state.scenario;
    for (const { key, kernel } of Object.values(state.records.partition)) {
      const before = had.get(key);
      had.set(key, kernel);
      if (before !== undefined && before !== kernel) changed(before, kernel);
    }
  };
  look(store.getState());
  return store.subscribe(look);
}
