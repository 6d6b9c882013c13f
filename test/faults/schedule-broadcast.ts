import { expect } from 'vitest';
import type { Broadcast, BroadcastKind, RunId } from '../../src/broadcasts/broadcast.ts';
import { newBroadcastId, runIdOf, sealOf } from '../../src/broadcasts/broadcast.ts';
import { keepBroadcast } from '../../src/broadcasts/broadcast-store.ts';
import { approveBroadcast, submitBroadcast } from '../../src/broadcasts/lifecycle.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import type { Store } from '../../src/store/store.ts';

/** Schedules a broadcast to a city's people for half a second from now, with its maker and a second organiser. */
export async function scheduleBroadcast(store: Store, kind: BroadcastKind, people: number): Promise<RunId> {
  const at = Date.now() + 500;
  const draft: Broadcast = {
    id: newBroadcastId(),
    state: 'draft',
    kind,
    topic: kind === 'urgent' ? 'urgent' : 'flood',
    content: { title: '今晚有大雨', words: { 'zh-CN': '请收好窗台上的东西。' }, buttons: ['heard'] },
    audience: { type: 'people', region: '990100000000', who: 'everybody' },
    schedule: { type: 'once', at },
    staleAfterMs: 3600_000,
    by: 'maker',
    region: '990100000000',
    madeAt: Date.now(),
    runs: [],
  };
  const proposed = submitBroadcast(draft, 'maker', people, 0, Date.now());
  if (proposed.type !== 'done') throw new Error(proposed.why);
  expect(proposed.broadcast.state).toBe('proposed');
  const approved = approveBroadcast(proposed.broadcast, 'second', sealOf(proposed.broadcast), people, Date.now());
  if (approved.type !== 'done') throw new Error(approved.why);
  // Skips the minute in which an approval can be withdrawn.
  const record = { ...approved.broadcast, next: at };
  const change = { op: `test:${draft.id}`, what: 'test', ...keepBroadcast(store, record) };
  expect((await commitAsSystem(store, change, Date.now())).type).toBe('ok');
  return runIdOf(draft.id, at);
}
