import { nothing } from '../delivery/effects.ts';
import { flow } from '../engine/flow.ts';
import { choice } from '../engine/steps/choice.ts';
import type { Loading } from '../people/talk.ts';
import { talk } from '../people/talk.ts';
import type { Certificate } from './thanks.ts';
import { loadCertificate } from './thanks.ts';

type Facts = { readonly found: Certificate | undefined; readonly asked: boolean };

/** Anybody checks the code on a certificate, and learns what it says and nothing more. */
export const checkCertificate = flow<Facts>({
  id: 'check-certificate',
  version: 1,
  lifetimeSeconds: 3600,
  light: true,
})
  .step('code', choice({ options: ({ facts }) => (facts.found ? [{ id: facts.found.code, name: {} }] : []) }))
  .end();

export const checkCertificateTalk = talk({
  flow: checkCertificate,
  load: async ({ store, standing }: Loading<object>) => {
    const { code } = standing.answers;
    return {
      found: typeof code === 'string' ? await loadCertificate(store, code) : undefined,
      asked: code !== undefined,
    };
  },
  facts: (_city: object, _person, loaded): Facts => loaded,
  closed: ({ found, asked }) => {
    if (found) return undefined;
    return { key: asked ? 'flows/check-certificate:none' : 'flows/check-certificate:how' };
  },
  finish: (_answers, { facts: { found } }) => {
    if (!found) return nothing('certificate_unknown', { key: 'flows/check-certificate:none' });
    const { code, hours, tasks, from, until, at } = found;
    const values = { code, hours, tasks, from: { day: from }, until: { day: until }, at: { day: at } };
    return nothing('certificate_checked', { key: 'flows/check-certificate:done', values });
  },
});
