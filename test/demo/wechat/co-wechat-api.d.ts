/** The package has no types of its own; these are the parts that the tests use. */
declare module 'co-wechat-api' {
  type Token = { readonly accessToken: string; readonly expireTime: number };
  type Done = { readonly errcode: number; readonly errmsg: string };
  export default class API {
    constructor(appid: string, secret: string);
    static AccessToken: new (
      accessToken: string,
      expireTime: number,
    ) => Token;
    prefix: string;
    saveToken(token: Token | null): Promise<void>;
    getAccessToken(): Promise<Token>;
    request(url: string, options?: object): Promise<Record<string, unknown>>;
    sendText(openid: string, text: string): Promise<Done>;
    sendImage(openid: string, mediaId: string): Promise<Done>;
    sendTemplate(
      openid: string,
      templateId: string,
      url: string,
      color: string,
      data: object,
    ): Promise<Done & { readonly msgid: object }>;
    createTmpQRCode(scene: string, seconds: number): Promise<Record<string, unknown>>;
    createLimitQRCode(scene: string): Promise<Record<string, unknown>>;
    createMenu(menu: object): Promise<Done>;
    uploadMedia(file: Buffer, type: string, name: string, mime: string): Promise<{ readonly media_id: string }>;
    getMedia(mediaId: string): Promise<Buffer>;
  }
}
