import type { Keys } from '../../store/keys.ts';
import type { RecordKind } from '../../store/records/record-lists.ts';
import type { Letter } from './letter.ts';
import { isOpenLetter } from './letter.ts';
import { agreedMonth } from './letter-store.ts';
import { MATTER_RULES } from './matter.ts';

/** A letter that is under way has its clocks; one that closed as met has the figure that closed it. */
export function letterKind(keys: Keys): RecordKind<Letter> {
  return {
    prefix: 'letter',
    keyOf: keys.letter,
    lists: [keys.letters, keys.lettersAgreed('*', '*'), keys.lettersNews],
    inLists: (letter) => [
      { list: keys.letters, member: letter.id },
      ...(countsForMonth(letter)
        ? [{ list: keys.lettersAgreed(letter.to, agreedMonth(letter)), member: letter.id }]
        : []),
      ...(letter.state === 'agreed' ? [{ list: keys.lettersNews, member: `agreed ${letter.id}` }] : []),
      ...(letter.sentAt !== undefined && isOpenLetter(letter)
        ? [{ list: keys.lettersNews, member: `measured ${letter.id}` }]
        : []),
    ],
    mayBeIn: (letter, list) =>
      list === keys.letters || list === keys.lettersNews || list === keys.lettersAgreed(letter.to, agreedMonth(letter)),
    reads: ({ to, matter }) => ({ open: ['get', keys.letterOpen(to, matter)] }),
    faults: (letter, { open }) => [
      ...(isOpenLetter(letter) === (open === letter.id) ? [] : ['the mark of open letters differs from its state']),
      ...(letter.ending === 'met' && !isMeasureMet(letter)
        ? ['closed by its measure, but its figure does not meet it']
        : []),
      ...(isOpenLetter(letter) === (letter.ending === undefined)
        ? []
        : ['an ending belongs to a closed letter, and only to it']),
      ...(letter.sentAt !== undefined && (letter.replyDue === undefined || letter.doneDue === undefined)
        ? ['was sent without its deadlines']
        : []),
      ...(letter.rows.length > letter.of ? ['has more failed rows than rows'] : []),
    ],
  };
}

/** An agreement counts for the month, unless the letter was taken back before it was sent. */
function countsForMonth({ agreedAt, sentAt, ending }: Letter): boolean {
  return agreedAt !== undefined && !(ending === 'withdrawn' && sentAt === undefined);
}

function isMeasureMet({ matter, measured }: Letter): boolean {
  return measured !== undefined && measured.failed <= (MATTER_RULES[matter].atMost ?? 0) * measured.of;
}
