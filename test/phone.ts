import { request } from 'undici';
import type { SeenMessage } from '../src/demo/simulator/people.ts';
import { PATIENCE_MS } from './patience.ts';

/** While a phone waits, jobs run whenever the simulator has not changed for this long, ms. */
const JOBS_AFTER_MS = 60;

/** A person with a phone in the simulator; all she can do goes through the /sim calls that the chat page uses too. */
export class Phone {
  readonly id: number;
  private readonly url: string;
  /** Messages shown at the last call of hasNew. */
  private read = '';

  private readonly runJobs: (() => Promise<unknown>) | undefined;

  private constructor(url: string, id: number, runJobs: (() => Promise<unknown>) | undefined) {
    this.url = url;
    this.id = id;
    this.runJobs = runJobs;
  }

  /** A new phone. `runJobs` runs the bot's jobs while the phone waits for a message. */
  static async of(
    url: string,
    first_name = '周阿姨',
    language_code = 'zh-hans',
    runJobs?: () => Promise<unknown>,
  ): Promise<Phone> {
    const { id } = await post<{ id: number }>(`${url}/sim/people`, { first_name, language_code });
    return new Phone(url, id, runJobs);
  }

  /** The phone of a person that the simulator has. */
  static at(url: string, id: number): Phone {
    return new Phone(url, id, undefined);
  }

  send(body: object): Promise<{ message_id: number }> {
    return post(`${this.url}/sim/people/${this.id}/send`, body);
  }

  say(text: string): Promise<{ message_id: number }> {
    return this.send({ text });
  }

  block(): Promise<unknown> {
    return post(`${this.url}/sim/people/${this.id}/block`, {});
  }

  unblock(): Promise<unknown> {
    return post(`${this.url}/sim/people/${this.id}/unblock`, {});
  }

  /** Taps a button: of the message with this id, else of the newest that has it and matches. */
  async tap(button: string, on: number | RegExp = /^/): Promise<void> {
    const message = typeof on === 'number' ? await this.message(on) : await this.withButton(button, on);
    const message_id = typeof on === 'number' ? on : message?.message_id;
    await post(`${this.url}/sim/people/${this.id}/tap`, { message_id, button: fullText(message, button) });
  }

  /** Sends callback data that no button has. */
  async forge(message_id: number, data: string): Promise<void> {
    await post(`${this.url}/sim/people/${this.id}/tap`, { message_id, data });
  }

  async messages(after = 0): Promise<readonly SeenMessage[]> {
    return get(`${this.url}/sim/people/${this.id}/messages?after=${after}`);
  }

  async fromBot(): Promise<readonly SeenMessage[]> {
    return (await this.messages()).filter(({ from }) => from === 'bot');
  }

  /** Waits until the newest message of the bot matches, and returns it. */
  async sees(what: RegExp, ms = PATIENCE_MS): Promise<SeenMessage> {
    return this.until(
      (shown) => {
        const last = shown.findLast(({ from }) => from === 'bot');
        return last && what.test(last.text ?? '') ? last : undefined;
      },
      `the newest message to match ${what}`,
      ms,
    );
  }

  /** Waits until the bot said this after the person's newest message; news may have come in between. */
  async hears(what: RegExp, ms = PATIENCE_MS): Promise<SeenMessage> {
    return this.until(
      (shown) =>
        shown
          .slice(shown.findLastIndex(({ from }) => from === 'person') + 1)
          .find(({ from, text }) => from === 'bot' && what.test(text ?? '')),
      `an answer to match ${what}`,
      ms,
    );
  }

  /** Waits until any message of the bot matches. */
  async hasSeen(what: RegExp, ms = PATIENCE_MS): Promise<SeenMessage> {
    return this.until(
      (shown) => shown.findLast(({ from, text }) => from === 'bot' && what.test(text ?? '')),
      `a message to match ${what}`,
      ms,
    );
  }

  /** Waits for a matching bot message that is new or edited since the last call. */
  async hasNew(what: RegExp, ms = PATIENCE_MS): Promise<void> {
    const known = new Set(this.read.split('\0'));
    const lookOf = ({ message_id, text, edits }: SeenMessage) => `${message_id}/${edits}/${text}`;
    await this.until(
      (shown) => shown.find((m) => m.from === 'bot' && what.test(m.text ?? '') && !known.has(lookOf(m))),
      `something new to match ${what}`,
      ms,
    );
    const old = (await this.messages()).filter((m) => m.from === 'bot' && what.test(m.text ?? ''));
    this.read = [...known, ...old.map(lookOf)].join('\0');
  }

  /** Waits for the newest message that matches and has a button whose text contains this. */
  async withButton(button: string, what = /^/, ms = PATIENCE_MS): Promise<SeenMessage> {
    const has = ({ text, buttons }: SeenMessage) => matching(buttons, button) !== undefined && what.test(text ?? '');
    return this.until((shown) => shown.findLast(has), `a button “${button}”`, ms);
  }

  /** Ticks options of a question, each until its tick is seen, and says that these are all. */
  async tick(question: RegExp, options: readonly string[]): Promise<void> {
    const { message_id } = await this.sees(question);
    for (const option of options) {
      const label = fullText(await this.message(message_id), option);
      await this.tap(option, message_id);
      await this.withButton(`✅ ${label}`);
    }
    await this.tap('选好了', message_id);
  }

  private async message(message_id: number): Promise<SeenMessage | undefined> {
    return (await this.messages()).find((m) => m.message_id === message_id);
  }

  private async until<T>(find: (shown: readonly SeenMessage[]) => T | undefined, what: string, ms: number): Promise<T> {
    const end = Date.now() + ms;
    for (let since = -1; Date.now() < end; ) {
      // Jobs run once the simulator is quiet, so that their news does not overtake an answer.
      const quiet = this.runJobs ? JOBS_AFTER_MS : end - Date.now();
      const chat = await get<Chat>(`${this.url}/sim/people/${this.id}/chat?since=${since}&quiet_ms=${quiet}`);
      since = chat.changes;
      const found = chat.messages && find(chat.messages);
      if (found) return found;
      if (!chat.messages) await this.runJobs?.();
    }
    const shown = await this.messages();
    // The jobs may have taken the rest of the time.
    const found = find(shown);
    if (found) return found;
    const last = shown
      .slice(-3)
      .map(({ from, text, buttons }) => `${from}: ${text} ${JSON.stringify(buttons.flat().map((b) => b.text))}`);
    throw new Error(`Waited ${ms} ms for ${what}. The phone shows:\n${last.join('\n---\n')}`);
  }
}

/** The messages of a phone, if they changed, after this number of the simulator's changes. */
type Chat = { readonly changes: number; readonly messages?: readonly SeenMessage[] };

async function get<T>(url: string): Promise<T> {
  const { body } = await request(url);
  return (await body.json()) as T; // the simulator's own answer
}

async function post<T>(url: string, content: object): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  const { statusCode, body } = await request(url, { method: 'POST', headers, body: JSON.stringify(content) });
  const answer = await body.json();
  if (statusCode !== 200) throw new Error(`${url}: ${statusCode} ${JSON.stringify(answer)}`);
  return answer as T; // the simulator's own answer
}

function fullText(message: SeenMessage | undefined, button: string): string {
  return (message && matching(message.buttons, button)) ?? button;
}

/** The whole text of the button that is meant: the one that reads so, else one that contains it. */
function matching(buttons: SeenMessage['buttons'], wanted: string): string | undefined {
  const texts = buttons.flat().map(({ text }) => text);
  return texts.find((text) => text === wanted) ?? texts.find((text) => text.includes(wanted));
}
