/**
 * Code that the simulator otherwise fetches when it is first needed, all at once: a talk goes on where the network doesn't.
 * What could not be fetched is asked for again when it is needed.
 */
export const fetchAhead = (): Promise<unknown> =>
  Promise.allSettled([
    import("./foresee-move.ts"),
    import("./history.ts"),
    import("./looker.ts"),
    import("./rehearsal.ts"),
    import("./remedies-of.ts"),
    import("./resume.ts"),
    import("./step.ts"),
    import("./stretch.ts"),
    import("./terminals.ts"),
    import("../engine/experiments/support-report.ts"),
    import("../engine/inspect/index.ts"),
    import("../engine/inspect/scale/index.ts"),
    import("../engine/kernel/audit.ts"),
    import("../engine/kernel/boot-layout/crash-kernel.ts"),
    import("../engine/time/disk.ts"),
    import("../engine/time/restart.ts"),
    import("../engine/time/swap-commands.ts"),
    import("../engine/time/udev.ts"),
    import("../engine/time/virtio-devices.ts"),
    import("../shell/shell-terminals.ts"),
  ]);
