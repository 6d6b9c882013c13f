import type { Media } from '../input.ts';
import type { Step, StepSettings } from '../step.ts';
import { again } from '../step.ts';

export type PhotosStep = { readonly photos: { readonly max: number } };
type PhotosDraft = { readonly photos: readonly Media[]; readonly album?: string };

/** Up to `max` photos, single or as an album; "done" or the last possible photo ends. */
export function photos<Facts, Answers>(
  spec: StepSettings<Facts, Answers> & { readonly max: number },
): Step<Facts, Answers, readonly Media[]> & PhotosStep {
  const { max, ...settings } = spec;
  return {
    ...settings,
    kind: 'photos',
    wordings: ['more', 'full'],
    photos: { max },
    ask: (_scene, draft) => {
      const count = (draft as PhotosDraft | undefined)?.photos.length ?? 0;
      if (count === 0) return { values: { max } };
      const options = [{ id: 'clear' }];
      return {
        part: count === max ? 'full' : 'more',
        done: true,
        options,
        values: { max, had: count, left: max - count },
      };
    },
    draftFromAnswer: (answer) =>
      Array.isArray(answer) && answer.length > 0 ? { photos: answer as readonly Media[] } : undefined,
    draftAnswer: (draft) => (draft as PhotosDraft | undefined)?.photos,
    read: (input, _scene, draft) => {
      const before = (draft as PhotosDraft | undefined) ?? { photos: [] };
      if (input.type === 'choice' && input.option === '~done' && before.photos.length > 0) {
        return { type: 'answer', value: before.photos };
      }
      if (input.type === 'choice' && input.option === 'clear') {
        return { type: 'more', draft: undefined, clears: true };
      }
      if (input.type !== 'photo') return again('invalid');
      if (before.photos.length === max) return { type: 'more', draft: before, reason: 'photo_full' };
      const list = addPhoto(before.photos, input.photo, max) ?? before.photos;
      if (list.length === max) return { type: 'answer', value: list };
      const quiet = input.album !== undefined && input.album === before.album;
      const album = input.album === undefined ? {} : { album: input.album };
      return { type: 'more', draft: { photos: list, ...album } satisfies PhotosDraft, quiet };
    },
    isStillValid: (answer) => Array.isArray(answer) && answer.length > 0 && answer.length <= max,
  };
}

/** Adds a photo unless it is in the list already; undefined if the list is full. */
export function addPhoto(list: readonly Media[], photo: Media, max: number): readonly Media[] | undefined {
  if (list.some((other) => other.same === photo.same)) return list;
  return list.length < max ? [...list, photo] : undefined;
}
