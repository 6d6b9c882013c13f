import type { OuterKey } from '../src/store/start/data-key.ts';

/** The DATA_KEY of every bot and store in the tests. */
export const OUTER_KEY: OuterKey = { key: 'a-data-key-of-the-tests-0123456789', from: 'environment' };
