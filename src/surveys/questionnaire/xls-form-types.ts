import type { Refusal } from './condition.ts';
import type { QuestionType } from './questionnaire.ts';

export type QuestionKind = {
  readonly kind: 'question';
  readonly type: QuestionType;
  readonly list?: string;
  readonly hasOther: boolean;
};

/** What a row of the survey sheet is. */
export type RowKind =
  | QuestionKind
  | { readonly kind: 'begin' }
  | { readonly kind: 'end' }
  | { readonly kind: 'ignored'; readonly why: string }
  | ({ readonly kind: 'refused' } & Refusal);

/** Commands before the list, as pyxform takes them, longest first. */
const SELECTS: readonly (readonly [string, QuestionType])[] = [
  ['add select multiple prompt using', 'several'],
  ['add select one prompt using', 'single'],
  ['select all that apply from', 'several'],
  ['select all that apply', 'several'],
  ['select multiple using', 'several'],
  ['select multiple from', 'several'],
  ['select multiple', 'several'],
  ['select one using', 'single'],
  ['select one from', 'single'],
  ['select one', 'single'],
  ['select1', 'single'],
];
const TEXTS = ['text', 'string', 'q string', 'add text prompt'];
const NOTES = ['note', 'q note', 'add note prompt'];
/** Data that a device adds by itself. */
const METADATA = [
  'start',
  'end',
  'today',
  'deviceid',
  'phonenumber',
  'username',
  'email',
  'audit',
  'imei',
  'simserial',
  'subscriberid',
]
  .concat([
    'start time',
    'end time',
    'get start time',
    'get end time',
    'get today',
    'device id',
    'get device id',
    'sim id',
  ])
  .concat(['get sim id', 'subscriber id', 'get subscriber id', 'get phone number'])
  .concat(['uri:deviceid', 'uri:phonenumber', 'uri:username', 'uri:email', 'uri:simserial', 'uri:subscriberid']);
const GROUPS = /^(begin|end) (group|repeat|lgroup|loop|looped group)\b/;

/** Reads the type of a row, in any spelling that pyxform takes. */
export function kindOf(written: string): RowKind {
  const words = written.trim().replace(/\s+/g, ' ');
  const type = words.toLowerCase().replace(/^(begin|end)_/, '$1 ');
  const [, end, group] = GROUPS.exec(type) ?? [];
  if (group === 'group') return end === 'end' ? { kind: 'end' } : { kind: 'begin' };
  if (group !== undefined && end === 'end') return { kind: 'ignored', why: 'It ends a repeat.' };
  if (group !== undefined)
    return { kind: 'refused', refused: 'The chat asks each question once. Write the questions out.' };
  if (TEXTS.includes(type)) return { kind: 'question', type: 'text', hasOther: false };
  if (NOTES.includes(type)) return { kind: 'question', type: 'info', hasOther: false };
  if (METADATA.includes(type)) return { kind: 'ignored', why: 'A ballot holds no data of a person or device.' };
  return (
    selectIn(words) ?? {
      kind: 'refused',
      refused: `The chat cannot ask "${words}". Use select_one, select_multiple or text.`,
    }
  );
}

function selectIn(words: string): RowKind | undefined {
  const command = words.toLowerCase().replace(/^select_(one|multiple)(?= )/, 'select $1');
  const found = SELECTS.find(([start]) => command.startsWith(`${start} `));
  if (!found) return undefined;
  const [start, type] = found;
  const rest = words.slice(start.length).trim();
  const [, list, other] = /^(\S+)(?: (or specify other|or_other|or other))?$/i.exec(rest) ?? [];
  if (list === undefined)
    return { kind: 'refused', refused: `"${words}" is no list. Write select_one and one list name.` };
  if (list.startsWith('${')) return { kind: 'refused', refused: 'Options from answers are not carried. Write a list.' };
  return { kind: 'question', type, list, hasOther: other !== undefined };
}

export function isYes(value: unknown): boolean {
  return typeof value === 'string' && /^(yes|true|true\(\))$/i.test(value);
}

export function isNo(value: unknown): boolean {
  return typeof value === 'string' && /^(no|false|false\(\))$/i.test(value);
}
