import { createCipheriv } from 'node:crypto';
import wecom from '@wecom/crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import WechatCrypto from 'wechat-crypto';
import {
  decryptMessage,
  encryptMessage,
  isSignature,
  openMessage,
  readAesKey,
  sealMessage,
  signatureOf,
} from '../../../src/channels/wechat/message-crypto.ts';
import { ENCODING_AES_KEY, FIELDS, KEYS } from './vectors.ts';

const MESSAGE =
  '<xml><FromUserName>oA1</FromUserName><MsgType>text</MsgType><Content>井盖</Content><MsgId>7250021412600020992</MsgId></xml>';
const RANDOM = Buffer.from('0123456789abcdef');
const ENCRYPTED =
  '4j/AuRx71kQlxVlzbpsMWKRt1RiOqEsRlNpytp6KRd8DCu3DgdL/3NSga5W0OrQVrZ0BznbmjEODzIZuZSJKkOAuwnAzPnzdNEFcaMJi76GsY/v3hosbIBFeXaP3RJMKOYMp+b+ZF7k6zBFFSgan3DouhSwAUYjr3bFvQJvfSD9pAuxQG9+1C0UCqya/kbJOrI1I+v8Fw7VQXygX5IAIu5vdnEn77vp0f9n6Z+FziMxkBornyDpg9BsrRnak6+gp';

describe('known values', () => {
  test('an EncodingAESKey of 43 characters has 32 bytes', () => {
    expect(KEYS.aesKey.toString('hex')).toBe('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');
    for (const key of [
      '',
      'short',
      `${ENCODING_AES_KEY}=`,
      `${ENCODING_AES_KEY.slice(0, 42)}-`,
      `${ENCODING_AES_KEY} `,
    ])
      expect(readAesKey(key)).toBeUndefined();
  });

  test('the plain signature covers token, timestamp and nonce', () => {
    expect(signatureOf(KEYS.token, FIELDS)).toBe('8df575f771546412b0a170d22d1f34f8a630b20d');
  });

  test('the message signature also covers the ciphertext', () => {
    expect(signatureOf(KEYS.token, FIELDS, ENCRYPTED)).toBe('ec0e9771462d96037f4e0571d8207207a717e025');
  });

  test('the message of 125 bytes is encrypted and decrypted', () => {
    expect(Buffer.byteLength(MESSAGE)).toBe(125);
    expect(encryptMessage(MESSAGE, KEYS, RANDOM)).toBe(ENCRYPTED);
    expect(decryptMessage(ENCRYPTED, KEYS)).toEqual({ type: 'opened', message: MESSAGE });
  });

  test.each([
    [9, 17, 64],
    [25, 1, 64],
    [26, 32, 96],
  ])('a message of %i bytes has %i bytes of padding', (length, padding, total) => {
    const encrypted = encryptMessage('x'.repeat(length), KEYS, RANDOM);
    expect(Buffer.from(encrypted, 'base64')).toHaveLength(total);
    expect(total - (16 + 4 + length + KEYS.receiveId.length)).toBe(padding);
    expect(decryptMessage(encrypted, KEYS)).toEqual({ type: 'opened', message: 'x'.repeat(length) });
  });
});

