import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Inbound } from '../../src/channels/channel.ts';
import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import { decide } from '../../src/conversation/decide.ts';
import type { TurnContext } from '../../src/conversation/turn-context.ts';
import { demoCityData } from '../../src/demo/city.ts';
import { openWording } from '../../src/i18n.ts';
import { NO_TALKS } from '../../src/people/person-store.ts';
import { keysOf } from '../../src/store/keys.ts';
import type { Store } from '../../src/store/store.ts';
import { randomIntFrom } from './seed.ts';

const NOW = Date.parse('2026-11-22T02:00:00Z');
const wording = openWording();
const city = cityOf({ ...NEW_CITY, ...demoCityData() }, wording.languageNames);
// A decision reads no data, only the names of keys.
const store = { keys: keysOf('replay'), pseudonym: () => 'somebody' } as unknown as Store;

/** Inputs of a person; `tap` is a button of the current question, by step and option. */
const INPUTS: readonly (Inbound['content'] | { readonly tap: string })[] = [
  { type: 'start', payload: '' },
  { type: 'text', text: '楼道里有人飞线充电' },
  { tap: 'consent/yes' },
  { tap: 'category/e_bike_wire_charging' },
  { type: 'location', point: { latitude: 31.478, longitude: 119.47 } },
  { tap: 'place/990101004001003' },
  { tap: 'location_consent/yes' },
  { type: 'photo', photo: { file: 'f1', same: 's1' } },
  { tap: 'review/fix.extra_1' },
  { tap: 'extra_1/yes' },
  { type: 'text', text: '提交' },
];

test('the same state, input, time and random numbers give the same commit, byte for byte', async () => {
  const random = randomIntFrom(17);
  let person: TurnContext['person'] = {
    urn: 'test:1',
    address: 'test:1',
    version: 0,
    contact: undefined,
    talks: NO_TALKS,
    lastMessage: undefined,
    gone: undefined,
  };
  const lines: string[] = [];
  for (const [n, input] of INPUTS.entries()) {
    const talk = person.talks.active;
    const content = 'tap' in input ? tapOf(input.tap, lines.at(-1) ?? '', talk?.talk ?? '') : input;
    const scene: TurnContext = {
      store,
      city,
      wording,
      person,
      now: NOW + n * 5000,
      loaded: new Map([['report-hazard', []]]),
      talkId: 'abcd',
      random,
      channel: 'telegram',
      link: (payload) => payload,
    };
    const { contact, talks, checks, writes, messages, audit } = decide(
      { id: `test:${n}`, from: 'test:1', at: 0, content },
      scene,
    );
    lines.push(JSON.stringify({ input, contact, talks, checks, writes, messages, audit }));
    person = { ...person, version: n + 1, contact, talks };
  }
  expect(JSON.parse(lines.at(-1) ?? '{}').audit).toContain('case_filed');
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('f17-replay.jsonl');
  expect(readFileSync(new URL('f17-replay.jsonl', import.meta.url), 'utf8').split('\n')).toHaveLength(
    INPUTS.length + 1,
  );
});

/** Finds the button's complete id in the last message, with its seal. */
function tapOf(tap: string, said: string, talk: string): Inbound['content'] {
  const id = new RegExp(`report-hazard/${tap.replace('~', '\\~')}/${talk}[\\w.]*`).exec(said)?.[0];
  return { type: 'choice', id: id ?? `report-hazard/${tap}/${talk}` };
}
