import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** The secrets of an account's callbacks. `receiveId`: the appid of WeChat, the corpid of WeCom. */
export type CallbackKeys = { readonly token: string; readonly aesKey: Buffer; readonly receiveId: string };
/** The signed fields of a call. `timestamp`: s since the epoch, as written in the query. */
export type SignedFields = { readonly timestamp: string; readonly nonce: string };
/** An encrypted message with its signature, as both sides exchange it. */
export type SealedMessage = SignedFields & { readonly encrypted: string; readonly signature: string };

/** The result of an attempt to open a message. */
export type OpenedMessage =
  | { readonly type: 'opened'; readonly message: string }
  | {
      readonly type: 'refused';
      readonly why: 'signature' | 'base64' | 'block' | 'padding' | 'length' | 'receive_id' | 'utf8';
    };

const KEY_CHARACTERS = /^[A-Za-z0-9+/]{43}$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const RANDOM_BYTES = 16;
const LENGTH_BYTES = 4;
const HEAD_BYTES = RANDOM_BYTES + LENGTH_BYTES;
const AES_BLOCK_BYTES = 16;
/** The platform pads to 32 bytes, so Node's own unpadding, which allows 16, would fail. */
const PADDED_BLOCK_BYTES = 32;

/** Decodes an EncodingAESKey of 43 characters; undefined if it is none. */
export function readAesKey(encodingAesKey: string): Buffer | undefined {
  return KEY_CHARACTERS.test(encodingAesKey) ? Buffer.from(`${encodingAesKey}=`, 'base64') : undefined;
}

/** Signs the fields of a call with the token. In encrypted mode the signature also covers the ciphertext. */
export function signatureOf(token: string, { timestamp, nonce }: SignedFields, encrypted?: string): string {
  const parts = [token, timestamp, nonce, ...(encrypted === undefined ? [] : [encrypted])];
  return createHash('sha1').update(parts.sort().join('')).digest('hex');
}

/** Compares a given signature with the right one in constant time. */
export function isSignature(given: string, token: string, fields: SignedFields, encrypted?: string): boolean {
  return isSame(Buffer.from(given), Buffer.from(signatureOf(token, fields, encrypted)));
}

/** Encrypts and signs a message. */
export function sealMessage(message: string, keys: CallbackKeys, fields: SignedFields): SealedMessage {
  const encrypted = encryptMessage(message, keys);
  return { ...fields, encrypted, signature: signatureOf(keys.token, fields, encrypted) };
}

/** Checks the signature of a sealed message, then decrypts it. */
export function openMessage({ encrypted, signature, ...fields }: SealedMessage, keys: CallbackKeys): OpenedMessage {
  if (!isSignature(signature, keys.token, fields, encrypted)) return { type: 'refused', why: 'signature' };
  return decryptMessage(encrypted, keys);
}

type CipherKeys = Pick<CallbackKeys, 'aesKey' | 'receiveId'>;

/** Encrypts `random ‖ length ‖ message ‖ receiveId` with AES-256-CBC. `random`: 16 bytes. */
export function encryptMessage(message: string, keys: CipherKeys, random: Buffer = randomBytes(RANDOM_BYTES)): string {
  const body = Buffer.from(message);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(body.length);
  const plain = Buffer.concat([random, length, body, Buffer.from(keys.receiveId)]);
  const padding = PADDED_BLOCK_BYTES - (plain.length % PADDED_BLOCK_BYTES);
  const cipher = createCipheriv('aes-256-cbc', keys.aesKey, initialVector(keys)).setAutoPadding(false);
  const padded = Buffer.concat([plain, Buffer.alloc(padding, padding)]);
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64');
}

/** Decrypts a message whose signature has been checked. */
export function decryptMessage(encrypted: string, keys: CipherKeys): OpenedMessage {
  // Node skips foreign characters in base64, so one ciphertext would have many spellings.
  if (encrypted === '' || !BASE64.test(encrypted)) return { type: 'refused', why: 'base64' };
  const bytes = Buffer.from(encrypted, 'base64');
  if (bytes.length % AES_BLOCK_BYTES !== 0) return { type: 'refused', why: 'block' };
  const decipher = createDecipheriv('aes-256-cbc', keys.aesKey, initialVector(keys)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(bytes), decipher.final()]);
  const plain = withoutPadding(padded);
  if (!plain) return { type: 'refused', why: 'padding' };
  if (plain.length < HEAD_BYTES) return { type: 'refused', why: 'length' };
  const end = HEAD_BYTES + plain.readUInt32BE(RANDOM_BYTES);
  if (end > plain.length) return { type: 'refused', why: 'length' };
  if (!isSame(plain.subarray(end), Buffer.from(keys.receiveId))) return { type: 'refused', why: 'receive_id' };
  try {
    const message = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plain.subarray(HEAD_BYTES, end));
    return { type: 'opened', message };
  } catch {
    return { type: 'refused', why: 'utf8' };
  }
}

function withoutPadding(padded: Buffer): Buffer | undefined {
  const count = padded.at(-1) ?? 0;
  if (count < 1 || count > PADDED_BLOCK_BYTES || count > padded.length) return undefined;
  const padding = padded.subarray(padded.length - count);
  return padding.equals(Buffer.alloc(count, count)) ? padded.subarray(0, padded.length - count) : undefined;
}

function initialVector({ aesKey }: CipherKeys): Buffer {
  return aesKey.subarray(0, AES_BLOCK_BYTES);
}

function isSame(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}
