import { readSheet } from 'read-excel-file/node';
import type { Names } from '../../engine/step.ts';
import type { TableSheet } from '../results/survey-files.ts';
import type { Questionnaire, QuestionType, SurveyOption, SurveyQuestion } from './questionnaire.ts';
import { OPTION_ROLES, ORDERS } from './questionnaire.ts';
import { BadForm, parseCondition } from './survey-js.ts';

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

/** Imports a questionnaire from an XLSForm file. Throws BadForm for question types that a chat cannot ask. */
export async function fromXlsForm(file: Buffer): Promise<Questionnaire> {
  // One after another, so that the error names the first sheet that is missing.
  const survey = await rowsOf(file, 'survey');
  const choices = await rowsOf(file, 'choices');
  const settings = await rowsOf(file, 'settings');
  const lists = Map.groupBy(choices, (row) => row.list_name ?? '');
  const [setting = {}] = settings;
  const rows = survey.filter(({ type = '' }) => type !== '');
  return {
    key: setting.form_id || 'imported',
    version: Number(setting.version) || 1,
    title: { 'zh-CN': setting.form_title ?? '', ...(setting.form_title_en ? { en: setting.form_title_en } : {}) },
    valid: rows.filter((row) => row.anlin_valid === 'yes').map((row) => row.name ?? ''),
    questions: rows.map((row) => questionOf(row, lists)),
  };
}

type FormRow = Readonly<Record<string, string>>;

function questionOf(row: FormRow, lists: ReadonlyMap<string, readonly FormRow[]>): SurveyQuestion {
  const { name = '', relevant = '', constraint = '', parameters = '', anlin_order = '' } = row;
  const [kind = '', list = ''] = (row.type ?? '').split(/\s+/);
  const max = /count-selected\(\.\)\s*<=\s*(\d+)/.exec(constraint)?.[1];
  const order =
    ORDERS.find((one) => one === anlin_order) ?? (/randomize\s*=\s*true/.test(parameters) ? 'shuffled' : undefined);
  const options = (lists.get(list) ?? []).map(optionOf);
  return {
    code: name,
    type: typeOf(kind, row.anlin_type ?? '', name),
    text: namesIn(row),
    ...(options.length > 0 ? { options } : {}),
    ...(order ? { order } : {}),
    ...(max ? { max: Number(max) } : {}),
    ...(relevant === '' ? {} : { showIf: parseCondition(relevant, name) }),
  };
}

function typeOf(kind: string, declared: string, name: string): QuestionType {
  switch (kind) {
    case 'select_one':
      return declared === 'scale' ? 'scale' : 'single';
    case 'select_multiple':
      return 'several';
    case 'text':
      return 'text';
    case 'note':
      return 'info';
    default:
      throw new BadForm(`${name}: questions of type "${kind}" cannot be asked in a chat.`);
  }
}

function optionOf(row: FormRow): SurveyOption {
  const role = OPTION_ROLES.find((one) => one === row.role);
  return {
    code: row.name ?? '',
    text: namesIn(row),
    ...(row.score ? { score: Number(row.score) } : {}),
    ...(role ? { role } : {}),
  };
}

function namesIn(row: FormRow): Names {
  const named = LANGUAGES.map(([language, column]) => [language, row[column] ?? ''] as const).filter(
    ([, text]) => text !== '',
  );
  return named.length > 0 ? Object.fromEntries(named) : { 'zh-CN': row.label ?? '' };
}

async function rowsOf(file: Buffer, sheet: string): Promise<readonly FormRow[]> {
  const cells = await readSheet(file, sheet).catch(() => {
    throw new BadForm(`There is no sheet "${sheet}" in this file: is it an XLSForm (.xlsx)?`);
  });
  const [head = [], ...rows] = cells;
  return rows.map((row) =>
    Object.fromEntries(
      head.map((column, i) => [String(column ?? ''), row[i] === null || row[i] === undefined ? '' : String(row[i])]),
    ),
  );
}
