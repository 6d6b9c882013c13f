import type { LocalizedMessage, Value } from '../../delivery/outcome.ts';
import type { Words } from '../../engine/steps/text.ts';
import type { Broadcast } from '../broadcast.ts';
import { announcementMessage } from '../sending/broadcast-message.ts';
import { heardText, progressText } from './board-card.ts';
import type { BoardFacts } from './load-board.ts';

type Buttons = NonNullable<LocalizedMessage['buttons']>;

/** Progress of a run; the progress cards job edits this message while the run goes on. */
export function progressMessage(
  record: Broadcast,
  { progress, heard, regions }: Pick<BoardFacts, 'progress' | 'heard' | 'regions'>,
): LocalizedMessage {
  return {
    key: 'flows/my-broadcasts:done.refreshed',
    values: {
      title: record.content.title,
      progress: progressText(progress),
      heard: heardText(record, heard, regions),
    },
    buttons: openButton(record),
  };
}

/** The announcement with its buttons, as a recipient with the reader's language gets it. */
export function previewMessage(record: Broadcast): LocalizedMessage {
  return { key: 'flows/my-broadcasts:title', wordedBy: (reader) => announcementMessage(record, reader) };
}

/** Replies shown in one message. */
const REPLIES_SHOWN = 10;

/** The newest replies without their authors; voice replies are separate messages. */
export function repliesMessages(record: Broadcast, replies: readonly Words[]): readonly LocalizedMessage[] {
  const shown = replies.slice(0, REPLIES_SHOWN);
  const list = shown.flatMap((words): readonly Value[] =>
    'text' in words ? [{ key: 'flows/my-broadcasts:reply', values: { words: { words } } }] : [],
  );
  const spoken = shown.flatMap((words): readonly LocalizedMessage[] =>
    'voice' in words ? [{ key: 'flows/my-broadcasts:reply_spoken', voice: words.voice.file }] : [],
  );
  const values = { n: replies.length, title: record.content.title, list: { list } };
  return [...spoken, { key: 'flows/my-broadcasts:done.answered', values, buttons: openButton(record) }];
}

/** Button that opens the announcement's card. */
export function openButton({ id }: Broadcast): Buttons {
  return [{ label: 'flows/my-broadcasts:again', flow: 'my-broadcasts', argument: id }];
}

/** Button with which the author of a missed announcement sets a new time. */
export function rescheduleButton({ id, written }: Broadcast): Buttons {
  return [
    {
      label: 'flows/my-broadcasts:next.options.rescheduled',
      flow: written ? 'announce' : 'my-broadcasts',
      argument: id,
    },
  ];
}

/** Button that opens the announcement for editing. */
export function editButton({ id }: Broadcast): Buttons {
  return [{ label: 'flows/my-broadcasts:edit', flow: 'announce', argument: id }];
}
