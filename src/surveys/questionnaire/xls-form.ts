import type { TableSheet } from '../../files/write-xlsx.ts';
import type { Questionnaire } from './questionnaire.ts';

const LANGUAGES = [
  ['zh-CN', 'label::Chinese (zh-CN)'],
  ['en', 'label::English (en)'],
] as const;
const SURVEY_COLUMNS = [
  'type',
  'name',
  ...LANGUAGES.map(([, column]) => column),
  'relevant',
  'constraint',
  'parameters',
  'anlin_type',
  'anlin_order',
  'anlin_valid',
];
const CHOICE_COLUMNS = ['list_name', 'name', ...LANGUAGES.map(([, column]) => column), 'score', 'role'];

/** Exports a questionnaire as the three sheets of an XLSForm (xlsform.org). Columns of our own begin with `anlin_`. */
export function toXlsForm({ key, version, title, valid, questions }: Questionnaire): readonly TableSheet[] {
  const survey = questions.map(({ code, type, text, options, order = '', max, showIf }) => [
    type === 'info'
      ? 'note'
      : type === 'text'
        ? 'text'
        : `${type === 'several' ? 'select_multiple' : 'select_one'} ${code}`,
    code,
    ...LANGUAGES.map(([language]) => text[language] ?? ''),
    showIf ? showIf.in.map((one) => `selected(\${${showIf.question}}, '${one}')`).join(' or ') : '',
    max === undefined ? '' : `count-selected(.) <= ${max}`,
    options && order === 'shuffled' ? 'randomize=true' : '',
    type,
    order,
    valid.includes(code) ? 'yes' : '',
  ]);
  const choices = questions.flatMap(({ code, options = [] }) =>
    options.map((option) => [
      code,
      option.code,
      ...LANGUAGES.map(([language]) => option.text[language] ?? ''),
      option.score ?? '',
      option.role ?? '',
    ]),
  );
  return [
    { name: 'survey', rows: [SURVEY_COLUMNS, ...survey] },
    { name: 'choices', rows: [CHOICE_COLUMNS, ...choices] },
    {
      name: 'settings',
      rows: [
        ['form_title', 'form_title_en', 'form_id', 'version', 'default_language'],
        [title['zh-CN'] ?? '', title.en ?? '', key, version, 'Chinese (zh-CN)'],
      ],
    },
  ];
}
