import { extname } from 'node:path';
import type { Params } from './params.ts';
import { asText } from './params.ts';
import { badRequest } from './refusal.ts';
import type { SimFile, World } from './world.ts';

/** Telegram's kind of a file. The file id begins with it, and the file can be sent again only as this kind. */
export type FileKind = 'photo' | 'voice' | 'document';

/** Each kind's name in Telegram's errors, and the folder and extension in file paths. */
const KINDS: Readonly<Record<FileKind, { readonly type: string; readonly folder: string; readonly ending: string }>> = {
  photo: { type: 'Photo', folder: 'photos', ending: '.jpg' },
  voice: { type: 'VoiceNote', folder: 'voice', ending: '.oga' },
  document: { type: 'Document', folder: 'documents', ending: '' },
};
const PHOTO_MAX_BYTES = 10 * 1024 * 1024;
/** First bytes of JPEG, PNG, GIF and WebP. */
const IMAGE_SIGNATURES = ['ffd8', '89504e47', '47494638', '52494646'].map((hex) => Buffer.from(hex, 'hex'));

/** Reads the file that a call sends: uploaded in its field, attached under another name, or named by file id. */
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
  const storedKind = kindOf(name);
  if (storedKind !== kind) throw badRequest(`can't use file of type ${KINDS[storedKind].type} as ${KINDS[kind].type}`);
  const id = name.replace(/-s$/, '');
  return { file_id: id, file_unique_id: `u${id}`, file_size: bytes.length };
}

/** Returns the upload for a field; undefined if the field holds a file id. */
export function uploadIn(params: Params, field: string, named: unknown) {
  const name = asText(named);
  if (name !== '' && !name.startsWith('attach://')) return undefined;
  const upload = params.files.get(name === '' ? field : name.slice('attach://'.length));
  if (!upload) throw badRequest(`there is no ${field} in the request`);
  return upload;
}

/** Stores a file under a new id. */
export function keepFile(world: World, kind: FileKind, bytes: Buffer): SimFile {
  if (bytes.length === 0) throw badRequest('file must be non-empty');
  const id = `${kind}${String(world.files.size + 1).padStart(6, '0')}`;
  world.addFile(id, bytes);
  return { file_id: id, file_unique_id: `u${id}`, file_size: bytes.length };
}

/** Returns the path for a file's download. Bots read the kind from the folder and the format from the extension. */
export function filePath(id: string): string {
  const { folder, ending } = KINDS[kindOf(id)];
  return `${folder}/${id}${ending}`;
}

/** Returns the file id in the last part of a file path. */
export function fileIdIn(name: string): string {
  return name.replace(/\.\w+$/, '');
}

/** Files that a browser shows, by extension. Text types are sent as plain text: a browser saves text/csv. */
const SHOWN: Readonly<Record<string, string>> = {
  '.pdf': 'application/pdf',
  '.json': 'application/json',
  '.geojson': 'application/json',
  '.csv': 'text/plain; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

/** Returns the content type with which a browser shows a file; undefined for a file that it saves. */
export function shownTypeOf(bytes: Buffer, name = ''): string | undefined {
  return isImage(bytes) ? 'image/jpeg' : SHOWN[extname(name).toLowerCase()];
}

/** True if the bytes begin as JPEG, PNG, GIF or WebP does. */
export function isImage(bytes: Buffer): boolean {
  return IMAGE_SIGNATURES.some((signature) => bytes.subarray(0, signature.length).equals(signature));
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
