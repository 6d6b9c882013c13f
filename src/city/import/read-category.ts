import type { Limit } from '../../calendar.ts';
import type { Names } from '../../engine/step.ts';
import type { Category, CategoryQuestion } from '../category.ts';
import { QUESTIONS_MAX } from '../category.ts';
import type { RowReader } from './row-reader.ts';
import { readList, readNames } from './row-reader.ts';

const CODE = /^[a-z][a-z0-9_]{0,23}$/;

/** Reads a category or, without a group, a group of categories. */
export function readCategory({ text, value, wrong }: RowReader): Category | undefined {
  const code = text('code');
  // “none” is an option of the question itself.
  if (!CODE.test(code) || code === 'none') return wrong('code', 'snake_id');
  const names = readNames(text);
  if (!names) return wrong('name', 'missing');
  const group = text('group');
  if (!group) return { code, names };
  if (!CODE.test(group)) return wrong('group', 'snake_id');
  const kind = text('kind') || 'component';
  if (kind !== 'component' && kind !== 'event') return wrong('kind', 'kind');
  for (const column of ['contain', 'cure']) {
    if (text(column) && !/^\d{1,4}(min|h|wd)$/.test(text(column))) return wrong(column, 'limit');
  }
  const duplicate = text('duplicate') || '30m';
  if (!/^(\d{1,4}m|address)$/.test(duplicate)) return wrong('duplicate', 'duplicate');
  const emergency = readList(value('emergency'));
  if (emergency.some((number) => !/^([\d-]{3,16}|unit)$/.test(number))) return wrong('emergency', 'hotline');
  const questions = readQuestions(value('questions'), text('questions_en'));
  if (!questions) return wrong('questions', 'questions');
  if (questions.length > QUESTIONS_MAX) return wrong('questions', 'too_many_questions');
  const words = readList(value('words'));
  const danger = readNames(text, 'danger');
  const limits = {
    ...(text('contain') ? { contain: text('contain') } : {}),
    ...(text('cure') ? { cure: text('cure') } : {}),
  };
  return {
    code,
    group,
    names,
    kind,
    duplicate: duplicate as NonNullable<Category['duplicate']>, // checked above
    ...(limits as { readonly contain?: Limit; readonly cure?: Limit }), // checked above
    ...(text('lead') ? { lead: text('lead') } : {}),
    ...(words.length > 0 ? { words } : {}),
    ...(emergency.length > 0 ? { emergency } : {}),
    ...(danger ? { danger } : {}),
    ...(questions.length > 0 ? { questions } : {}),
  };
}

/**
 * Reads questions such as `盖子怎么样？：不见了/破了 || 围起来了吗？：是/否`; English ones have the same form and order.
 * JSON gives them as objects. Undefined if one is malformed.
 */
function readQuestions(value: unknown, english: string): readonly CategoryQuestion[] | undefined {
  if (Array.isArray(value)) return value.every(isQuestion) ? value : undefined;
  const written = String(value ?? '')
    .split('||')
    .filter((one) => one.trim());
  const inEnglish = english.split('||').map(splitQuestion);
  const questions = written.map((one, q) => {
    const { ask, options } = splitQuestion(one);
    const other = inEnglish[q];
    if (!ask || options.length < 2) return undefined;
    const both = (chinese: string, en: string | undefined): Names => ({ 'zh-CN': chinese, ...(en ? { en } : {}) });
    return {
      id: `q${q + 1}`,
      names: both(ask, other?.ask),
      options: options.map((option, o) => ({ id: `a${o + 1}`, names: both(option, other?.options[o]) })),
    };
  });
  return questions.every((one) => one !== undefined) ? (questions as readonly CategoryQuestion[]) : undefined;
}

const ID = /^[a-z][a-z0-9_]{0,15}$/;

function isQuestion(value: unknown): value is CategoryQuestion {
  const { id, names, options } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const named = (one: unknown) => typeof (one as Names | null | undefined)?.['zh-CN'] === 'string';
  const isOption = (one: unknown) => {
    const option = (one ?? {}) as Readonly<Record<string, unknown>>;
    return typeof option.id === 'string' && ID.test(option.id) && named(option.names);
  };
  return (
    typeof id === 'string' &&
    ID.test(id) &&
    named(names) &&
    Array.isArray(options) &&
    options.length > 1 &&
    options.every(isOption)
  );
}

function splitQuestion(text: string): { readonly ask: string; readonly options: readonly string[] } {
  const at = Math.max(text.lastIndexOf('：'), text.lastIndexOf(':'));
  const options = at < 0 ? '' : text.slice(at + 1);
  return {
    ask: (at < 0 ? text : text.slice(0, at)).trim(),
    options: options
      .split('/')
      .map((o) => o.trim())
      .filter(Boolean),
  };
}
