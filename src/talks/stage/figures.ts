/** What is left out of a path, so that it fits on the stage. */
export const SHORT = "/sys/devices/system/memory/";
