/** An address as a QR code, to be photographed from the last row: black on white in both themes, with its quiet zone. */
import { correction, generate } from "lean-qr";
import { useMemo } from "react";
import { stageStrings as words } from "./strings.ts";

/** Modules round it that stay white, as readers need them. */
const QUIET = 4;

export function QrCode({ address, className }: { readonly address: string; readonly className?: string | undefined }) {
  const { size, path } = useMemo(() => {
    const code = generate(address, { minCorrectionLevel: correction.M });
    let path = "";
    for (let y = 0; y < code.size; y++)
      for (let x = 0; x < code.size; x++) if (code.get(x, y)) path += `M${x + QUIET} ${y + QUIET}h1v1h-1z`;
    return { size: code.size + 2 * QUIET, path };
  }, [address]);
  return (
    <svg
      className={className}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      role="img"
      aria-label={words.code(address)}
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
