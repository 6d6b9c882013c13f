import type { CallbackKeys } from '../../channels/wechat/message-crypto.ts';
import { readAesKey } from '../../channels/wechat/message-crypto.ts';

/** The self-built app that the simulator keeps, as its owner has set it up in the company. */
export type WecomApp = {
  readonly corpid: string;
  readonly agentid: number;
  readonly secret: string;
  readonly token: string;
  readonly encodingAesKey: string;
  /** Addresses that may call. */
  readonly addresses: readonly string[];
  /** Hosts to which OAuth may lead back. */
  readonly oauthHosts: readonly string[];
};

/** The app of the demo. The platform knows none of its secrets. */
export const DEMO_APP: WecomApp = {
  corpid: 'ww0123456789abcdef',
  agentid: 1_000_002,
  secret: 'simulator-only-not-a-real-secret',
  token: 'anlin-sim-token',
  encodingAesKey: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8',
  addresses: ['127.0.0.1'],
  oauthHosts: ['127.0.0.1', 'localhost'],
};

/** Returns the keys of the app's callbacks. */
export function callbackKeys({ token, encodingAesKey, corpid }: WecomApp): CallbackKeys {
  const aesKey = readAesKey(encodingAesKey);
  if (!aesKey) throw new Error('Set encodingAesKey to 43 characters of base64.');
  return { token, aesKey, receiveId: corpid };
}
