import { storedFile, storedName } from '../../channels/channel.ts';
import type { LocalizedMessage } from '../../delivery/outcome.ts';
import type { Media } from '../../engine/input.ts';
import type { Words } from '../../engine/steps/text.ts';
import type { CaseEvent } from '../case-event.ts';
import { showCaseNumber } from '../case-number.ts';
import type { HazardCase } from '../hazard-case.ts';
import { REPORT_PHOTO_EVENTS } from '../replay.ts';
import { photoName } from './photo-name.ts';

/** Lists all photos and voice messages of a case for staff, each with a caption. */
export function shownMedia(record: HazardCase, events: readonly CaseEvent[]): readonly LocalizedMessage[] {
  const values = { number: showCaseNumber(record.number) };
  const reported = record.photos.map(
    (photo): LocalizedMessage => ({ key: 'flows/my-work:photo.before', values, ...shownFile(record.id, photo) }),
  );
  const later = events.flatMap(({ type, photos = [] }) =>
    REPORT_PHOTO_EVENTS.includes(type)
      ? []
      : photos.map((photo): LocalizedMessage => {
          const what = { key: `common:case_event.${type}` } as const;
          return { key: 'flows/my-work:photo.later', values: { ...values, what }, ...shownFile(record.id, photo) };
        }),
  );
  return [
    ...reported,
    ...later,
    ...voicesOf(record, events).map(
      (file): LocalizedMessage => ({ key: 'flows/my-work:photo.voice', values, voice: file }),
    ),
  ];
}

/** The references that show a photo of a record. A photo of this server lies under the name of each record that has it. */
export function shownFile(id: string, { file, same }: Media): { readonly photo: string; readonly copy?: string } {
  const copy = storedFile(photoName(id, same));
  return storedName(file) === undefined ? { photo: file, copy } : { photo: copy };
}

function voicesOf({ place, description, additions = [] }: HazardCase, events: readonly CaseEvent[]): readonly string[] {
  const said = [
    description,
    ...additions,
    ...events.flatMap(({ type, words }) => (words && !REPORT_PHOTO_EVENTS.includes(type) ? [words] : [])),
  ];
  return [...(place.voice ? [place.voice.file] : []), ...said.flatMap(voiceOf)];
}

function voiceOf(words: Words): readonly string[] {
  return 'voice' in words ? [words.voice.file] : [];
}
