/** カーネルに知らされたのに、どのドライバーも受け取らなかった DIMM についての日本語。 */
import type { NoDriverWords } from "./no-driver-strings.ts";

export default {
  head: (dimm) => `${dimm} を受け取るドライバーはありませんでした`,
  why: "カーネルは acpi_no_memhotplug を付けて起動しています。メモリデバイスのドライバー (drivers/acpi/acpi_memhotplug.c) はその場合デバイスに手を付けません。メモリは追加されず、メモリブロックは現れず、ログにも何も出ません。それでもファームウェアには成功と伝わります。",
  cause: (line) => `起動オプション: ${line}`,
  remedy: "対処: このオプションを付けずに起動します。それまでは、DIMM は何にも使われていないので、取り外せます。",
} satisfies NoDriverWords;