describe('refusals', () => {
  const sealed = sealMessage(MESSAGE, KEYS, FIELDS);

  test.each([
    ['another body', { encrypted: encryptMessage('x', KEYS) }],
    ['another time', { timestamp: '1764288001' }],
    ['another nonce', { nonce: '1' }],
    ['an empty signature', { signature: '' }],
    ['a short signature', { signature: sealed.signature.slice(1) }],
    ['the signature in capital letters', { signature: sealed.signature.toUpperCase() }],
    ['the plain signature', { signature: signatureOf(KEYS.token, FIELDS) }],
  ])('a signature does not fit %s', (_, change) => {
    expect(openMessage({ ...sealed, ...change }, KEYS)).toEqual({ type: 'refused', why: 'signature' });
  });

  test('the right signature fits', () => {
    expect(openMessage(sealed, KEYS)).toEqual({ type: 'opened', message: MESSAGE });
    expect(isSignature(sealed.signature, KEYS.token, FIELDS, sealed.encrypted)).toBe(true);
    expect(isSignature(signatureOf(KEYS.token, FIELDS), 'another token', FIELDS)).toBe(false);
  });

  /** Encrypts bytes as they are. */
  const rawly = (plain: Buffer): string => {
    const cipher = createCipheriv('aes-256-cbc', KEYS.aesKey, KEYS.aesKey.subarray(0, 16)).setAutoPadding(false);
    return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
  };
  const padded = (plain: Buffer): Buffer => {
    const count = 32 - (plain.length % 32);
    return Buffer.concat([plain, Buffer.alloc(count, count)]);
  };
  const framed = (length: number, rest: Buffer): string => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(length);
    return rawly(padded(Buffer.concat([RANDOM, size, rest])));
  };
  const id = Buffer.from(KEYS.receiveId);

  test.each([
    ['no ciphertext', '', 'base64'],
    ['foreign characters', `${ENCRYPTED.slice(0, -4)}!!!!`, 'base64'],
    ['a line break', `${ENCRYPTED}\n`, 'base64'],
    ['half a block', Buffer.alloc(24).toString('base64'), 'block'],
    ['padding of 0', rawly(Buffer.alloc(64, 0)), 'padding'],
    ['padding of 33', rawly(Buffer.alloc(64, 33)), 'padding'],
    ['unequal padding', rawly(Buffer.concat([Buffer.alloc(62, 1), Buffer.from([1, 2])])), 'padding'],
    ['padding beyond the text', rawly(Buffer.alloc(16, 32)), 'padding'],
    ['no room for a length', rawly(Buffer.alloc(32, 32)), 'length'],
    ['a length beyond the end', framed(1000, Buffer.concat([Buffer.from('x'), id])), 'length'],
    ['another receiver', framed(1, Buffer.from('xwx0123456789abcdee')), 'receive_id'],
    ['a receiver that begins alike', framed(1, Buffer.concat([Buffer.from('x'), id, id])), 'receive_id'],
    ['no receiver', framed(1, Buffer.from('x')), 'receive_id'],
    ['bytes that are no UTF-8', framed(2, Buffer.concat([Buffer.from([0xe4, 0xba]), id])), 'utf8'],
  ])('%s is refused', (_, encrypted, why) => {
    expect(decryptMessage(encrypted, KEYS)).toEqual({ type: 'refused', why });
  });

  test('a changed ciphertext never throws', () => {
    const bytes = Buffer.from(ENCRYPTED, 'base64');
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ change;
        expect(['opened', 'refused']).toContain(decryptMessage(changed.toString('base64'), KEYS).type);
      }),
    );
  });
});

describe('the packages of other authors', () => {
  const inputs = [
    fc.string({ unit: 'binary', maxLength: 200 }).filter((text) => text.isWellFormed()),
    fc.uint8Array({ minLength: 32, maxLength: 32 }),
    fc.stringMatching(/^(wx|ww)[0-9a-f]{16}$/),
  ] as const;

  test('they read what this code encrypts, and this code reads what they encrypt', () => {
    fc.assert(
      fc.property(...inputs, (message, key, receiveId) => {
        const encodingAesKey = Buffer.from(key).toString('base64').slice(0, 43);
        const aesKey = readAesKey(encodingAesKey) ?? Buffer.alloc(0);
        const keys = { token: KEYS.token, aesKey, receiveId };
        const wechat = new WechatCrypto(KEYS.token, encodingAesKey, receiveId);
        const encrypted = encryptMessage(message, keys);
        expect(wechat.decrypt(encrypted)).toEqual({ message, id: receiveId });
        expect(wecom.decrypt(encodingAesKey, encrypted)).toMatchObject({ message, id: receiveId });
        const opened = { type: 'opened', message };
        expect(decryptMessage(wechat.encrypt(message), keys)).toEqual(opened);
        expect(decryptMessage(wecom.encrypt(encodingAesKey, message, receiveId), keys)).toEqual(opened);
      }),
    );
  });

  test('they compute the same signatures', () => {
    const field = fc.string({ maxLength: 20 });
    fc.assert(
      fc.property(field, field, field, (timestamp, nonce, encrypted) => {
        const signature = signatureOf(KEYS.token, { timestamp, nonce }, encrypted);
        const wechat = new WechatCrypto(KEYS.token, ENCODING_AES_KEY, KEYS.receiveId);
        expect(wechat.getSignature(timestamp, nonce, encrypted)).toBe(signature);
        expect(wecom.getSignature(KEYS.token, timestamp, nonce, encrypted)).toBe(signature);
      }),
    );
  });
});
