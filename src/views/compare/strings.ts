/** Words of the Compare tab. */
export const compareStrings = {
  modes: { label: "What is compared", futures: "Two futures", trace: "Real beside simulated" },
} as const;
