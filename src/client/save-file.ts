/** Has the browser save a text as a file. */
export function saveFile(name: string, text: string, type = "text/plain"): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read it by the time that anything else runs; some begin a little later.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
