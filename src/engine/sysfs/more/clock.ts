/** When simulated machines boot: simulated time 0, in seconds since 1970 (midnight of 1 January 2026, UTC). */
export const BOOT_TIME = 1_767_225_600;
export const USER_HZ = 100;
/** Clock ticks of /proc since boot. */
export const ticks = (ns: number): number => Math.floor(ns / (1e9 / USER_HZ));
