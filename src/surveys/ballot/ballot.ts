import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { Urn } from '../../channels/channel.ts';
import type { Age, Hukou, Sex } from '../panel/member.ts';
import type { SurveyAnswers } from '../questionnaire/questionnaire.ts';

/** What somebody has answered so far, and the little that is kept of who answers. Nothing here names them. */
export type Ballot = {
  readonly answers: SurveyAnswers;
  /** The question that stands there; empty where none does. */
  readonly step: string;
  /** Ticks of it. */
  readonly draft?: unknown;
  /** How long each question stood before it was answered, ms. */
  readonly took: Readonly<Record<string, number>>;
  /** When the question that stands there was put, ms. */
  readonly askedAt?: number;
  readonly community: string;
  readonly age: Age;
  readonly sex: Sex;
  readonly hukou: Hukou;
};

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Every ballot is padded to a multiple of this: its length must not tell what it says. */
const PADDED_TO_BYTES = 1024;

/** What all that belongs to one wave is sealed with; once it is gone, nobody can open a ballot or say whose it was. */
export function newWaveKey(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}

/** The name under which somebody's ballot lies: nobody without the key can tell whose it is. */
export function nullifierOf(key: string, person: Urn): string {
  return createHmac('sha256', Buffer.from(key, 'base64url')).update(`nullifier ${person}`).digest('base64url');
}

/** A whole number from 0 to below 2³² that belongs to a ballot: by it options are put in order. */
export function lotOfBallot(nullifier: string): number {
  return Buffer.from(nullifier, 'base64url').readUInt32BE();
}

/** AES-256-GCM, with the ballot's name checked along (NIST SP 800-38D). */
export function sealBallot(key: string, nullifier: string, ballot: Ballot): string {
  const text = Buffer.from(JSON.stringify(ballot));
  const padded = Buffer.alloc(Math.ceil((text.length + 4) / PADDED_TO_BYTES) * PADDED_TO_BYTES);
  padded.writeUInt32BE(text.length);
  text.copy(padded, 4);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key, 'base64url'), nonce).setAAD(Buffer.from(nullifier));
  return Buffer.concat([nonce, cipher.update(padded), cipher.final(), cipher.getAuthTag()]).toString('base64');
}

/** Undefined for what was not sealed with this key under this name. */
export function openBallot(key: string, nullifier: string, sealed: string): Ballot | undefined {
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(key, 'base64url'), bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  try {
    decipher.setAAD(Buffer.from(nullifier)).setAuthTag(bytes.subarray(-TAG_BYTES));
    const padded = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    return JSON.parse(padded.subarray(4, 4 + padded.readUInt32BE()).toString()) as Ballot; // sealed by us
  } catch {
    return undefined;
  }
}
