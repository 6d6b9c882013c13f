import type { Mark, Media, Point } from '../engine/input.ts';

/** A person on a channel, `scheme:path` as in RapidPro: `telegram:123456`. */
export type Urn = `${string}:${string}`;
/** A sent message, in the channel's own words. */
export type MessageRef = string;

/** One thing that reached us. `id` is the same when the channel delivers it again. */
export type Inbound = {
  readonly id: string;
  readonly from: Urn;
  readonly at: number; // ms since the epoch, by the channel's clock
  readonly language?: string;
  readonly content: InboundContent;
  /** The message whose button was tapped. */
  readonly tapped?: MessageRef;
};

export type InboundContent =
  | { readonly type: 'start'; readonly payload: string }
  | { readonly type: 'text'; readonly text: string; readonly marks?: readonly Mark[] }
  /** A tapped button, by the id it was sent with. It can be forged: it says what somebody wants, not what they may. */
  | { readonly type: 'choice'; readonly id: string }
  | { readonly type: 'location'; readonly point: Point }
  | { readonly type: 'photo'; readonly photo: Media; readonly caption?: string; readonly album?: string }
  | { readonly type: 'voice'; readonly voice: Media; readonly seconds: number }
  | { readonly type: 'contact'; readonly phone: string }
  /** The person blocked us (false) or let us in again (true). */
  | { readonly type: 'membership'; readonly reachable: boolean }
  /** Something that we do not take, such as a document or a sticker. */
  | { readonly type: 'other'; readonly what: 'document' | 'live_location' | 'foreign_contact' | 'unknown' };

/** A message as we mean it; how it looks is the channel's affair. */
export type Outgoing = {
  readonly text: string;
  /** Never markup inside the text: people's words stand there as they are. */
  readonly marks?: readonly Mark[];
  /** Buttons under the message, in rows. */
  readonly choices?: readonly (readonly Choice[])[];
  /** Buttons that stay at the bottom until others replace them. A message has either choices or a menu. */
  readonly menu?: readonly (readonly MenuButton[])[];
  /** Comes along as a file; a channel without files sends its text. */
  readonly file?: {
    readonly name: string;
    readonly text: string;
    readonly base64?: true;
    /** A picture to be looked at in the chat. */
    readonly picture?: true;
  };
  /** A photo that somebody sent to us, shown again with the text under it. */
  readonly photo?: string;
  /** A voice message that somebody sent to us, played again. */
  readonly voice?: string;
  /** What it shows of somebody's answers is nobody else's: should it not arrive, it is not kept. */
  readonly apart?: true;
  /** Replaces this earlier message, where the channel can; otherwise it is a new one. */
  readonly edits?: MessageRef;
  /** Besides, this earlier message is to read so, without its buttons; that is a courtesy, and nobody waits for it. */
  readonly closes?: { readonly message: MessageRef; readonly text: string };
};
/** `id` at most 64 bytes in UTF-8: the smallest that any channel carries. */
/** With a `url` the button opens that instead, and `id` counts for nothing. */
export type Choice = { readonly id: string; readonly label: string; readonly url?: string };
export type MenuButton = { readonly label: string; readonly shares?: 'location' | 'contact' };

export const CHOICE_ID_MAX_BYTES = 64;

/** What became of one send. `unknown`: the call went out and no answer came back, so that it may have arrived. */
export type SendOutcome =
  | { readonly type: 'sent'; readonly ref?: MessageRef }
  | { readonly type: 'later'; readonly afterMs: number; readonly scope: 'chat' | 'account'; readonly reason: string }
  | { readonly type: 'gone'; readonly reason: string }
  | { readonly type: 'moved'; readonly to: Urn }
  | { readonly type: 'closed'; readonly need: 'template' | 'user_message' }
  | { readonly type: 'rejected'; readonly reason: string }
  | { readonly type: 'unknown'; readonly reason: string };

export type Capabilities = {
  readonly textMax: number; // UTF-16 units in one message
  readonly buttons: 'inline' | 'none';
  readonly edits: boolean;
  readonly asksLocation: boolean;
  /** How long a reply may follow after the person's last message; null where it is always free. */
  readonly replyWindowMs: number | null;
  /** Whether the channel itself drops a repeated send. */
  readonly idempotentSend: boolean;
};

/** Takes one thing that arrived and resolves once its effect is durable. Rejects when the channel shall deliver it again. */
export type Receive = (inbound: Inbound) => Promise<void>;

/** By language tag: Latin words that do the same as the menu, each with a short description. */
export type BotCommands = Readonly<
  Record<string, readonly { readonly command: string; readonly description: string }[]>
>;

/** A way of reaching people. Everything that only Telegram (or WeChat) knows stays behind this. */
export interface Channel {
  readonly scheme: string;
  readonly can: Capabilities;
  /** The message as one or more that the channel can carry, in order. */
  fit(message: Outgoing): readonly Outgoing[];
  send(to: Urn, message: Outgoing): Promise<SendOutcome>;
  /** Takes a sent message away again; `sent` once it is gone. Left out where that cannot be done. */
  remove?(to: Urn, message: MessageRef): Promise<SendOutcome>;
  /** The bytes of a file that a person sent; rejects when it cannot be had now or is larger. Left out where there are no files. */
  fetch?(file: string, bytesMax: number): Promise<Uint8Array>;
  /** A link that opens the bot with this payload after /start; undefined while the channel does not know its own name. */
  link?(payload: string): string | undefined;
  /** Begins to hand over what arrives; `commands` are offered where the channel has a list of them. */
  open(receive: Receive, commands?: BotCommands): Promise<void>;
  /** Stops handing over; resolves when what was begun is finished. Sending still works. */
  pause(): Promise<void>;
  /** Lets go of all connections. */
  close(): Promise<void>;
  /** Where the channel's server calls us, if it does. */
  readonly webhook?: { readonly path: string; handle(request: Request): Promise<Response> };
  /** Undefined while all is well; otherwise one line for the operator. */
  trouble(): string | undefined;
}
