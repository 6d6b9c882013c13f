import { fileIn, uploadIn } from './files.ts';
import { readEntities } from './markup.ts';
import type { Params } from './params.ts';
import { asNumber, asObject, asText } from './params.ts';
import { badRequest } from './refusal.ts';
import { CAPTION_MAX, characters } from './text-length.ts';
import type { MessageContent, SimMessage, World } from './world.ts';

type SendCall = { readonly world: World; readonly params: Params };
type FormValues = Readonly<Record<string, unknown>>;

const ALBUM_MAX = 10;

/** Reads the photo of a call. `named` is the value of its field. */
export function readPhoto(call: SendCall, named: unknown): MessageContent {
  return { photo: fileIn(call, 'photo', named) };
}

/** Reads the voice message of a call. */
export function readVoice(call: SendCall, named: unknown): MessageContent {
  const file = fileIn(call, 'voice', named);
  const before = findSent(call.world, ({ voice }) => voice?.file_id === file.file_id)?.voice;
  const duration = asNumber(call.params.values.duration) ?? 0;
  return { voice: before ?? { ...file, duration } };
}

/** Reads the document of a call. */
export function readDocument(call: SendCall, named: unknown): MessageContent {
  const upload = uploadIn(call.params, 'document', named);
  const file = fileIn(call, 'document', named);
  const before = findSent(call.world, ({ document }) => document?.file_id === file.file_id)?.document;
  const form = { file_name: upload?.name ?? 'file', mime_type: upload?.type || 'application/octet-stream' };
  return { document: before ?? { ...file, ...form } };
}

/** Reads the messages of an album. It checks all of them before the first is sent. */
export function readAlbum(call: SendCall): readonly MessageContent[] {
  const media = asObject<FormValues[]>(call.params.values.media, 'media');
  if (!Array.isArray(media)) throw badRequest('expected an Array of InputMedia');
  if (media.length === 0) throw badRequest('there are no messages to send');
  if (media.length > ALBUM_MAX) throw badRequest('too many messages to send as an album');
  const contents = media.map((item) => {
    // An album's uploads are attachments, so an empty name refers to no field of the call.
    const named = asText(item.media) || 'attach://';
    return { ...readAlbumFile(call, asText(item.type), named), ...readCaption(item) };
  });
  if (new Set(contents.map(({ document }) => document === undefined)).size > 1)
    throw badRequest("document can't be mixed with other media types");
  const [only] = contents;
  if (contents.length === 1 && only) return [only];
  const media_group_id = `1${String(call.world.changes).padStart(16, '0')}`;
  return contents.map((content) => ({ ...content, media_group_id }));
}

function readAlbumFile(call: SendCall, type: string, named: string): MessageContent {
  if (type !== 'photo' && type !== 'document') {
    throw badRequest(`can't parse InputMedia: type "${type}" is unsupported`);
  }
  if (named.startsWith('attach://') && !call.params.files.has(named.slice('attach://'.length))) {
    throw badRequest("can't parse InputMedia: media not found");
  }
  return type === 'photo' ? readPhoto(call, named) : readDocument(call, named);
}

/** Reads a caption and its entities. */
export function readCaption(values: FormValues): MessageContent {
  if (asText(values.parse_mode) !== '') throw badRequest('unsupported parse_mode');
  const caption = asText(values.caption);
  if (characters(caption) > CAPTION_MAX) throw badRequest('message caption is too long');
  return caption === '' ? {} : { caption, entities: readEntities(values.caption_entities, caption) };
}

/** Finds an earlier message. A file sent again by id keeps its first duration or name. */
function findSent(world: World, has: (message: SimMessage) => boolean): SimMessage | undefined {
  return [...world.messages.values()].find(has);
}
