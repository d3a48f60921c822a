/**
 * What a machine says of itself, in the reader's language: scenarios, partitions and kernels have English words in their
 * descriptions. What a scenario from elsewhere is called stays as it is.
 */
import type { ProfileDescription } from "../engine/kernel/profiles/descriptions.ts";
import { inLanguages, type Words } from "./language/catalogue.ts";

interface Named {
  readonly name: string;
  readonly title: string;
  readonly about: string;
}

const english = {
  title: ({ title }: Omit<Named, "about">) => title,
  about: ({ about }: Named) => about,
  /** Of a partition. */
  partition: (name: string) => name,
  kernel: ({ title }: Pick<ProfileDescription, "version" | "title">) => title,
  /** A month and a year. */
  released: (date: string) => date,
};

export type MachineWords = Words<typeof english>;
export const machineWords = inLanguages<MachineWords>(english, { ja: () => import("./machine-words.ja.ts") });
