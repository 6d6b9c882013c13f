import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startWechatSimulator } from '../../../src/demo/wechat/server.ts';
import { PATIENCE_MS } from '../../patience.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
  await stage.phone.say('在吗');
});
afterEach(() => stage.close());

const headers = { 'content-type': 'application/json' };
const inject = (fault: object) =>
  fetch(`${stage.simulator.url}/sim/faults`, { method: 'POST', headers, body: JSON.stringify(fault) });
const shown = async () => (await stage.phone.messages()).filter(({ from }) => from === 'account').length;

/** Expects that a call with this fault waits while the next call is answered. Closes the stage. */
async function onlyLater(kind: 'slow' | 'hang') {
  const before = await shown();
  const fault = { path: 'custom/send', kind, times: 1, delay_ms: 30_000 };
  stage.simulator.faults.add(fault);
  const waiting = stage.text('等着');
  await vi.waitFor(() => expect(fault.times).toBe(0), { timeout: PATIENCE_MS });
  expect((await stage.text('下一条')).errcode).toBe(0);
  expect(await shown()).toBe(before + 1);
  await Promise.all([expect(waiting).rejects.toThrow(), stage.close()]);
  stage = await openStage();
}

describe('a fault', () => {
  test.each([
    ['wait', {}, 45011],
    ['quota', {}, 45009],
    ['closed', {}, 45015],
    ['refused', { errcode: 48002 }, 48002],
  ])('of kind %s answers once with its errcode', async (kind, more, errcode) => {
    await inject({ kind, ...more });
    expect((await stage.text('一')).errcode).toBe(errcode);
    expect((await stage.text('二')).errcode).toBe(0);
    expect(await shown()).toBe(1);
  });

  test('of kind lost delivers the message and cuts the answer', async () => {
    await inject({ kind: 'lost', path: 'custom/send' });
    await expect(stage.text('一')).rejects.toThrow();
    expect(await shown()).toBe(1);
    const calls = (await (await fetch(`${stage.simulator.url}/sim/calls`)).json()) as readonly { path: string }[];
    expect(calls.at(-1)).toMatchObject({ path: '/cgi-bin/message/custom/send', errcode: 0, message_id: 2 });
  });

  test('of kind cut_before or hang delivers nothing and answers nothing', async () => {
    await inject({ kind: 'cut_before' });
    await expect(stage.text('一')).rejects.toThrow();
    await onlyLater('hang');
  });

  test('of kind html_after delivers the message behind a proxy’s page', async () => {
    await inject({ kind: 'html_after' });
    await expect(stage.text('一')).rejects.toThrow('HTTP 504');
    expect(await shown()).toBe(1);
  });

  test('of kind html answers with a proxy’s page', async () => {
    await inject({ kind: 'html' });
    await expect(stage.text('一')).rejects.toThrow('HTTP 502');
    await inject({ kind: 'html', status: 200 });
    await expect(stage.text('一')).rejects.toThrow(/JSON/);
    expect(await shown()).toBe(0);
  });

  test('of kind token_gone ends the token, and a new one works', async () => {
    await inject({ kind: 'token_gone' });
    expect((await stage.text('一')).errcode).toBe(40001);
    expect((await stage.text('二')).errcode).toBe(0);
  });

  test('of kind slow delays the answer', async () => {
    await inject({ kind: 'slow', delay_ms: 1 });
    expect((await stage.text('一')).errcode).toBe(0);
    await onlyLater('slow');
  });

  test('of kind refused_connection refuses connections for a while', async () => {
    await inject({ kind: 'refused_connection', delay_ms: 100 });
    await vi.waitFor(async () => {
      const error = await stage.text('一').catch((problem: Error) => problem);
      expect(error).toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    });
    await vi.waitFor(async () => expect((await stage.text('二')).errcode).toBe(0));
  });

  test('must have a known kind, whole times and, if refused, an errcode', async () => {
    for (const fault of [{ kind: 'x' }, { kind: 'wait', times: 0 }, { kind: 'refused' }])
      expect((await inject(fault)).status).toBe(400);
  });
});

test('connections are refused until the simulator is told to listen again', async () => {
  const listenAgain = await stage.simulator.stopListening();
  await expect(stage.text('一')).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  await listenAgain();
  expect((await stage.text('二')).errcode).toBe(0);
});

describe('uploaded media', () => {
  const upload = async (type: string, bytes: Buffer, name = 'media') => {
    const form = new FormData();
    form.set(name, new Blob([new Uint8Array(bytes)]), 'file.jpg');
    const url = `${stage.simulator.url}/cgi-bin/media/upload?access_token=${await stage.token()}&type=${type}`;
    return (await (await fetch(url, { method: 'POST', body: form })).json()) as { errcode?: number; media_id: string };
  };
  const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);
  const image = (media_id: string) =>
    stage.call('/cgi-bin/message/custom/send', {
      touser: stage.phone.id,
      msgtype: 'image',
      image: { media_id },
    });

  test('can be sent for three days', async () => {
    const { media_id } = await upload('image', JPEG);
    expect((await image(media_id)).errcode).toBe(0);
    const { photo } = (await stage.phone.newest()) ?? {};
    expect((await fetch(`${stage.simulator.url}${photo}`)).headers.get('content-type')).toBe('image/jpeg');
    await stage.passes(3 * 86_400);
    await stage.phone.say('在吗');
    expect((await image(media_id)).errcode).toBe(40007);
  });

  test('must be of a known kind and size', async () => {
    expect(await upload('file', JPEG)).toMatchObject({ errcode: 40004 });
    expect(await upload('image', JPEG, 'photo')).toMatchObject({ errcode: 41005 });
    expect(await upload('image', Buffer.from('%PDF-1.7'))).toMatchObject({ errcode: 40005 });
    expect(await upload('voice', JPEG)).toMatchObject({ errcode: 40005 });
    const large = Buffer.alloc(10 * 1024 * 1024 + 1);
    JPEG.copy(large);
    expect(await upload('image', large)).toMatchObject({ errcode: 40009 });
  });
});

test('a file keeps people, messages, tokens and the clock over a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'anlin-wechat-'));
  const file = join(folder, 'wechat.jsonl');
  const first = await openStage({ file });
  await first.phone.say('在吗');
  await first.passes(600);
  const token = await first.token();
  await first.close();
  const again = await startWechatSimulator({ port: 0, file });
  expect(again.world.people.get(first.phone.id)?.windows[0]?.left).toBe(5);
  expect(again.world.messages.all().map(({ parts }) => parts?.[0]?.text)).toEqual(['在吗']);
  expect(again.world.tokens.get('newest')?.value).toBe(token);
  expect(again.world.now() - Date.now()).toBeGreaterThan(599_000);
  await again.close();
  rmSync(folder, { recursive: true, force: true });
});
