export function CallPath() {
  return null;
}
