/** Reads a decimal number such as `-31.25`; undefined for spaces, exponents, hexadecimals and empty text. */
export function readDecimal(text: string | null | undefined): number | undefined {
  return /^[+-]?\d{1,15}(\.\d{1,20})?$/.test(text ?? '') ? Number(text) : undefined;
}

/** Reads a whole number without a sign; undefined for anything else. */
export function readWhole(text: string | null | undefined): number | undefined {
  return /^\d{1,15}$/.test(text ?? '') ? Number(text) : undefined;
}
