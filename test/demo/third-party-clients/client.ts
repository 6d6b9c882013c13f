import type { Server } from 'node:http';

/** A bot that somebody else's library runs. It answers people by itself (see HEARS) and can be told to send. */
export type Voice = {
  text(chat: number, text: string, buttons?: readonly (readonly [label: string, data: string])[]): Promise<Sent>;
  edit(chat: number, message: number, text: string): Promise<unknown>;
  photo(chat: number, photo: Attachment, caption?: string): Promise<Sent>;
  voice(chat: number, voice: Attachment, seconds: number): Promise<Sent>;
  document(chat: number, document: Attachment, name: string): Promise<Sent>;
  album(chat: number, type: 'photo' | 'document', media: readonly Attachment[]): Promise<readonly Sent[]>;
  action(chat: number, action: string): Promise<unknown>;
  remove(chat: number, message: number): Promise<unknown>;
  offer(commands: readonly Command[], language?: string): Promise<readonly Command[]>;
  webhookInfo(): Promise<{ readonly url: string; readonly pending_update_count: number }>;
  /** What the library makes of a refusal. */
  refusal(error: unknown): { readonly code: number; readonly description: string; readonly retryAfter?: number };
  close(): Promise<void>;
};

/** Bytes are uploaded; a text is the id of a file that Telegram has. */
export type Attachment = Uint8Array | string;
export type Command = { readonly command: string; readonly description: string };
export type Sent = {
  readonly message_id: number;
  readonly media_group_id?: string;
  readonly caption?: string;
  readonly photo?: readonly { readonly file_id: string }[];
  readonly voice?: { readonly file_id: string; readonly duration: number };
  readonly document?: { readonly file_id: string; readonly file_name?: string };
};

export type Mode = 'polling' | 'webhook';
export const HOOK_PATH = '/hook';
export const HOOK_SECRET = 'a-secret-of-32-letters-and-digits';

/** What every voice answers, each in its library's own idiom. */
export const HEARS = {
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

/** Listens on a free port and gives the address of the hook. */
export function listenForHook(server: Server): Promise<string> {
  return new Promise((done) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      done(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}${HOOK_PATH}`);
    }),
  );
}
