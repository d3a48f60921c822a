/** What a manual page says. */
export interface ManPage {
  readonly name: string;
  /** One line: what it does. */
  readonly summary: string;
  /** Ways to call it. */
  readonly synopsis: readonly string[];
  /** Paragraphs. */
  readonly description: readonly string[];
  readonly options?: readonly (readonly [option: string, meaning: string])[];
  readonly examples?: readonly (readonly [command: string, meaning: string])[];
  readonly seeAlso?: readonly string[];
}
