import type { Params } from './params.ts';
import { asText } from './params.ts';
import { badRequest } from './refusal.ts';
import type { SimFile, World } from './world.ts';

/** What a file is to Telegram. Its id says so, and it can be sent again only as what it is. */
export type FileKind = 'photo' | 'voice' | 'document';

/** In Telegram's words, and in the paths of its files. */
const KINDS: Readonly<Record<FileKind, { readonly type: string; readonly folder: string; readonly ending: string }>> = {
  photo: { type: 'Photo', folder: 'photos', ending: '.jpg' },
  voice: { type: 'VoiceNote', folder: 'voice', ending: '.oga' },
  document: { type: 'Document', folder: 'documents', ending: '' },
};
const PHOTO_MAX_BYTES = 10 * 1024 * 1024;
/** How JPEG, PNG, GIF and WebP begin. */
const IMAGES = ['ffd8', '89504e47', '47494638', '52494646'].map((hex) => Buffer.from(hex, 'hex'));

/** The file that a call sends: uploaded under its field's name, attached under another, or known by its id. */
export function fileIn(call: { world: World; params: Params }, kind: FileKind, named: unknown): SimFile {
  const { world } = call;
  const upload = uploadIn(call.params, kind, named);
  if (upload) {
    if (kind === 'photo') checkPhoto(upload.bytes);
    return keepFile(world, kind, upload.bytes);
  }
  const name = asText(named);
  const bytes = world.file(name);
  if (!bytes) throw badRequest('wrong file identifier/HTTP URL specified');
  const was = kindOf(name);
  if (was !== kind) throw badRequest(`can't use file of type ${KINDS[was].type} as ${KINDS[kind].type}`);
  const id = name.replace(/-s$/, '');
  return { file_id: id, file_unique_id: `u${id}`, file_size: bytes.length };
}

/** What was uploaded for a field; undefined if the field names a file that Telegram has. */
export function uploadIn(params: Params, field: string, named: unknown) {
  const name = asText(named);
  if (name !== '' && !name.startsWith('attach://')) return undefined;
  const upload = params.files.get(name === '' ? field : name.slice('attach://'.length));
  if (!upload) throw badRequest(`there is no ${field} in the request`);
  return upload;
}

/** Keeps a file under a new id. */
export function keepFile(world: World, kind: FileKind, bytes: Buffer): SimFile {
  if (bytes.length === 0) throw badRequest('file must be non-empty');
  const id = `${kind}${String(world.files.size + 1).padStart(6, '0')}`;
  world.addFile(id, bytes);
  return { file_id: id, file_unique_id: `u${id}`, file_size: bytes.length };
}

/** Where a bot fetches a file. Bots read the kind from the folder and the form from the ending. */
export function filePath(id: string): string {
  const { folder, ending } = KINDS[kindOf(id)];
  return `${folder}/${id}${ending}`;
}

/** The id in the last part of a file's path. */
export function fileIdIn(name: string): string {
  return name.replace(/\.\w+$/, '');
}

/** How a browser may show it. */
export function contentTypeOf(bytes: Buffer): string {
  return isImage(bytes) ? 'image/jpeg' : 'application/octet-stream';
}

export function isImage(bytes: Buffer): boolean {
  return IMAGES.some((start) => bytes.subarray(0, start.length).equals(start));
}

function checkPhoto(bytes: Buffer): void {
  if (bytes.length > PHOTO_MAX_BYTES) {
    throw badRequest(
      `file of size ${bytes.length} bytes is too big for a photo; the maximum size is ${PHOTO_MAX_BYTES} bytes`,
    );
  }
  if (bytes.length > 0 && !isImage(bytes)) throw badRequest('IMAGE_PROCESS_FAILED');
}

function kindOf(id: string): FileKind {
  const kind = (Object.keys(KINDS) as FileKind[]).find((one) => id.startsWith(one));
  return kind ?? 'photo';
}
