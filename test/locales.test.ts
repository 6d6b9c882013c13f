import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EVENT_TYPES } from '../src/cases/case-event.ts';
import { TRANSITIONS } from '../src/cases/transitions.ts';
import { categoryTree } from '../src/city/category.ts';
import { DEFAULT_CATEGORIES } from '../src/city/new-city.ts';
import { auditWord } from '../src/console/audit-words.ts';
import { TALKS } from '../src/conversation/talk-list.ts';
import { demoPlaces, demoRegions } from '../src/demo/city.ts';
import { CONTROLS } from '../src/engine/question.ts';
import type { FlowKey } from '../src/i18n.ts';
import { openWording } from '../src/i18n.ts';
import { writeButton } from '../src/notify/button.ts';
import type { Reader } from '../src/notify/reader.ts';

const wording = openWording();
const FOLDER = new URL('../locales/', import.meta.url);

/** All keys of a language with their sentences, as `namespace:path`. */
function keysOf(language: string): ReadonlyMap<string, string> {
  const root = new URL(`${language}/`, FOLDER);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
  const found = new Map<string, string>();
  for (const file of files)
    collect(JSON.parse(readFileSync(new URL(file, root), 'utf8')), `${file.slice(0, -5)}:`, found);
  return found;
}

function collect(node: object, path: string, found: Map<string, string>): void {
  for (const [name, value] of Object.entries(node)) {
    if (typeof value === 'string') found.set(path + name, value);
    else collect(value, `${path}${name}.`, found);
  }
}

const bare = (key: string) => key.replace(/_(zero|one|two|few|many|other)$/, '');

/** Languages with every sentence; others may have a part. */
const COMPLETE = ['zh-CN', 'en'];
const NAME = 'flows/choose-language:language.options.';

test('Chinese and English have the same keys; another language has some of them, and its own name', () => {
  const besidesNames = (language: string) =>
    [...new Set([...keysOf(language).keys()].map(bare))].filter((key) => !key.startsWith(NAME)).sort();
  const chinese = besidesNames('zh-CN');
  for (const language of wording.languages) {
    expect(keysOf(language).has(NAME + language), `${language} names itself`).toBe(true);
    const keys = besidesNames(language);
    if (COMPLETE.includes(language)) expect(keys, language).toEqual(chinese);
    else expect(keys.filter((key) => !chinese.includes(key))).toEqual([]);
  }
});

test('every language is offered under a name in every language', () => {
  for (const { id, names } of wording.languageNames) {
    for (const reader of wording.languages) {
      expect(names[reader]).toBe(keysOf(reader).get(NAME + id) ?? keysOf(id).get(NAME + id));
    }
  }
});

test('every sentence uses the same values in every language', () => {
  const named = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort();
  const chinese = keysOf('zh-CN');
  for (const language of wording.languages) {
    for (const [key, text] of keysOf(language)) {
      const original = chinese.get(key) ?? chinese.get(`${bare(key)}_other`) ?? '';
      expect([...new Set(named(text))], `${language} ${key}`).toEqual([...new Set(named(original))]);
    }
  }
});

test.each(TALKS.map((talk) => [talk.flow.id, talk] as const))(
  'every step of %s is worded in every language',
  (id, talk) => {
    const missing: string[] = [];
    for (const language of COMPLETE) {
      const must = (key: string) => {
        if (!wording.has(language, key)) missing.push(`${language} ${key}`);
      };
      must(`flows/${id}:title`);
      must(`common:buttons.${id}`);
      must(`common:words.${id}`);
      // The wording of questions that are data is data too.
      const isData = (step: string) => wording.has(language, `flows/${id}:ask`) && /^[qmt]\d+$/.test(step);
      for (const step of talk.flow.steps) {
        if (isData(step.id)) continue;
        must(`flows/${id}:${step.id}.ask`);
        must(`flows/${id}:${step.id}.invalid`);
        for (const option of fixedOptions(step)) must(`flows/${id}:${step.id}.options.${option}`);
        for (const key of step.wordings ?? []) must(`flows/${id}:${step.id}.${key}`);
      }
      const reviews = talk.flow.steps.some((step) => step.review);
      for (const step of talk.flow.steps) if (reviews && step.reviewed !== false) must(`flows/${id}:${step.id}.label`);
    }
    expect(missing).toEqual([]);
  },
);

