/** Whether a kernel release is at least as new as another. What has no number (proposals) is older than all that have. */
export function since(version: string, major: number, minor: number): boolean {
  const [, own, below] = /^(\d+)\.(\d+)$/.exec(version) ?? [];
  if (own === undefined) return false;
  return Number(own) > major || (Number(own) === major && Number(below) >= minor);
}
