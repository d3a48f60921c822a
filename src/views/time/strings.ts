/** Every word of the time bar. */
export const timeStrings = {
  events: "What happened, oldest first",
  axis: "Simulated time since power-on",
  at: (time: string, what: string) => `${time} ${what}`,
  slider: "Instant that is shown",
  value: (time: string, what: string | null) => (what === null ? time : `${time}, ${what}`),
  nowValue: (time: string) => `${time}, the present`,
  back: "One picture back",
  on: "One picture on",
  past: (back: string) => `Past, ${back} back`,
  return: "Now",
  returnFull: "Return to the present (E)",
  about: "What you do now takes the machine back to this instant.",
  said: (time: string, back: string) =>
    `This is ${time}, ${back} before the present. What you do now takes the machine back to this instant.`,
  present: "This is the present.",
  budget: (used: string, budget: string) => `${used} of ${budget} MiB recorded`,
} as const;
