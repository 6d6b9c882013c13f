/** The bytes are no text in the encoding that they declare or that their format has. */
export class UndecodableText extends Error {
  override readonly name = 'UndecodableText';
}

const MARKS = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' },
] as const;

/**
 * Decodes text without loss. A byte order mark decides first, then the declared encoding, then UTF-8.
 * `fallback` is the encoding of undeclared bytes that are no UTF-8. Throws UndecodableText.
 */
export function decodeText(bytes: Uint8Array, { declared, fallback }: TextEncodings = {}): string {
  const marked = MARKS.find(({ bytes: mark }) => mark.every((byte, i) => bytes[i] === byte))?.encoding;
  const encoding = marked ?? declared ?? 'utf-8';
  try {
    return decoderOf(encoding).decode(bytes);
  } catch (error) {
    if (marked || declared || !fallback) throw asUndecodable(error, encoding);
  }
  return decodeText(bytes, { declared: fallback });
}

/** Labels of the Encoding Standard (encoding.spec.whatwg.org), such as `gb2312`. */
export type TextEncodings = { readonly declared?: string | undefined; readonly fallback?: string };

function decoderOf(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch {
    throw new UndecodableText(`The encoding "${encoding}" is not known; save the file as UTF-8.`);
  }
}

function asUndecodable(error: unknown, encoding: string): UndecodableText {
  if (error instanceof UndecodableText) return error;
  return new UndecodableText(`The bytes are no ${encoding.toUpperCase()} text; save the file as UTF-8.`);
}
