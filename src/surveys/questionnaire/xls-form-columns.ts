import { languageOf } from './form-draft.ts';
import type { FormRules } from './form-part.ts';
import { nearestName, ownValue } from './form-part.ts';

/** The columns of one sheet: how headers name them, and what becomes of their cells. */
export type SheetColumns = FormRules & {
  readonly aliases: Readonly<Record<string, string>>;
  /** Columns that have one cell for each language. */
  readonly translated: readonly string[];
};

const NO_MEDIA = 'A chat shows questions as text. Describe it in the label, or remove it.';
const NO_CODE = 'The chat computes nothing while it asks. Remove it.';
const LOOKS = 'It concerns the looks of a form.';
const WORDED = 'The chat has its own words for it.';
const SENT = 'It concerns how other programs send or store answers.';
const MEDIA = { image: NO_MEDIA, 'big-image': NO_MEDIA, audio: NO_MEDIA, video: NO_MEDIA };

/** Attributes behind `bind::`, `control::` and `media::` that have a column of their own. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  'bind::relevant': 'relevant',
  'bind::required': 'required',
  'bind::readonly': 'read_only',
  'bind::constraint': 'constraint',
  'bind::calculate': 'calculation',
  'bind::jr:constraintmsg': 'constraint_message',
  'bind::jr:requiredmsg': 'required_message',
  'bind::jr:noapperrorstring': 'no_app_error_string',
  'bind::entities:saveto': 'save_to',
  'control::appearance': 'appearance',
  'control::jr:count': 'repeat_count',
  'control::rows': 'rows',
  'control::autoplay': 'autoplay',
  'media::image': 'image',
  'media::big-image': 'big-image',
  'media::audio': 'audio',
  'media::video': 'video',
};

export const SURVEY_COLUMNS = columns({
  taken: [
    ...['type', 'name', 'label', 'hint', 'relevant', 'required', 'read_only', 'constraint', 'parameters', 'appearance'],
    ...['disabled', 'anlin_type', 'anlin_order', 'anlin_valid'],
  ],
  aliases: {
    command: 'type',
    tag: 'name',
    value: 'name',
    caption: 'label',
    relevance: 'relevant',
    readonly: 'read_only',
    calculate: 'calculation',
    constraining_message: 'constraint_message',
    requiredmsg: 'required_message',
    noapperrorstring: 'no_app_error_string',
    count: 'repeat_count',
    'jr:count': 'repeat_count',
    body: 'control',
  },
  translated: ['label', 'hint'],
  refused: {
    ...MEDIA,
    calculation: NO_CODE,
    trigger: NO_CODE,
    default: 'The chat shows no answer before it asks. Remove it.',
    choice_filter: 'All options of a list are shown. Write a question with its own list for each case.',
    repeat_count: 'The chat asks each question once. Write the questions out.',
    save_to: 'The chat keeps no entities. Remove it.',
    intent: 'The chat opens no other app. Remove it.',
    query: 'All options stand in the sheet choices. Write them there.',
    bind: 'Attributes of other programs are not carried. Remove it.',
    control: 'Attributes of other programs are not carried. Remove it.',
    media: NO_MEDIA,
  },
  ignored: {
    [LOOKS]: ['rows', 'autoplay', 'guidance_hint'],
    [WORDED]: ['constraint_message', 'required_message', 'no_app_error_string'],
    [SENT]: [
      ...['instance', 'compact_tag', 'sms_field', 'sms_option', 'sms_separator', 'sms_allow_media', 'sms_date_format'],
      ...['sms_datetime_format', 'sms_response'],
    ],
  },
});

export const CHOICE_COLUMNS = columns({
  taken: ['list_name', 'name', 'label', 'score', 'role'],
  aliases: { caption: 'label', value: 'name', anlin_score: 'score', anlin_role: 'role' },
  translated: ['label'],
  refused: { ...MEDIA, media: NO_MEDIA },
  ignored: { [SENT]: ['sms_option'], [LOOKS]: ['geometry'] },
});

export const SETTING_COLUMNS = columns({
  taken: ['form_title', 'form_title_en', 'form_id', 'version', 'default_language'],
  aliases: { title: 'form_title', set_form_title: 'form_title', id_string: 'form_id', set_form_id: 'form_id' },
  translated: ['form_title'],
  harmless: { add_none_option: ['no', 'No', 'NO', 'false', 'FALSE'] },
  refused: { add_none_option: 'Write the option into the sheet choices, with the role none.' },
  ignored: {
    [LOOKS]: ['style', 'name'],
    [SENT]: [
      ...[
        'public_key',
        'submission_url',
        'auto_send',
        'auto_delete',
        'client_editable',
        'instance_name',
        'instance_xmlns',
      ],
      ...[
        'instance_id',
        'namespaces',
        'omit_instanceid',
        'attribute',
        'prefix',
        'delimiter',
        'sms_keyword',
        'sms_separator',
      ],
      ...['sms_allow_media', 'sms_date_format', 'sms_datetime_format', 'sms_response', 'entity_version'],
    ],
    'The lint looks at it again.': ['allow_choice_duplicates', 'clean_text_values'],
  },
});

/**
 * Returns the column that a header names, as pyxform reads it: without regard to case and spaces, by any alias, and with
 * `::` or `:` between a column and its attribute or language.
 */
export function columnOf(header: string, { aliases, translated }: SheetColumns): string {
  const parts = header.includes('::') ? header.split('::') : header.replace(/\bjr:/gi, 'jr\u0000').split(':');
  const [first = '', ...rest] = parts.map((part) => part.trim().replace('\u0000', ':'));
  const name = snakeCase(first);
  const base = ownValue(aliases, name) ?? name;
  const attribute = ownValue(ATTRIBUTES, `${base}::${snakeCase(rest[0] ?? '')}`);
  if (attribute) return [attribute, ...rest.slice(1)].join('::');
  if (!translated.includes(base) || rest.length === 0) return [base, ...rest].join('::');
  return `${base}::${languageOf(rest.join(':')) ?? `other:${rest.join(':')}`}`;
}

function snakeCase(text: string): string {
  return text.trim().split(/\s+/).join('_').toLowerCase();
}

type ColumnTable = Omit<SheetColumns, 'isKnown' | 'nearest'> & { readonly taken: readonly string[] };

function columns({ taken, ...table }: ColumnTable): SheetColumns {
  const own = [...taken, ...Object.keys(table.refused), ...Object.values(table.ignored).flat()];
  return {
    ...table,
    isKnown: (name) => own.includes(name),
    nearest: (name) => nearestName(name, own),
  };
}
