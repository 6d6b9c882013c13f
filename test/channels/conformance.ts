import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Channel, Inbound, Outgoing, SendOutcome, Urn } from '../../src/channels/channel.ts';

/** The test bench of a channel: the channel, a person on its other side, and a way to break it. */
export type Rig = {
  readonly channel: Channel;
  /** A person whom the bot may write to. */
  readonly person: Urn;
  /** A person whom the bot may not write to; absent where every address is taken. */
  readonly stranger?: Urn;
  /** The messages that the person sees, oldest first, with the labels of their buttons. */
  seen(): Promise<readonly { readonly text: string; readonly labels: readonly string[] }[]>;
  says(text: string): Promise<void>;
  /** Taps a button of the newest message by its label; only for channels with buttons. */
  taps(label: string): Promise<void>;
  sendsPhoto(): Promise<void>;
  sendsLocation(): Promise<void>;
  /** The wait that the service demands after `wait`, ms; 2000 if left out. */
  readonly waitMs?: number;
  /** The next send fails this way; absent where a send cannot fail. */
  breaks?(how: 'wait' | 'lost' | 'cut_before' | 'refused_connection'): Promise<void>;
  close(): Promise<void>;
};

/** Tests the channel contract. A channel that passes supports every flow. */
export function conformance(name: string, open: () => Promise<Rig>, { canFail = true } = {}): void {
  describe(`${name} keeps the channel contract`, () => {
    let rig: Rig;
    const arrived: Inbound[] = [];
    let refusals = 0;
    beforeAll(async () => {
      rig = await open();
      await rig.channel.open(async (inbound) => {
        if (refusals > 0) {
          refusals -= 1;
          throw new Error('not now');
        }
        arrived.push(inbound);
      });
    });
    afterAll(async () => {
      await rig.channel.pause();
      await rig.close();
      await rig.channel.close();
    });

    const next = async (act: () => Promise<void>): Promise<Inbound> => {
      const before = arrived.length;
      await act();
      await vi.waitFor(() => expect(arrived.length).toBe(before + 1), { timeout: 10_000 });
      return arrived.at(-1) as Inbound;
    };
    let keys = 0;
    const key = () => {
      keys += 1;
      return String(keys);
    };
    const newest = async () => (await rig.seen()).at(-1);

    test('text arrives unchanged, with an id and a sender of this channel', async () => {
      const text = '三幢 <b>*_`[x](y)</b> $t(a) {{b}} 👨‍👩‍👧';
      const inbound = await next(() => rig.says(text));
      expect(inbound.content).toEqual({ type: 'text', text });
      expect(inbound.from.startsWith(`${rig.channel.scheme}:`)).toBe(true);
      expect(inbound.id).toMatch(/./);
    });

    test('an update that could not be handled arrives again, before the updates after it', async () => {
      refusals = 1;
      const before = arrived.length;
      await rig.says('eins');
      await rig.says('zwei');
      await vi.waitFor(() => expect(arrived.length).toBe(before + 2), { timeout: 15_000 });
      expect(arrived.slice(before).map(({ content }) => (content as { text: string }).text)).toEqual(['eins', 'zwei']);
    });

    test('photos and locations arrive', async () => {
      expect((await next(() => rig.sendsPhoto())).content).toMatchObject({
        type: 'photo',
        photo: { file: expect.any(String) },
      });
      const place = await next(() => rig.sendsLocation());
      expect(place.content).toMatchObject({ type: 'location', point: { latitude: expect.any(Number) } });
    });

    test('a sent text appears unchanged', async () => {
      const text = '地点：<b>三幢</b> *_`~[x](y) \\ & &amp;';
      expect(await rig.channel.send(rig.person, { text }, key())).toMatchObject({ type: 'sent' });
      expect((await newest())?.text).toContain(text);
    });

    test('a message to many people arrives whole each time, and the outcome of each send is its own', async () => {
      const message = { text: '注意：“防汛” \\ "三幢" 🌧', choices: [[{ id: 'ok', label: '好' }]], many: true } as const;
      for (let i = 0; i < 2; i += 1) expect((await rig.channel.send(rig.person, message, key())).type).toBe('sent');
      const [first, second] = (await rig.seen()).slice(-2);
      expect(first?.text).toContain(message.text);
      if (rig.channel.can.choices === 'buttons') expect(first?.labels).toEqual(['好']);
      expect(second).toEqual(first);
      if (rig.stranger) expect((await rig.channel.send(rig.stranger, message, key())).type).toBe('gone');
    });

    test('a choice arrives with its id, or is numbered in the text on a channel without buttons', async () => {
      const choices = [[{ id: 'a-flow/a-step/one/abcd', label: '第一' }], [{ id: 'x'.repeat(64), label: '第二' }]];
      await rig.channel.send(rig.person, { text: '选一个', choices }, key());
      if (rig.channel.can.choices === 'buttons') {
        const inbound = await next(() => rig.taps('第二'));
        expect(inbound.content).toEqual({ type: 'choice', id: 'x'.repeat(64) });
        expect(inbound.tapped).toBeDefined();
      } else {
        expect((await newest())?.text).toMatch(/1.*第一[\s\S]*2.*第二/);
      }
    });

    test('a repeated send with the same key arrives once where the channel drops repeats', async () => {
      const [before, name] = [(await rig.seen()).length, key()];
      const sends = await Promise.all([1, 2].map(() => rig.channel.send(rig.person, { text: '只此一条' }, name)));
      const again = await rig.channel.send(rig.person, { text: '只此一条' }, name);
      if (rig.channel.can.dropsRepeats) {
        expect((await rig.seen()).length).toBe(before + 1);
        expect(new Set([...sends, again].map((one) => JSON.stringify(one))).size).toBe(1);
      } else expect((await rig.seen()).length).toBe(before + 3);
    });

    test('a long text is sent in pieces within the limit, in order and complete', async () => {
      const { max, unit } = rig.channel.can.text;
      const lengthOf = (one: string) => (unit === 'bytes' ? Buffer.byteLength(one) : one.length);
      const text = Array.from(
        { length: Math.ceil((max * 2.5) / lengthOf('第100句话，在这里。')) },
        (_, i) => `第${i}句话，在这里。`,
      ).join('');
      const pieces = rig.channel.fit({ text, choices: [[{ id: 'ok', label: '好' }]] });
      expect(pieces.length).toBeGreaterThan(2);
      for (const piece of pieces) {
        expect(lengthOf(piece.text)).toBeLessThanOrEqual(max);
        expect((await rig.channel.send(rig.person, piece, key())).type).toBe('sent');
      }
      expect(pieces.map((piece) => piece.text).join('')).toBe(text);
      expect(pieces.filter(({ choices }) => choices).length).toBe(1);
    });

    test('an edit replaces the message where the channel can edit, and otherwise sends a new one', async () => {
      const sent = await rig.channel.send(rig.person, { text: '原来的' }, key());
      const before = (await rig.seen()).length;
      const ref = sent.type === 'sent' ? sent.ref : undefined;
      const edited: Outgoing = { text: '改过的', ...(ref ? { edits: ref } : {}) };
      expect((await rig.channel.send(rig.person, edited, key())).type).toBe('sent');
      expect((await rig.channel.send(rig.person, edited, key())).type, 'a repeated edit succeeds too').toBe('sent');
      expect((await newest())?.text).toContain('改过的');
      if (rig.channel.can.edits) expect((await rig.seen()).length).toBe(before);
    });

    test('an edit of a missing message sends a new one', async () => {
      expect((await rig.channel.send(rig.person, { text: '没有了', edits: '999999' }, key())).type).toBe('sent');
      expect((await newest())?.text).toContain('没有了');
    });

    if (!canFail) return;
    test.each([
      ['wait', 'later'],
      ['lost', 'unknown'],
      // The sender cannot tell it from the one above.
      ['cut_before', 'unknown'],
      ['refused_connection', 'later'],
    ] as const)('a send that fails by "%s" has the outcome "%s"', async (how, type) => {
      await rig.breaks?.(how);
      const outcome: SendOutcome = await rig.channel.send(rig.person, { text: '试试' }, key());
      expect(outcome.type).toBe(type);
      if (outcome.type === 'later' && how === 'wait')
        expect(outcome).toMatchObject({ afterMs: rig.waitMs ?? 2000, scope: 'account' });
    });

    test('a send to a person whom the bot may not write to has the outcome "gone"', async () => {
      expect((await rig.channel.send(rig.stranger ?? rig.person, { text: '您好' }, key())).type).toBe('gone');
    });
  });
}
