import type { Server } from 'node:http';

/** A bot that runs on a third-party library. It answers people by itself (see ANSWERS), and tests make it send. */
export type Client = {
  text(chat: number, text: string, buttons?: readonly (readonly [label: string, data: string])[]): Promise<Sent>;
  edit(chat: number, message: number, text: string): Promise<unknown>;
  photo(chat: number, photo: Attachment, caption?: string): Promise<Sent>;
  voice(chat: number, voice: Attachment, seconds: number): Promise<Sent>;
  document(chat: number, document: Attachment, name: string): Promise<Sent>;
  album(chat: number, type: 'photo' | 'document', media: readonly Attachment[]): Promise<readonly Sent[]>;
  action(chat: number, action: string): Promise<unknown>;
  remove(chat: number, message: number): Promise<unknown>;
  setCommands(commands: readonly Command[], language?: string): Promise<readonly Command[]>;
  webhookInfo(): Promise<{ readonly url: string; readonly pending_update_count: number }>;
  /** Reads a refusal from the library's error; rethrows any other error. */
  refusal(error: unknown): { readonly code: number; readonly description: string; readonly retryAfter?: number };
  close(): Promise<void>;
};

/** Bytes to upload, or the id of a file that Telegram already has. */
export type Attachment = Uint8Array | string;
/** A bot command with its description. */
export type Command = { readonly command: string; readonly description: string };
/** The message that a send returns. */
export type Sent = {
  readonly message_id: number;
  readonly media_group_id?: string;
  readonly caption?: string;
  readonly photo?: readonly { readonly file_id: string }[];
  readonly voice?: { readonly file_id: string; readonly duration: number };
  readonly document?: { readonly file_id: string; readonly file_name?: string };
};

/** The way in which a client receives updates. */
export type Mode = 'polling' | 'webhook';
/** Path of a client's webhook. */
export const WEBHOOK_PATH = '/hook';
/** Secret token of a client's webhook. */
export const WEBHOOK_SECRET = 'a-secret-of-32-letters-and-digits';

/** The texts that every client answers with, each in its library's own idiom. */
export const ANSWERS = {
  start: (payload: string) => `欢迎 ${payload}`,
  shareLocation: '📍 发送位置',
  shareContact: '📱 发送号码',
  question: '好不好？',
  answered: (data: string) => `您选了 ${data}`,
  location: ({ latitude, longitude }: { latitude: number; longitude: number }) => `位置 ${latitude},${longitude}`,
  contact: (phone: string) => `号码 ${phone}`,
  file: (kind: string, bytes: ArrayBuffer, path: string) => `${kind} ${bytes.byteLength} ${path}`,
  album: (id: string) => `相册 ${id}`,
  text: (text: string) => `您说 ${text}`,
} as const;

/** Listens on a free port and returns the webhook's URL. */
export function listenForWebhook(server: Server): Promise<string> {
  return new Promise((done) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      done(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}${WEBHOOK_PATH}`);
    }),
  );
}
