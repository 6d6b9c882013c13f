import { expect, test } from 'vitest';
import { newContact } from '../../../src/people/contact.ts';
import { openConsoleTalk } from '../../../src/people/sign-in/open-console-flow.ts';
import { keysOf } from '../../../src/store/keys.ts';
import type { Store } from '../../../src/store/store.ts';

test('a link waits encrypted in the outbox, and the store keeps only the hash of its token', () => {
  // The outcome needs only the key names and the pseudonym of a store.
  const store = { keys: keysOf('test'), pseudonym: () => 'pseudonym-12' } as unknown as Store;
  const { says, writes } = openConsoleTalk.finish(
    {},
    {
      ...{ store, person: 'telegram:1', contact: newContact('zh-CN', 0), given: {}, now: 0, random: () => 0 },
      facts: { grants: [], site: 'https://anlin.example.org' },
    },
  );
  const token = /#t=([\w.-]+)/.exec(JSON.stringify(says))?.[1] ?? '';
  expect(token).toMatch(/^pseudonym-12\.[\w-]{43}$/);
  expect(says.map(({ apart }) => apart)).toEqual([true]);
  expect(JSON.stringify(writes)).not.toContain(token.split('.')[1]);
});
