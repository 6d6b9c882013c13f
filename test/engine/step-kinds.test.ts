import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { demoRegions } from '../../src/demo/city.ts';
import { flow } from '../../src/engine/flow.ts';
import type { Step, StepKind } from '../../src/engine/step.ts';
import { STEP_KINDS } from '../../src/engine/step.ts';
import { choice, choices } from '../../src/engine/steps/choice.ts';
import { confirm } from '../../src/engine/steps/confirm.ts';
import { date } from '../../src/engine/steps/date.ts';
import { number } from '../../src/engine/steps/number.ts';
import { phone } from '../../src/engine/steps/phone.ts';
import { photos } from '../../src/engine/steps/photos.ts';
import { place } from '../../src/engine/steps/place.ts';
import { spot } from '../../src/engine/steps/spot.ts';
import { text } from '../../src/engine/steps/text.ts';
import { tree } from '../../src/engine/steps/tree.ts';
import { voice } from '../../src/engine/steps/voice.ts';
import { regionTree } from '../../src/regions/region-tree.ts';
import type { Move } from './play.ts';
import { media, Play } from './play.ts';

const FOLDER = new URL('../../src/engine/steps/', import.meta.url);
const POINT = { latitude: 31.4552, longitude: 119.4434 };
const CITY = regionTree(demoRegions());
const LAMP = { id: 'lamp', name: { 'zh-CN': '路灯' } };
const LAMPS = { groups: [{ id: 'light' }], leaves: () => [LAMP], find: () => [LAMP], leaf: () => LAMP };

type AnyStep = Step<unknown, Readonly<Record<string, unknown>>, unknown>;
type Scenario = { readonly step: AnyStep; readonly moves: readonly Move[]; readonly answer: unknown };

/** A question of each kind, inputs that answer it, and the answer. */
const SCENARIOS: Readonly<Record<StepKind, Scenario>> = {
  choice: { step: choice({ options: ['fire', 'road'] }), moves: ['2'], answer: 'road' },
  choices: {
    step: choices({ options: ['mon', 'tue'] }),
    moves: [{ tap: 'tue' }, { tap: '~done' }],
    answer: ['tue'],
  },
  tree: { step: tree({ tree: () => LAMPS }), moves: [{ tap: 'light' }, { tap: 'lamp' }], answer: 'lamp' },
  text: { step: text({ maxLength: 10 }), moves: ['路灯不亮'], answer: { text: '路灯不亮' } },
  number: { step: number({ min: 1, max: 9 }), moves: ['三'], answer: 3 },
  date: { step: date({}), moves: ['12月5日'], answer: '2026-12-05' },
  phone: { step: phone(), moves: [{ type: 'contact', phone: '+8613800000000' }], answer: '13800000000' },
  place: {
    step: place({ maxLength: 50, regions: () => CITY, sharing: () => true }),
    moves: [{ tap: 'tree' }, '1', '1', '1', '3幢', { tap: 'yes' }],
    answer: { region: '990101001001', text: '3幢' },
  },
  spot: { step: spot(), moves: [{ type: 'location', point: POINT }], answer: { point: POINT } },
  photos: {
    step: photos({ max: 2 }),
    moves: [{ type: 'photo', photo: media('a') }, { tap: '~done' }],
    answer: [media('a')],
  },
  voice: {
    step: voice({ maxSeconds: 60 }),
    moves: [{ type: 'voice', voice: media('v'), seconds: 5 }],
    answer: { voice: media('v'), seconds: 5 },
  },
  confirm: { step: confirm(), moves: [{ tap: 'yes' }], answer: true },
};

describe.each(STEP_KINDS)('a question of kind %s', (kind) => {
  test('has one file', () => {
    const sources = readdirSync(FOLDER).map((file) => readFileSync(new URL(file, FOLDER), 'utf8'));
    expect(sources.filter((source) => source.includes(`kind: '${kind}'`))).toHaveLength(1);
  });

  test('is asked and answered', () => {
    const { step, moves, answer } = SCENARIOS[kind];
    const asked = flow<unknown>({ id: 'one', version: 1, lifetimeSeconds: 60 }).step('it', step).end();
    const play = new Play(asked, undefined);
    expect(play.question.kind).toBe(kind);
    expect(play.do(...moves)).toMatchObject({ type: 'finished', answers: { it: answer } });
  });
});

describe('a code given out at the place', () => {
  const read = (text: string) => spot().read({ type: 'text', text }, { facts: {}, answers: {}, now: 0 }, undefined);

  test.each(['0427', ' 0 4 2 7 ', '０４２７', '0427。', '04-27', '0，4，2，7', '零四二七', '〇四二七', '0️⃣4️⃣2️⃣7️⃣'])(
    'is read from “%s”',
    (typed) => expect(read(typed)).toEqual({ type: 'answer', value: { code: '0427' } }),
  );

  test.each(['427', '04270', '四百二十七', '十四二七', '2024室', '3号楼2024室', '', '。。。。'])(
    'is not read from “%s”',
    (typed) => expect(read(typed)).toMatchObject({ type: 'again' }),
  );
});
