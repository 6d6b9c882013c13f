import type { CallbackKeys } from '../../../src/channels/wechat/message-crypto.ts';
import { readAesKey } from '../../../src/channels/wechat/message-crypto.ts';

/** An EncodingAESKey for tests; its bytes are 00 to 1f. */
export const ENCODING_AES_KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8';

/** The callback keys of an account for tests. */
export const KEYS: CallbackKeys = {
  token: 'anlin-test-token',
  aesKey: readAesKey(ENCODING_AES_KEY) ?? Buffer.alloc(0),
  receiveId: 'wx0123456789abcdef',
};

/** Signed fields that were computed with other tools. */
export const FIELDS = { timestamp: '1764288000', nonce: '1320562132' } as const;
