import type { Mark, Media, Point } from '../engine/input.ts';

/** A person on a channel, `scheme:path` as in RapidPro: `telegram:123456`. */
export type Urn = `${string}:${string}`;
/** The channel of an address: `telegram` of `telegram:123456`. */
export function schemeOf(urn: Urn): string {
  return urn.slice(0, urn.indexOf(':'));
}

/** A person's id on the channel: `123456` of `telegram:123456`. */
export function idOf(urn: Urn): string {
  return urn.slice(urn.indexOf(':') + 1);
}

/** The channel's own id of a sent message. */
export type MessageRef = string;

/** One update from a person. `id` stays the same when the channel delivers it again. */
export type Inbound = {
  readonly id: string;
  readonly from: Urn;
  readonly at: number; // ms since the epoch, by the channel's clock
  readonly language?: string;
  readonly content: InboundContent;
  /** The message whose button was tapped. */
  readonly tapped?: MessageRef;
  /** The block of network addresses behind the update, where the channel sees it. Only a keyed hash of it is stored. */
  readonly block?: string;
};

/** The content of an update. */
export type InboundContent =
  | { readonly type: 'start'; readonly payload: string }
  | { readonly type: 'text'; readonly text: string; readonly marks?: readonly Mark[] }
  /** The id of a tapped button. It can be forged, so it grants no permission. */
  | { readonly type: 'choice'; readonly id: string }
  /** `caption`: the name or the address of the place. `exact`: the channel knows the datum of the point. */
  | { readonly type: 'location'; readonly point: Point; readonly caption?: string; readonly exact?: true }
  | { readonly type: 'photo'; readonly photo: Media; readonly caption?: string; readonly album?: string }
  | { readonly type: 'voice'; readonly voice: Media; readonly seconds: number; readonly caption?: string }
  | { readonly type: 'contact'; readonly phone: string }
  /** The person blocked the bot (false) or unblocked it (true). */
  | { readonly type: 'membership'; readonly reachable: boolean }
  /** Unsupported content, such as a document or a sticker. */
  | {
      readonly type: 'other';
      readonly what: 'document' | 'live_location' | 'foreign_contact' | 'unknown';
      readonly caption?: string;
    };

/** A message in the product's terms; the channel decides its form. */
export type Outgoing = {
  readonly text: string;
  /** Emphasis and links by offset. The text itself holds no markup, because it may quote a person. */
  readonly marks?: readonly Mark[];
  /** Buttons under the message, in rows. */
  readonly choices?: readonly (readonly Choice[])[];
  /** Buttons below the input field, until another menu replaces them. A message has either choices or a menu. */
  readonly menu?: readonly (readonly MenuButton[])[];
  /** Attached as a file; a channel without files sends its text. */
  readonly file?: {
    readonly name: string;
    readonly text: string;
    readonly base64?: true;
    /** A picture, shown in the chat. */
    readonly picture?: true;
  };
  /** A photo by its reference (`readFileRef`), of this channel or another; the text is its caption. */
  readonly photo?: string;
  /** This server's own copy of the photo, which may not exist yet. */
  readonly copy?: string;
  /** A voice message that a person sent, by its reference; the text is its caption. */
  readonly voice?: string;
  /** Sent as a location instead of the text. WGS-84. */
  readonly pin?: Point;
  /** A typed number, such as a building's, answers the question itself, so a channel that prints numbers prints none for the choices. */
  readonly asksNumber?: true;
  /** Says that several numbers may be typed at once; shown where a channel prints numbers. */
  readonly severalNumbers?: string;
  /** The page of the console with the same list, for a channel whose cards open pages. */
  readonly page?: string;
  /** Still worth reading later: it is held while the person cannot be written to. */
  readonly isNews?: true;
  /** Announcements that count as delivered with this message: `<run> <place>` of each. */
  readonly ledger?: readonly string[];
  /** Shows the reader's own data: it waits encrypted, and if it cannot be delivered, its text is not kept. */
  readonly apart?: true;
  /** This object goes to many chats, so a channel may prepare its form once. */
  readonly many?: true;
  /** Replaces this earlier message, where the channel can edit; otherwise a new message is sent. */
  readonly edits?: MessageRef;
  /** Also gives an earlier message this text without buttons. A failure of this edit is ignored. */
  readonly closes?: { readonly message: MessageRef; readonly text: string };
};
/** A button. `id` has at most `CHOICE_ID_MAX_BYTES`. With a `url` the button opens it, and `id` is not used. */
export type Choice = { readonly id: string; readonly label: string; readonly url?: string };
/** A button of a menu; it sends its label, or shares data of the phone. */
export type MenuButton = { readonly label: string; readonly shares?: 'location' | 'contact' };

/** The longest button id, bytes in UTF-8: Telegram's limit, the smallest of all channels. */
export const CHOICE_ID_MAX_BYTES = 64;

const STORED = 'stored';

/** The reference of a photo that lies on this server, in place of a channel's file id. */
export function storedFile(name: string): string {
  return `${STORED}:${name}`;
}

/** The name in such a reference; undefined for a channel's file id. */
export function storedName(file: string): string | undefined {
  const { scheme, id } = readFileRef(file);
  return scheme === STORED ? id : undefined;
}

/**
 * Splits the reference of a file into its owner and the id there: `wechat:<media id>`, `stored:<name>`.
 * A bare id is Telegram's, as earlier releases stored it.
 */