test('the button that changes an answer reads as a wish: no question stands behind 改', () => {
  const say = wording.in('zh-CN');
  // 改是一盏还是一片: words of a question, a half sentence, or a question that is data.
  const odd = /吗|什么|哪|几|多久|还是|谁|怎么|以后$|到$|^(?:并|发给|撤|请)|\{\{/;
  const asked = TALKS.filter(({ flow: { steps } }) => steps.some((step) => step.review)).flatMap(({ flow }) =>
    flow.steps
      .filter((step) => step.reviewed !== false && wording.has('zh-CN', `flows/${flow.id}:${step.id}.label`))
      .filter((step) => !wording.has('zh-CN', `flows/${flow.id}:${step.id}.fix`))
      .map((step) => say(`flows/${flow.id}:${step.id}.label` as FlowKey, { question: '是一盏还是一片' })),
  );
  expect(asked.filter((label) => odd.test(label))).toEqual([]);
});

test('no talk has a question that only the button of another message answers', () => {
  // Such a question repeats itself as its help. A talk without any other question ends at once.
  const say = wording.in('zh-CN');
  const stuck = TALKS.flatMap(({ flow: { id, steps } }) =>
    steps
      .map((step): FlowKey => `flows/${id}:${step.id}`)
      .filter((key) => steps.length > 1 && wording.has('zh-CN', `${key}.ask`))
      .filter((key) => say(`${key}.ask` as FlowKey) === say(`${key}.invalid` as FlowKey)),
  );
  expect(stuck).toEqual([]);
});

/** Ids with the same form in the source that are no events of the audit log. */
const NO_EVENTS =
  /^(?:answer_late|foreign_contact|live_location|look_\w+|lost_cells|no_\w+|not_a_\w+|own_key|photo_waits|struck_out|which_part)$/;

test('every event of the audit log has words in every language', () => {
  const folder = new URL('../src/', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const named = files.flatMap((file) =>
    [
      ...readFileSync(new URL(file, folder), 'utf8').matchAll(
        /(?:what: |outcome: |audit: |noChange\(\s*)'([a-z]+_[a-z_]+)'/g,
      ),
    ].map(([, id = '']) => id),
  );
  const events = [...named.filter((id) => !NO_EVENTS.test(id)), ...EVENT_TYPES.map((type) => `case_${type}`)];
  expect(events.length).toBeGreaterThan(300);
  const talks = TALKS.flatMap(({ flow: { id } }) => [`seen:${id}`, `refused:${id}`]);
  for (const language of COMPLETE) {
    const reader = { say: wording.in(language), has: (key: string) => wording.has(language, key) } as Reader;
    const bare = [...new Set([...events, ...talks])].filter((id) => auditWord(id, reader) === id);
    expect([language, bare]).toEqual([language, []]);
  }
  const reader = { say: wording.in('zh-CN'), has: (key: string) => wording.has('zh-CN', key) } as Reader;
  expect(auditWord('task_refused:full', reader)).toBe('任务：没办成');
  expect(auditWord('api_key_revoked:k1', reader)).toBe('接口密钥：收回 k1');
  expect(auditWord('score_2026_11_exported:40', reader)).toBe('平安指数：导出 40');
  expect(auditWord('from_a_later_version', reader)).toBe('from_a_later_version');
});

/** Actors at the desk, who act in the talk `my-work`. */
const DESK: readonly string[] = ['dispatcher', 'unit_staff', 'grid_worker', 'lead', 'office'];

test('every case event that organisers may cause is worded as an action of my-work', () => {
  const events = TRANSITIONS.filter(({ roles }) => roles.some((role) => DESK.includes(role))).map(({ event }) => event);
  const keys = events.flatMap((event) => [`next.options.${event}`, `done.${event}`]);
  for (const language of COMPLETE) {
    expect(keys.filter((key) => !wording.has(language, `flows/my-work:${key}`))).toEqual([]);
  }
});

/** The options of a step that are worded in locales and need few facts. */
function fixedOptions(step: (typeof TALKS)[number]['flow']['steps'][number]): readonly string[] {
  if (step.kind === 'place' || step.kind === 'tree') return []; // their options are data
  try {
    const { options = [] } = step.ask({ answers: {}, facts: FACTS, now: 0 }, undefined);
    return options.filter(({ name, wording }) => !name && !wording).map(({ id }) => id);
  } catch {
    return [];
  }
}

const FACTS = {
  categories: categoryTree(DEFAULT_CATEGORIES),
  cases: [],
  languages: wording.languageNames,
};

test('the longest button of every flow fits into 64 bytes', () => {
  const regions = [...demoRegions(), ...demoPlaces()].map(({ id }) => id);
  const categories = DEFAULT_CATEGORIES.map(({ code }) => code);
  const talk = 'abcd';
  const long: string[] = [];
  for (const { flow } of TALKS) {
    for (const step of flow.steps) {
      const options = [...CONTROLS, ...fixedOptions(step), ...flow.steps.map((s) => `fix.${s.id}`)];
      const data = step.kind === 'place' ? regions : step.kind === 'tree' ? categories : [];
      for (const option of [...options, ...data]) {
        const id = writeButton({ type: 'answer', flow: flow.id, step: step.id, option, talk, seal: 'abcde' });
        if (Buffer.byteLength(id) > 64) long.push(id);
      }
    }
  }
  expect(long).toEqual([]);
});

test('every reason to ask again has a sentence', () => {
  const folder = new URL('../src/engine/', import.meta.url);
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const text = sources.map((file) => readFileSync(new URL(file, folder), 'utf8')).join('\n');
  const reasons = [...text.matchAll(/again\('(\w+)'\)|reason: '(\w+)'/g)].map((match) => match[1] ?? match[2] ?? '');
  expect(new Set(reasons).size).toBeGreaterThan(6);
  const said = reasons.filter((reason) => reason !== 'invalid');
  for (const language of wording.languages) {
    expect(said.filter((reason) => !wording.has(language, `common:again.${reason}`))).toEqual([]);
  }
});

test('residents are addressed as 您, never 你', () => {
  const said = [...keysOf('zh-CN')].filter(([key]) => !key.startsWith('common:words.'));
  expect(said.filter(([, text]) => text.includes('你')).map(([key]) => key)).toEqual([]);
});

test('an unknown language falls back to Chinese, a known one to itself', () => {
  expect(['zh-hans', 'zh', undefined, 'fr', 'en-GB'].map((tag) => wording.languageFor(tag))).toEqual([
    'zh-CN',
    'zh-CN',
    'zh-CN',
    'zh-CN',
    'en',
  ]);
});

test('text of a person is never searched for keys or values', () => {
  const say = wording.in('zh-CN');
  const nasty = '$t(common:help) {{number}} <b>*_`&amp;';
  expect(say('common:noted', { label: nasty })).toBe(`✓ ${nasty}`);
});
