/** Which nodes a memory policy lets requests use (mm/mempolicy.c). */
import type { Kernel } from "../kernel/kernel.ts";
import type { Policy, Process } from "../holders/process.ts";

/**
 * A policy for requests that can't use ZONE_MOVABLE: nodes of which none has anything else are no restriction to them, and
 * they are served from near the CPU (policy_nodemask, apply_policy_zone).
 */
export function forKernelZones(kernel: Kernel, process: Pick<Process, "node">, policy: Policy): Policy {
  const { mask } = policy;
  if (mask === null || kernel.nodes.some(({ id, hasNormalMemory }) => hasNormalMemory && mask.has(id))) return policy;
  return { mode: policy.mode, node: process.node, mask: null };
}

/** Where objects of the slab allocator come from that a process asks for under a policy. */
export function forObjects(kernel: Kernel, process: Pick<Process, "node">, policy: Policy): Policy {
  return kernel.profile.slabFollowsPolicy ? policy : { mode: "default", node: process.node, mask: null };
}
