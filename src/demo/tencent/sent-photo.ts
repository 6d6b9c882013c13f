import { badRequest } from '../simulator/refusal.ts';
import { samplePhoto } from '../simulator/samples.ts';
import { formatOf } from './media-formats.ts';

/** Returns the photo that a person sends: a sample by name, or an image in base64. */
export function sentPhoto(source: string): Buffer {
  const bytes = samplePhoto(source) ?? Buffer.from(source.replace(/^data:[^,]*,/, ''), 'base64');
  if (formatOf(bytes)?.kind !== 'image')
    throw badRequest('photo must be the name of a sample or an image in base64: jpg, png or gif');
  return bytes;
}
