import type { City } from '../../city/city.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import type { Grant } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { auditCsv, eventsCsv, loadAuditedCases } from './audit.ts';

type AuditTrailFacts = {
  readonly grants: readonly Grant[];
  readonly files: readonly { readonly name: string; readonly text: string }[];
};

/** Shows auditors the cases, the announcements and the audit trail of their regions. */
export const auditTrail = flow<AuditTrailFacts>({ id: 'audit-trail', version: 1, lifetimeSeconds: 3600, light: true })
  .step(
    'what',
    choice({
      options: [
        { id: 'cases', opens: { flow: 'my-work', argument: 'all' } },
        { id: 'announcements', opens: { flow: 'my-broadcasts', argument: 'all' } },
        { id: 'file' },
      ],
    }),
  )
  .end();

export const auditTrailTalk = talk({
  flow: auditTrail,
  load: async ({ store, city, person, position }: LoadContext) => {
    if (position.answers.what === undefined && position.step !== 'what') return [];
    const grants = person.contact?.grants ?? [];
    const events = await eventsCsv(store, await loadAuditedCases(store, grants, city.regions));
    const audit = await auditCsv(store, grants);
    return [
      { name: 'case-events.csv', text: events },
      ...(audit === undefined ? [] : [{ name: 'audit.csv', text: audit }]),
    ];
  },
  loadsBy: ['what'],
  facts: (_city: City, { contact }, files): AuditTrailFacts => ({ grants: contact?.grants ?? [], files }),
  menuOf: ['auditor'],
  closed: ({ grants }) =>
    grants.some(({ role }) => role === 'auditor') ? undefined : { key: 'flows/audit-trail:not_you' },
  finish: (_answers, { facts }) =>
    noChange(
      'audit_read',
      ...facts.files.map((file) => ({ key: 'flows/audit-trail:file' as const, values: { name: file.name }, file })),
    ),
});
