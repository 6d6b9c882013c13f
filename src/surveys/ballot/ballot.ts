import type { KeyObject } from 'node:crypto';
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomBytes } from 'node:crypto';
import type { Urn } from '../../channels/channel.ts';
import type { Age, Hukou, Sex } from '../panel/member.ts';
import type { SurveyAnswers } from '../questionnaire/questionnaire.ts';

/** The answers of one member so far, with the attributes that counting needs. It holds no address. */
export type Ballot = {
  readonly answers: SurveyAnswers;
  /** Id of the step that is on the screen; empty if none is. */
  readonly step: string;
  /** Ticks of that step. */
  readonly draft?: unknown;
  /** Time from first sight to answer of each question, ms. */
  readonly took: Readonly<Record<string, number>>;
  /** First sight of the question on the screen, ms since the epoch. */
  readonly askedAt?: number;
  /** Written after a reminder. The count compares early and late answers, and keeps neither. */
  readonly late?: true;
  /** What was handed in, while its owner changes it. */
  readonly handedIn?: Pick<Ballot, 'answers' | 'took'>;
  readonly community: string;
  readonly age: Age;
  readonly sex: Sex;
  readonly hukou: Hukou;
};

/** The ballot as it was handed in: a change without a new hand-in counts for nothing. */
export function asHandedIn({ handedIn, ...ballot }: Ballot): Ballot {
  return { ...ballot, ...handedIn };
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Ballots are padded to a multiple of this, so that length reveals no answer. */
const PADDED_TO_BYTES = 1024;

/** Creates the key of a wave. Without it no ballot can be opened or linked to a person. */
export function newWaveKey(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}

/** Node takes five times as long to check a key that is a Buffer. */
function secretOf(key: string): KeyObject {
  return createSecretKey(key, 'base64url');
}

/** Returns the field name of a person's ballot: an HMAC that only the wave's key can reproduce. */
export function nullifierOf(key: string, person: Urn): string {
  return createHmac('sha256', secretOf(key)).update(`nullifier ${person}`).digest('base64url');
}

/** Returns the seed (0 to below 2³²) for the order of a ballot's options. */
export function lotOfBallot(nullifier: string): number {
  return Buffer.from(nullifier, 'base64url').readUInt32BE();
}

/** Seals a ballot with AES-256-GCM; the nullifier is authenticated data (NIST SP 800-38D). */
export function sealBallot(key: string, nullifier: string, ballot: object): string {
  const text = Buffer.from(JSON.stringify(ballot));
  const padded = Buffer.alloc(Math.ceil((text.length + 4) / PADDED_TO_BYTES) * PADDED_TO_BYTES);
  padded.writeUInt32BE(text.length);
  text.copy(padded, 4);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', secretOf(key), nonce).setAAD(Buffer.from(nullifier));
  return Buffer.concat([nonce, cipher.update(padded), cipher.final(), cipher.getAuthTag()]).toString('base64');
}

/** Opens a ballot; undefined if it was not sealed with this key and nullifier. */
export function openBallot<T extends object = Ballot>(key: string, nullifier: string, sealed: string): T | undefined {
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', secretOf(key), bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  try {
    decipher.setAAD(Buffer.from(nullifier)).setAuthTag(bytes.subarray(-TAG_BYTES));
    const padded = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    return JSON.parse(padded.subarray(4, 4 + padded.readUInt32BE()).toString()) as T; // sealed by us
  } catch {
    return undefined;
  }
}
