import type { LocalizedMessage } from '../../delivery/outcome.ts';
import type { Words } from '../../engine/steps/text.ts';
import type { CaseEvent } from '../case-event.ts';
import { showCaseNumber } from '../case-number.ts';
import type { HazardCase } from '../hazard-case.ts';
import { REPORT_PHOTO_EVENTS } from '../replay.ts';

/** Lists all photos and voice messages of a case for staff, each with a caption. */
export function shownMedia(record: HazardCase, events: readonly CaseEvent[]): readonly LocalizedMessage[] {
  const values = { number: showCaseNumber(record.number) };
  const reported = record.photos.map(
    ({ file }): LocalizedMessage => ({ key: 'flows/my-work:photo.before', values, photo: file }),
  );
  const later = events.flatMap(({ type, photos = [] }) =>
    REPORT_PHOTO_EVENTS.includes(type)
      ? []
      : photos.map(({ file }): LocalizedMessage => {
          const what = { key: `common:case_event.${type}` } as const;
          return { key: 'flows/my-work:photo.later', values: { ...values, what }, photo: file };
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
