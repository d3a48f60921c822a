/** Words that views have in common. */
export const tableStrings = {
  copy: "Copy as TSV",
  sort: (column: string) => `Sort by ${column}`,
} as const;
