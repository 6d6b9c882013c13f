import type { Media } from '../input.ts';
import type { Common, Step } from '../step.ts';
import { again } from '../step.ts';

export type PhotosStep = { readonly photos: { readonly max: number } };
type PhotosDraft = { readonly photos: readonly Media[]; readonly album?: string };

/** Up to `max` photos, one by one or as an album; "done" ends, the last possible photo ends by itself. */
export function photos<Facts, Answers>(
  spec: Common<Facts, Answers> & { readonly max: number },
): Step<Facts, Answers, readonly Media[]> & PhotosStep {
  const { max, ...common } = spec;
  return {
    ...common,
    kind: 'photos',
    photos: { max },
    ask: (_scene, draft) => {
      const had = (draft as PhotosDraft | undefined)?.photos.length ?? 0;
      if (had === 0) return { values: { max } };
      const options = [{ id: 'clear' }];
      return { part: had === max ? 'full' : 'more', done: true, options, values: { max, had, left: max - had } };
    },
    draftOf: (answer) =>
      Array.isArray(answer) && answer.length > 0 ? { photos: answer as readonly Media[] } : undefined,
    gathered: (draft) => (draft as PhotosDraft | undefined)?.photos,
    read: (input, _scene, draft) => {
      const had = (draft as PhotosDraft | undefined) ?? { photos: [] };
      if (input.type === 'choice' && input.option === '~done' && had.photos.length > 0) {
        return { type: 'answer', value: had.photos };
      }
      if (input.type === 'choice' && input.option === 'clear') {
        return { type: 'more', draft: undefined, clears: true };
      }
      if (input.type !== 'photo') return again('invalid');
      if (had.photos.length === max) return { type: 'more', draft: had, reason: 'photo_full' };
      const list = addPhoto(had.photos, input.photo, max) ?? had.photos;
      if (list.length === max) return { type: 'answer', value: list };
      const quiet = input.album !== undefined && input.album === had.album;
      const album = input.album === undefined ? {} : { album: input.album };
      return { type: 'more', draft: { photos: list, ...album } satisfies PhotosDraft, quiet };
    },
    isStillValid: (answer) => Array.isArray(answer) && answer.length > 0 && answer.length <= max,
  };
}

/** The list with one more photo; the same photo twice counts once; undefined when there is no room. */
export function addPhoto(list: readonly Media[], photo: Media, max: number): readonly Media[] | undefined {
  if (list.some((had) => had.same === photo.same)) return list;
  return list.length < max ? [...list, photo] : undefined;
}
