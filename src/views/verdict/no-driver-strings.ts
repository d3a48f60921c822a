/** Words for a DIMM that the kernel was told of and that no driver took. */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";

const english = {
  head: (dimm: string) => `No driver took ${dimm}`,
  why: "The kernel was booted with acpi_no_memhotplug. The driver of memory devices (drivers/acpi/acpi_memhotplug.c) leaves them alone then: none of its memory is added, no memory block comes, and the log says nothing. Firmware hears of success all the same.",
  cause: (line: string) => `Boot options: ${line}`,
  remedy:
    "What mends it: boot without this option. Until then the DIMM can be taken out again, for nothing of it is in use.",
} as const;
export type NoDriverWords = Words<typeof english>;
export const noDriverStrings = inLanguages<NoDriverWords>(english, { ja: () => import("./no-driver-strings.ja.ts") });
