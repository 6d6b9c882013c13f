import { fileIn, uploadIn } from './files.ts';
import { readEntities } from './markup.ts';
import type { Params } from './params.ts';
import { asNumber, asObject, asText } from './params.ts';
import { badRequest } from './refusal.ts';
import { CAPTION_MAX, characters } from './text-length.ts';
import type { MessageContent, SimMessage, World } from './world.ts';

type Sending = { readonly world: World; readonly params: Params };
type FormValues = Readonly<Record<string, unknown>>;

const ALBUM_MAX = 10;

/** What a call with a photo, a voice message or a document sends: the file and its caption. */
export function readPhoto(sending: Sending, named: unknown): MessageContent {
  return { photo: fileIn(sending, 'photo', named) };
}

export function readVoice(sending: Sending, named: unknown): MessageContent {
  const file = fileIn(sending, 'voice', named);
  const before = sentBefore(sending.world, ({ voice }) => voice?.file_id === file.file_id)?.voice;
  const duration = asNumber(sending.params.values.duration) ?? 0;
  return { voice: before ?? { ...file, duration } };
}

export function readDocument(sending: Sending, named: unknown): MessageContent {
  const upload = uploadIn(sending.params, 'document', named);
  const file = fileIn(sending, 'document', named);
  const before = sentBefore(sending.world, ({ document }) => document?.file_id === file.file_id)?.document;
  const form = { file_name: upload?.name ?? 'file', mime_type: upload?.type || 'application/octet-stream' };
  return { document: before ?? { ...file, ...form } };
}

/** The messages of an album. All are looked at before the first is sent. */
export function readAlbum(sending: Sending): readonly MessageContent[] {
  const media = asObject<FormValues[]>(sending.params.values.media, 'media');
  if (!Array.isArray(media)) throw badRequest('expected an Array of InputMedia');
  if (media.length === 0) throw badRequest('there are no messages to send');
  if (media.length > ALBUM_MAX) throw badRequest('too many messages to send as an album');
  const contents = media.map((item) => {
    // An album's files are attached: no field of the call has their name.
    const named = asText(item.media) || 'attach://';
    return { ...readAlbumFile(sending, asText(item.type), named), ...readCaption(item) };
  });
  if (new Set(contents.map(({ document }) => document === undefined)).size > 1)
    throw badRequest("document can't be mixed with other media types");
  const [only] = contents;
  if (contents.length === 1 && only) return [only];
  const media_group_id = `1${String(sending.world.changes).padStart(16, '0')}`;
  return contents.map((content) => ({ ...content, media_group_id }));
}

function readAlbumFile(sending: Sending, type: string, named: string): MessageContent {
  if (type !== 'photo' && type !== 'document') {
    throw badRequest(`can't parse InputMedia: type "${type}" is unsupported`);
  }
  if (named.startsWith('attach://') && !sending.params.files.has(named.slice('attach://'.length))) {
    throw badRequest("can't parse InputMedia: media not found");
  }
  return type === 'photo' ? readPhoto(sending, named) : readDocument(sending, named);
}

/** A caption with its emphasis. */
export function readCaption(values: FormValues): MessageContent {
  if (asText(values.parse_mode) !== '') throw badRequest('unsupported parse_mode');
  const caption = asText(values.caption);
  if (characters(caption) > CAPTION_MAX) throw badRequest('message caption is too long');
  return caption === '' ? {} : { caption, entities: readEntities(values.caption_entities, caption) };
}

/** What is sent again by its id is what it was. */
function sentBefore(world: World, has: (message: SimMessage) => boolean): SimMessage | undefined {
  return [...world.messages.values()].find(has);
}
