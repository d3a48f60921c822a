/** A zone as a table: what its pictures show, exactly, and its lowmem protection. */
import { useWordChanges } from "../../client/language/react.ts";
import { memo, useState } from "react";
import type { ZoneRecord } from "../../protocol/records.ts";
import { amount, count, zoneStrings as words } from "./strings.ts";
import { ZONE_ORDER } from "./zone-shapes.ts";
import styles from "./zones.module.css";

const ROWS = ["spanned", "present", "managed", "free", "min", "low", "high"] as const;

export const ZoneNumbers = memo(function ZoneNumbers({ zone }: { readonly zone: ZoneRecord }) {
  useWordChanges();
  const [open, setOpen] = useState(false);
  // An unpopulated zone asks for nothing, so only what is set is listed (/proc/zoneinfo, protection).
  const protections = zone.protection.flatMap((pages, index) =>
    pages > 0 ? [{ zone: ZONE_ORDER[index] ?? `${index}`, pages }] : [],
  );
  return (
    <details className={styles.numbers} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className="figures">{words.extents(zone)}</span>
        <span className="visually-hidden">{words.more}</span>
      </summary>
      {open && (
        <table>
          <caption className="visually-hidden">{words.tableOf(zone.zone)}</caption>
          <thead>
            <tr>
              <td />
              <th scope="col">{words.pages}</th>
              <th scope="col">{words.size}</th>
            </tr>
          </thead>
          <tbody className="figures">
            <tr>
              <th scope="row">{words.row.startPfn}</th>
              <td>
                <code>0x{zone.startPfn.toString(16)}</code>
              </td>
              <td />
            </tr>
            {ROWS.map((name) => (
              <tr key={name}>
                <th scope="row">{words.row[name]}</th>
                <td>{count(zone[name])}</td>
                <td>{amount(zone[name])}</td>
              </tr>
            ))}
            {protections.map((protection) => (
              <tr key={protection.zone}>
                <th scope="row">
                  {words.protection} {words.protectionFor(protection.zone)}
                </th>
                <td>{count(protection.pages)}</td>
                <td>{amount(protection.pages)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
});
