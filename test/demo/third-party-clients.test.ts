import { expect, test, vi } from 'vitest';
import { ANSWERS } from './third-party-clients/client.ts';
import { eachClient, JPEG } from './third-party-clients/each-client.ts';

eachClient((stage) => {
  const newest = async () => (await stage.phone.messages()).at(-1);

  test('the client receives text unchanged', async () => {
    const text = '三幢 <b>*_`[x](y)</b> 👨‍👩‍👧';
    await stage.phone.say(text);
    expect((await stage.phone.sees(/您说/)).text).toBe(ANSWERS.text(text));
  });

  test('the client shows a keyboard whose buttons share location and phone number', async () => {
    const { phone } = stage;
    const [first] = await phone.fromBot();
    expect(first?.keyboard).toEqual([[ANSWERS.shareLocation], [ANSWERS.shareContact]]);
    await phone.say(ANSWERS.shareLocation);
    await phone.sees(/位置 31\.4552,119\.4434/);
    await phone.say(ANSWERS.shareContact);
    await phone.sees(/号码 1380000/);
  });

  test('the client acknowledges a tapped button and edits its message', async () => {
    const { phone, calls } = stage;
    await phone.say('/ask');
    const asked = await phone.withButton('好');
    await phone.tap('好');
    await phone.hasSeen(/您选了 yes/);
    const edited = (await phone.messages()).find(({ message_id }) => message_id === asked.message_id);
    expect(edited).toMatchObject({ text: ANSWERS.answered('yes'), edits: 1, buttons: [] });
    await vi.waitFor(async () => expect((await calls('answerCallbackQuery')).map(({ ok }) => ok)).toEqual([true]));
  });

  test('the client downloads whole photos and voice messages by links that show their kind', async () => {
    const { phone } = stage;
    await phone.send({ photo: JPEG.toString('base64') });
    expect((await phone.sees(/^photo/)).text).toMatch(new RegExp(`^photo ${JPEG.length} photos/\\w+\\.jpg$`));
    await phone.send({ voice: 7 });
    expect((await phone.sees(/^voice/)).text).toMatch(/^voice \d+ voice\/\w+\.oga$/);
  });

  test('the client receives the album id of photos', async () => {
    for (let i = 0; i < 3; i += 1) await stage.phone.send({ photo: 'manhole', album: 'a7' });
    await vi.waitFor(async () => {
      const told = (await stage.phone.fromBot()).filter(({ text }) => text === ANSWERS.album('a7'));
      expect(told).toHaveLength(3);
    });
  });

  test('the client sends photos by upload, and again by file id', async () => {
    const { phone, client, simulator } = stage;
    const { photo } = await client.photo(phone.id, JPEG, '井盖');
    const shown = await newest();
    expect(shown).toMatchObject({ caption: '井盖', photo: photo?.at(-1)?.file_id });
    const kept = await fetch(`${simulator.url}/sim/files/${shown?.photo}`);
    expect(Buffer.from(await kept.arrayBuffer()).equals(JPEG)).toBe(true);
    await client.photo(phone.id, photo?.at(0)?.file_id ?? '');
    expect((await newest())?.photo).toBe(shown?.photo);
  });

  test('a voice message or document that is sent again keeps its duration or name', async () => {
    const { phone, client } = stage;
    const said = await client.voice(phone.id, Buffer.from('OggS'), 9);
    expect(said.voice?.duration).toBe(9);
    const again = await client.voice(phone.id, said.voice?.file_id ?? '', 0);
    expect(again.voice).toEqual(said.voice);
    expect((await newest())?.voice).toBe(9);
    const list = await client.document(phone.id, Buffer.from('a,b\n'), '名单.csv');
    expect(list.document?.file_name).toBe('名单.csv');
    await client.document(phone.id, list.document?.file_id ?? '', 'other name');
    expect((await newest())?.document).toBe('名单.csv');
  });

  test('the client sends one album of new and known photos', async () => {
    const { phone, client } = stage;
    const { photo } = await client.photo(phone.id, JPEG);
    const before = (await phone.messages()).length;
    const sent = await client.album(phone.id, 'photo', [JPEG, photo?.at(-1)?.file_id ?? '', JPEG]);
    expect(sent.map(({ caption }) => caption)).toEqual(['图', '图', '图']);
    expect(new Set(sent.map(({ media_group_id }) => media_group_id ?? 'none')).size).toBe(1);
    expect((await phone.messages()).slice(before).filter((message) => message.photo)).toHaveLength(3);
    expect(await client.album(phone.id, 'document', [Buffer.from('1'), Buffer.from('2')])).toHaveLength(2);
  });

  test('the client sends a chat action, deletes messages and sets commands', async () => {
    const { phone, client } = stage;
    await client.action(phone.id, 'typing');
    const { message_id } = await phone.say('我说错了');
    const answered = await phone.sees(/我说错了/);
    await client.remove(phone.id, answered.message_id);
    await client.remove(phone.id, message_id);
    expect((await phone.messages()).filter(({ text }) => text?.includes('我说错了'))).toEqual([]);
    const english = [{ command: 'report', description: 'Report a hazard' }];
    expect(await client.setCommands(english, 'en')).toEqual(english);
    expect(await client.setCommands([])).toEqual([]);
  });

  test('a message may have 4096 characters, even if emoji make more UTF-16 units', async () => {
    const { phone, client } = stage;
    await client.text(phone.id, '🚧'.repeat(4096));
    expect((await newest())?.text).toHaveLength(8192);
    const text = '🚧'.repeat(4000);
    await phone.say(text);
    expect((await phone.sees(/您说/)).text).toBe(ANSWERS.text(text));
  });

  test('the client receives its updates by webhook or polling, and none stays pending', async () => {
    await vi.waitFor(async () => {
      const { url, pending_update_count } = await stage.client.webhookInfo();
      expect([url !== '', pending_update_count]).toEqual([stage.mode === 'webhook', 0]);
    });
  });
});
