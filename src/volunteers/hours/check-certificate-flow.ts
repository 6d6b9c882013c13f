import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Certificate } from './volunteer-hours.ts';
import { loadCertificate } from './volunteer-hours.ts';

type CheckCertificateFacts = { readonly found: Certificate | undefined; readonly asked: boolean };

/** Checks the code of a certificate and shows its figures; it holds no name. */
export const checkCertificate = flow<CheckCertificateFacts>({
  id: 'check-certificate',
  version: 1,
  lifetimeSeconds: 3600,
  light: true,
})
  .step('code', choice({ options: ({ facts }) => (facts.found ? [{ id: facts.found.code, name: {} }] : []) }))
  .end();

export const checkCertificateTalk = talk({
  flow: checkCertificate,
  load: async ({ store, position }: LoadContext) => {
    const { code } = position.answers;
    return {
      found: typeof code === 'string' ? await loadCertificate(store, code) : undefined,
      asked: code !== undefined,
    };
  },
  facts: (_city: object, _person, loaded): CheckCertificateFacts => loaded,
  closed: ({ found, asked }) => {
    if (found) return undefined;
    return { key: asked ? 'flows/check-certificate:none' : 'flows/check-certificate:how' };
  },
  finish: (_answers, { facts: { found } }) => {
    if (!found) return noChange('certificate_unknown', { key: 'flows/check-certificate:none' });
    const { code, hours, tasks, from, until, at } = found;
    const values = { code, hours, tasks, from: { day: from }, until: { day: until }, at: { day: at } };
    return noChange('certificate_checked', { key: 'flows/check-certificate:done', values });
  },
});
