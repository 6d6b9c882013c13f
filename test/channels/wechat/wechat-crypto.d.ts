/** The package has no types of its own. */
declare module 'wechat-crypto' {
  export default class WechatCrypto {
    constructor(token: string, encodingAesKey: string, id: string);
    getSignature(timestamp: string, nonce: string, encrypted: string): string;
    encrypt(message: string): string;
    decrypt(encrypted: string): { readonly message: string; readonly id: string };
  }
}
