import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { Hono } from 'hono';
import * as v from 'valibot';
import { photoName } from '../cases/photos/photo-name.ts';
import { storePhoto } from '../cases/photos/store-photo.ts';
import { storedFile } from '../channels/channel.ts';
import type { Services } from '../notify/services.ts';
import { needsStepUp } from '../people/sign-in/sign-in.ts';
import { orStoreAway } from '../store/store.ts';
import { openDecodedPhotos } from './decoded-photos.ts';
import type { Form, FormInput, FormResult } from './play-form.ts';
import { playForm } from './play-form.ts';
import { readerFor } from './reader.ts';
import type { ConsoleEnv, Organiser } from './sign-in/session.ts';

/** Flows that pages play. Each checks the rights of its person itself; flows of residents are left to the chat. */
const FLOWS: readonly string[] = [
  'my-work',
  'dispatch-many',
  'hand-over',
  'take-over',
  'audit-trail',
  'announce',
  'my-broadcasts',
  'leave-safe-mode',
  'invite-staff',
  'remove-staff',
  'reset-factor',
  'leave-staff',
  'review-volunteers',
  'give-task',
  'task-board',
  'stop-plan',
  'my-teams',
  'ask-volunteers',
  'my-surveys',
  'preview-survey',
  'add-half',
  'my-draws',
  'add-draw-half',
  'answer-objection',
  'my-bulletin',
  'write-letter',
  'my-letters',
  'honours',
  'honour-basis',
  'nominate-honour',
  'street-overview',
  'alerts',
  'roster',
  'month-score',
  'score-rows',
  'object-rows',
  'decide-rows',
  'reread',
  'freeze-month',
  'score-formula',
  'choose-language',
  'public-page',
  'steer-topics',
  'hold-meeting',
  'house-codes',
  'my-premises',
  'premises-documents',
  'watch-drill',
  'few-reports',
  'legal-basis',
];

const inputSchema = v.intersect([
  v.object({ step: v.pipe(v.string(), v.maxLength(40)) }),
  v.union([
    v.object({ option: v.pipe(v.string(), v.maxLength(64)), seal: v.optional(v.pipe(v.string(), v.maxLength(16))) }),
    v.object({ text: v.pipe(v.string(), v.maxLength(5000)) }),
    v.object({ point: v.object({ latitude: v.number(), longitude: v.number() }) }),
    v.object({ photo: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(9)) }),
  ]),
]);
const formSchema = v.object({
  argument: v.optional(v.pipe(v.string(), v.maxLength(64))),
  inputs: v.pipe(v.array(inputSchema), v.maxLength(60)),
  /** Made by the page for one deed: a repeat of the same call takes effect once. */
  op: v.pipe(v.string(), v.regex(/^[\w-]{16,40}$/)),
});

/** A form as the page posts it; a photo is the number of a file of the same call. */
export type PostedForm = v.InferInput<typeof formSchema>;
export type FormAnswer = FormResult | { readonly type: 'bad_photo'; readonly text: string };

type FormsSettings = { readonly services: Services; readonly photos: string };

/** `POST /<flow>` plays a flow of the organiser from the answers so far. */
export function formRoutes({ services, photos }: FormsSettings): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  const decode = openDecodedPhotos();
  app.post('/:flow', async (c) => {
    const organiser = c.get('organiser');
    const { flow } = c.req.param();
    if (!FLOWS.includes(flow)) return c.json({ error: 'not_found' }, 404);
    const posted = await readPosted(c);
    if (!posted) return c.json({ error: 'bad_form' }, 400);
    const taken = await takePhotos(posted, organiser, services, decode);
    if ('problem' in taken) return c.json<FormAnswer>({ type: 'bad_photo', text: taken.problem });
    const { argument, op } = posted.form;
    const form: Form = { flow, op, inputs: taken.inputs, ...(argument === undefined ? {} : { argument }) };
    const isProven = () => !needsStepUp(organiser.session, services.now());
    const result = await playForm(form, organiser.person, services, isProven);
    // A repeat stores them again: the first call may have ended between the commit and the files.
    if (result.type === 'done' || result.type === 'done_before') {
      for (const { name, bytes } of taken.files) await storePhoto(photos, name, bytes);
    }
    return c.json<FormAnswer>(result, result.type === 'conflict' ? 409 : 200);
  });
  return app;
}

type Posted = { readonly form: v.InferOutput<typeof formSchema>; readonly files: readonly Uint8Array[] };

/** Reads JSON, or a multipart body with the JSON in `form` and the photos in `photo`. */
async function readPosted(c: Context): Promise<Posted | undefined> {
  try {
    if (!c.req.header('content-type')?.startsWith('multipart/'))
      return { form: v.parse(formSchema, await c.req.json()), files: [] };
    const body = await c.req.formData();
    const photos = body.getAll('photo').filter((one): one is File => typeof one !== 'string');
    const files = await Promise.all(photos.map(async (file) => new Uint8Array(await file.arrayBuffer())));
    return { form: v.parse(formSchema, JSON.parse(String(body.get('form')))), files };
  } catch {
    return undefined;
  }
}

type Taken = {
  readonly inputs: readonly FormInput[];
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
};

/** Makes stored photos of the posted files, for the case that the form's argument names. */
async function takePhotos(
  { form, files }: Posted,
  organiser: Organiser,
  services: Services,
  decode: ReturnType<typeof openDecodedPhotos>,
): Promise<Taken | { readonly problem: string }> {
  const { store } = services;
  const number = form.argument?.split('.')[0] ?? '';
  const id = files.length === 0 ? null : await orStoreAway(store.redis.get(store.keys.caseNumber(number)));
  const taken = new Map<number, { readonly same: string; readonly name: string; readonly bytes: Uint8Array }>();
  for (const [i, bytes] of files.entries()) {
    const hash = createHash('sha256').update(bytes).digest('base64url');
    const read = await decode(bytes, hash);
    if ('problem' in read)
      return { problem: readerFor(organiser, services).say('console:form.bad_photo', { n: i + 1 }) };
    const same = hash.slice(0, 22);
    taken.set(i, { same, name: photoName(id ?? '', same), bytes: read.bytes });
  }
  const inputs = form.inputs.flatMap((input): readonly FormInput[] => {
    if (!('photo' in input)) return [input as FormInput];
    const one = taken.get(input.photo);
    return one ? [{ step: input.step, photo: { file: storedFile(one.name), same: one.same } }] : [];
  });
  return { inputs, files: [...taken.values()] };
}
