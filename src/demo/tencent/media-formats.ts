/** The first bytes of the formats that the platforms know. */
const SIGNATURES = [
  ['ffd8', 'image', 'image/jpeg', 'jpg'],
  ['89504e47', 'image', 'image/png', 'png'],
  ['47494638', 'image', 'image/gif', 'gif'],
  ['2321414d520a', 'voice', 'audio/amr', 'amr'],
  ['494433', 'voice', 'audio/mp3', 'mp3'],
] as const;

/** The format of a media file. */
export type MediaFormat = { readonly kind: 'image' | 'voice'; readonly type: string; readonly ending: string };

/** Recognises a media file by its first bytes; undefined for any other format. */
export function formatOf(bytes: Buffer): MediaFormat | undefined {
  const [, kind, type, ending] = SIGNATURES.find(([hex]) => bytes.toString('hex', 0, hex.length / 2) === hex) ?? [];
  return kind && { kind, type, ending };
}

const FRAMES_PER_SECOND = 50;

/** Makes a silent voice message in AMR, mode 4.75 kbit/s: 13 bytes a frame. */
export function silentAmr(seconds: number): Buffer {
  const frame = Buffer.concat([Buffer.from([0x04]), Buffer.alloc(12)]);
  const frames = Array.from({ length: Math.round(seconds * FRAMES_PER_SECOND) }, () => frame);
  return Buffer.concat([Buffer.from('#!AMR\n'), ...frames]);
}