export function readFileRef(file: string): { readonly scheme: string; readonly id: string } {
  const at = file.indexOf(':');
  return at < 0 ? { scheme: 'telegram', id: file } : { scheme: file.slice(0, at), id: file.slice(at + 1) };
}

/** Reads a file by its reference, whichever channel owns it. Rejects if it is unavailable. */
export type ReadFile = (file: string) => Promise<Uint8Array>;

/** Reads the photo or voice of a message: this server's copy, else from its channel. Undefined if neither is available. */
export async function readAttached(
  { photo, voice, copy }: Pick<Outgoing, 'photo' | 'voice' | 'copy'>,
  readFile: ReadFile,
): Promise<Uint8Array | undefined> {
  for (const file of [copy, photo ?? voice]) {
    const bytes = file === undefined ? undefined : await readFile(file).catch(() => undefined);
    if (bytes) return bytes;
  }
  return undefined;
}

/** The outcome of one send. `unknown`: the call went out without an answer, so the message may have arrived. */
export type SendOutcome =
  | { readonly type: 'sent'; readonly ref?: MessageRef }
  | {
      readonly type: 'later';
      readonly afterMs: number;
      /** `account`: all chats of this channel wait. */
      readonly scope: 'chat' | 'account';
      readonly reason: string;
      /** `credentials`: only the operator can cure it. */
      readonly why?: 'rate' | 'quota' | 'credentials' | 'network';
    }
  | { readonly type: 'gone'; readonly reason: string }
  | { readonly type: 'moved'; readonly to: Urn }
  /**
   * The channel takes nothing for this person now: outside the reply window, too many messages in it, or not this kind.
   * `reopens`: at the person's next message, or at this time (ms since the epoch).
   */
  | { readonly type: 'closed'; readonly why: 'window' | 'count' | 'refused'; readonly reopens: 'inbound' | number }
  | { readonly type: 'rejected'; readonly reason: string }
  | { readonly type: 'unknown'; readonly reason: string };

/** Limits and features of a channel. */
export type Capabilities = {
  /** Length of one message, in UTF-16 units or in bytes of UTF-8. */
  readonly text: { readonly max: number; readonly unit: 'utf16' | 'bytes' };
  /** `numbers`: choices are printed as numbered lines, and a typed number means its line. */
  readonly choices: 'buttons' | 'numbers';
  readonly edits: boolean;
  /** A repeated send with the same key arrives once. */
  readonly dropsRepeats: boolean;
  /** A sent announcement waits in the person's page, and counts as delivered once the page has shown it. */
  readonly receipt?: 'seen';
  /** The identity lies in the person's own browser, which may lose it; a return code brings it back. */
  readonly forgets?: true;
};

/** Handles one update; resolves once its effect is durable. Rejects if the channel must deliver it again. */
export type Receive = (inbound: Inbound) => Promise<void>;

/** Commands by language tag: Latin words for the entries of the menu, each with a short description. */
export type BotCommands = Readonly<
  Record<string, readonly { readonly command: string; readonly description: string }[]>
>;

/** A person whose identity a channel has proved. `once` is the same for all spellings of one proof. */
export type Proven = { readonly person: Urn; readonly once: string };

/** The contract of a messenger service. Details of one service stay in its folder. */
export interface Channel {
  readonly scheme: string;
  readonly can: Capabilities;
  /** Splits a message into messages within the channel's limits, in order. */
  fit(message: Outgoing): readonly Outgoing[];
  /** Joins the messages of one turn, where each message has a price. Before `fit`. */
  join?(messages: readonly Outgoing[]): readonly Outgoing[];
  /** Sends one message. `key` names it and is the same at every try. */
  send(to: Urn, message: Outgoing, key: string): Promise<SendOutcome>;
  /** Deletes a sent message; `sent` once it is deleted. Absent if the channel cannot delete. */
  remove?(to: Urn, message: MessageRef): Promise<SendOutcome>;
  /** Downloads a file that a person sent, by its id on this channel. Rejects if it is unavailable or larger. */
  fetch?(id: string, bytesMax: number): Promise<Uint8Array>;
  /** A link that opens the bot with this payload after /start; undefined until the channel knows the bot's name. */
  link?(payload: string): string | undefined;
  /** Starts to receive updates. Publishes `commands` where the channel has a command list. */
  open(receive: Receive, commands?: BotCommands): Promise<void>;
  /** Stops receiving; resolves when the updates under way are handled. Sending still works. */
  pause(): Promise<void>;
  /** Closes all connections. */
  close(): Promise<void>;
  /** Checks the proof of identity that the service gives to our web pages. Absent if it gives none. */
  signIn?(proof: string, now: number): Proven | undefined | Promise<Proven | undefined>;
  /** The service's page that leads a browser back to `back` with a code, the proof, and this state. */
  signInPage?(back: string, state: string): string;
  /** The endpoint that the service calls; `bytesMax`: longest body, if another than usual. A path may end with `/*`. */
  readonly webhook?: {
    readonly path: string;
    readonly bytesMax?: number;
    handle(request: Request, env?: unknown): Promise<Response>;
  };
  /** The current problem in one line for the operator; undefined without one. */
  trouble(): string | undefined;
}

/** Finds the channel that carries a person's address. */
export function channelOf(urn: Urn, channels: readonly Channel[]): Channel | undefined {
  const carrier = schemeOf(urn);
  return channels.find(({ scheme }) => scheme === carrier);
}
