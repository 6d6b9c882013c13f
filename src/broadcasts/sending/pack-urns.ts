import type { Urn } from '../../channels/channel.ts';
import { checksumOf } from '../../store/records/checksum.ts';

/** Size of one packed number, bytes. */
export const PACKED_BYTES = 8;

/** Packs numeric URNs of one scheme into eight bytes each; any other list is stored as text. */
export function packUrns(urns: readonly Urn[]): Buffer {
  const [scheme = ''] = urns[0]?.split(':') ?? [];
  const numbers = urns.map((urn) => (urn.startsWith(`${scheme}:`) ? urn.slice(scheme.length + 1) : ''));
  if (numbers.some((number) => !/^[1-9]\d{0,14}$/.test(number))) return packAsText(urns);
  const header = Buffer.from(`${scheme}\n`);
  const packed = Buffer.alloc(header.length + urns.length * PACKED_BYTES, header);
  for (const [i, number] of numbers.entries()) {
    packed.writeBigUInt64BE(BigInt(number), header.length + i * PACKED_BYTES);
  }
  return packed;
}

/** Packs URNs as lines of text; the empty scheme before the first line break marks this form. */
export function packAsText(urns: readonly Urn[]): Buffer {
  return Buffer.from(`\n${urns.join('\n')}`);
}

/** Reads both forms that packUrns writes. */
export function unpackUrns(packed: Buffer): readonly Urn[] {
  const headerEnd = packed.indexOf('\n');
  const scheme = packed.toString('latin1', 0, headerEnd);
  if (scheme === '') {
    const lines = packed.toString('utf8', 1).split('\n');
    return lines.filter((urn) => urn !== '') as Urn[]; // written by packAsText
  }
  const urns: Urn[] = [];
  for (let at = headerEnd + 1; at < packed.length; at += PACKED_BYTES) {
    urns.push(`${scheme}:${packed.readBigUInt64BE(at)}`);
  }
  return urns;
}

const SUM_MARK = '#';
const SUM_BYTES = SUM_MARK.length + 8;

/** Puts the checksum of packed URNs in front of them. */
export function withSum(packed: Buffer): Buffer {
  return Buffer.concat([Buffer.from(SUM_MARK + checksumOf(packed)), packed]);
}

/** Splits a stored chunk; `damaged` if its sum does not match. Earlier releases stored no sum. */
export function readChunk(stored: Buffer): { readonly packed: Buffer; readonly damaged: boolean } {
  if (stored.toString('latin1', 0, 1) !== SUM_MARK) return { packed: stored, damaged: false };
  const packed = stored.subarray(SUM_BYTES);
  return { packed, damaged: stored.toString('latin1', 1, SUM_BYTES) !== checksumOf(packed) };
}
