import { randomInt, randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/calendar.ts';
import type { CaseEvent, EventPayload, EventType } from '../../src/cases/case-event.ts';
import { newCaseNumber } from '../../src/cases/case-number.ts';
import { actorsOn } from '../../src/cases/case-permissions.ts';
import { addHistory, loadCase, loadEvents, newCaseId, submissionEvent } from '../../src/cases/case-store.ts';
import type { CaseState, HazardCase, Report } from '../../src/cases/hazard-case.ts';
import { allowedEvents, attempt } from '../../src/cases/lifecycle.ts';
import { applyEvent, replay } from '../../src/cases/replay.ts';
import { responsibleRegions } from '../../src/cases/routing.ts';
import type { InboundContent } from '../../src/channels/channel.ts';
import type { PostedForm } from '../../src/console/forms.ts';
import type { FormQuestion } from '../../src/console/play-form.ts';
import { answer } from '../../src/conversation/turn.ts';
import type { Point } from '../../src/engine/input.ts';
import type { Role } from '../../src/people/role.ts';
import { EVERYWHERE } from '../../src/people/role.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { STREET, staff } from '../cases/desk.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { Browser, signIn } from './browser.ts';

/** Roles that change cases, each held by one person who works in chat and in the console. */
const WORKERS = ['dispatcher', 'grid_worker', 'unit_staff', 'lead', 'office'] as const satisfies readonly Role[];
const REGION = '990101001001005';
const UNIT = `office_${STREET}`;

/** After an hour a dispatch that waits turns amber: the reminder would stand between the events of a deed. */
const AGO_MS = 20 * MINUTE_MS;

let app: TestApp;
let photo: Blob;
const phones = new Map<Role, Phone>();
const browsers = new Map<Role, Browser>();

beforeAll(async () => {
  app = await openTestApp({ site: 'https://anlin.example' });
  const grey = { create: { width: 40, height: 30, channels: 3, background: '#888' } } as const;
  photo = new Blob([new Uint8Array(await sharp(grey).jpeg().toBuffer())], { type: 'image/jpeg' });
  for (const role of WORKERS) {
    const phone = await staff(app, role, role, EVERYWHERE);
    phones.set(role, phone);
    browsers.set(role, await signIn(app, phone));
  }
}, 60_000);
afterAll(() => app.close());

type Step = readonly [
  EventType,
  'dispatcher' | 'unit_staff' | 'grid_worker' | 'lead' | 'office' | 'reporter',
  EventPayload?,
];
const WORDS = { words: { text: '已经处理' }, photos: [{ file: 'old', same: 'old' }] };
const ACCEPTED: Step = ['accepted', 'dispatcher', { clock: { contain: '2h', cure: '3wd' } }];
const DISPATCHED: Step = ['dispatched', 'dispatcher', { unit: UNIT, helpers: [] }];
const SIGNED: Step = ['signed', 'unit_staff'];
const CHECKED: Step = ['check_passed', 'grid_worker', { ...WORDS, photos: [{ file: 'new', same: 'new' }] }];
const HANDLED: Step = ['handled', 'unit_staff', WORDS];

/** A way into each state that organisers act in. */
const WAYS: Readonly<Partial<Record<CaseState, readonly Step[]>>> = {
  submitted: [],
  verifying: [['look_ordered', 'dispatcher']],
  filed: [ACCEPTED],
  dispatched: [ACCEPTED, DISPATCHED],
  in_progress: [ACCEPTED, DISPATCHED, SIGNED],
  checking: [ACCEPTED, DISPATCHED, SIGNED, ['contained', 'unit_staff', WORDS], HANDLED],
  confirming: [ACCEPTED, DISPATCHED, SIGNED, ['contained', 'unit_staff', WORDS], HANDLED, CHECKED],
  shelved: [
    ['accepted', 'dispatcher', { clock: { cure: '3wd' } }],
    ['shelved', 'lead', { reason: 'season', until: 0, words: { text: '等开春' } }],
  ],
};

let spots = 0;
/** A place 300 m from all earlier ones. Of many open cases at one place, a merge is offered any three. */
function nextSpot(): Point {
  spots += 1;
  return { latitude: 31.4552, longitude: 119.4434 + spots * 0.003 };
}

/** Files a case that has gone this way. The people on the way are others than those of the test. */
async function caseIn(state: CaseState, point = nextSpot()): Promise<HazardCase> {
  const { store, services } = app.running;
  const now = app.simulator.world.now();
  const report: Report = {
    id: newCaseId(randomInt),
    number: newCaseNumber(randomInt),
    category: 'flooding',
    place: { region: REGION, point, text: '3 栋楼下' },
    description: { text: '过不去人' },
    photos: [],
    urgent: false,
    filedAt: now - AGO_MS,
    ...responsibleRegions(REGION, services.city.regions),
  };
  const events: CaseEvent[] = [submissionEvent(report)];
  for (const [type, as, payload = {}] of WAYS[state] ?? []) {
    const until = payload.until === undefined ? {} : { until: now + 30 * 24 * HOUR_MS };
    const at = now - AGO_MS + events.length * 1000;
    const done = attempt(
      replay(events),
      type,
      { as, by: `${as}-before`, units: as === 'unit_staff' ? [UNIT] : [] },
      { ...payload, ...until },
      at,
    );
    if (done.type !== 'done') throw new Error(`${type} is refused on the way to ${state}: ${done.why}`);
    events.push(done.event);
  }
  await bulkWrite(store, addHistory(store, events, 'test:reporter', now));
  const record = replay(events);
  expect(record.state).toBe(state);
  return record;
}

/** The answer that both doors give to a question. */
function answerTo({ step, kind, options, controls, seal }: FormQuestion): PostedForm['inputs'][number] {
  const sealed = seal ? { seal } : {};
  const open = options.find(({ chosen }) => !chosen);
  switch (kind) {
    case 'text':
      return { step, text: '按规定处理，请看照片' };
    case 'date':
      return { step, text: '20天后' };
    case 'place':
      return options[0] && /yes|keep|ok/.test(options[0].id)
        ? { step, option: options[0].id, ...sealed }
        : { step, point: { latitude: 31.4552, longitude: 119.4434 } };
    case 'photos':
      return controls.some(({ id }) => id === '~done') ? { step, option: '~done' } : { step, photo: 0 };
    case 'choices':
      return open ? { step, option: open.id, ...sealed } : { step, option: '~done', ...sealed };
    default:
      return { step, option: options[0]?.id ?? '', ...sealed };
  }
}

/** Does a deed in the console. Returns the labels and inputs of its answers, for the chat. */
async function doInConsole(role: Role, argument: string) {
  const browser = browsers.get(role) ?? new Browser(app);
  const inputs: PostedForm['inputs'] = [];
  const given: { question: FormQuestion; input: PostedForm['inputs'][number] }[] = [];
  const op = randomUUID();
  for (let i = 0; i < 20; i += 1) {
    const result = await browser.form('my-work', { argument, inputs: [...inputs], op }, photo);
    if (result.type !== 'asks') return { result, given };
    const input = answerTo(result.question);
    inputs.push(input);
    given.push({ question: result.question, input });
  }
  throw new Error(`The deed ${argument} never ends.`);
}

let update = 0;
/** Does the same deed in chat, by the same answers. */
async function doInChat(role: Role, argument: string, given: Awaited<ReturnType<typeof doInConsole>>['given']) {
  const from = `telegram:${phones.get(role)?.id ?? 0}` as const;
  const say = (content: InboundContent) => {
    update += 1;
    return answer({ id: `two-doors:${update}`, from, at: 0, content }, app.running.services);
  };
  await say({ type: 'choice', id: `go/my-work/${argument}` });
  for (const { question, input } of given) await say(contentOf(question, input));
}

function contentOf({ options, controls }: FormQuestion, input: PostedForm['inputs'][number]): InboundContent {
  if ('text' in input) return { type: 'text', text: input.text };
  if ('point' in input) return { type: 'location', point: input.point };
  if ('photo' in input) return { type: 'photo', photo: { file: 'chat', same: 'chat' } };
  return { type: 'text', text: [...options, ...controls].find(({ id }) => id === input.option)?.label ?? '' };
}

/** What an event says, without its moment and the ids of photos and cases. */
function saidBy({ at: _at, photos, clock, target, ...event }: CaseEvent) {
  return {
    ...event,
    ...(target ? { target: true } : {}),
    ...(clock ? { clock: true } : {}),
    ...(photos ? { photos: photos.length } : {}),
  };
}

const STATES = Object.keys(WAYS) as CaseState[];

describe('a deed is the same event through the console and through the chat', () => {
  test.each(STATES)('%s', { timeout: 120_000 }, async (state) => {
    const { store, services } = app.running;
    const walked = new Set<EventType>();
    for (const role of WORKERS) {
      const me = store.pseudonym(`telegram:${phones.get(role)?.id ?? 0}`);
      const sample = await caseIn(state);
      const actors = actorsOn(sample, [{ role, scope: EVERYWHERE, since: 0 }], me, services.city.regions);
      const offered = allowedEvents(sample, actors, services.now()).filter((event) => !walked.has(event));
      for (const event of offered) {
        walked.add(event);
        const spot = nextSpot();
        // The only case that a merge may go to.
        await caseIn(state, spot);
        const inConsole = await caseIn(state, spot);
        const { result, given } = await doInConsole(role, `${inConsole.number}.${event}`);
        const inChat = await caseIn(state, spot);
        await doInChat(role, `${inChat.number}.${event}`, given);
        const [one, other] = [await eventsAfter(inConsole), await eventsAfter(inChat)];
        expect(result, event).toMatchObject({ type: 'done' });
        // Refused through both doors, or done through both.
        expect(one, `${event}: ${JSON.stringify(result)}`).toEqual(other);
        if (one.length > 0) expect(one[0], event).toMatchObject({ type: event, by: me });
      }
    }
    expect(walked.size).toBeGreaterThan(0);
  });
});

/** The events of a case since it was made; its record must be what they lead to. */
async function eventsAfter({ id, events }: HazardCase) {
  const { store } = app.running;
  const log = await loadEvents(store, id);
  expect((await loadCase(store, id))?.record).toEqual(log.slice(1).reduce(applyEvent, replay(log.slice(0, 1))));
  return log.slice(events).map(saidBy);
}
