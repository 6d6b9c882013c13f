import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Change } from '../../store/versioned-record.ts';
import { TASK_BUTTONS } from '../tasks/task-actions.ts';
import { removeVolunteerEverywhere } from '../volunteer/remove-volunteer.ts';
import type { Volunteer } from '../volunteer/volunteer.ts';
import { volunteerOf } from '../volunteer/volunteer-store.ts';
import type { Certificate, Thanks } from './volunteer-hours.ts';
import {
  CERTIFICATE_LINK,
  calendarOf,
  keepCertificate,
  newCertificateCode,
  SHIFTS_AT,
  shiftsName,
  thanksFor,
} from './volunteer-hours.ts';

type MyHoursFacts = {
  readonly me: Volunteer | undefined;
  readonly thanks: Thanks | undefined;
  readonly leaving: Change | undefined;
  readonly site?: string | undefined;
};

/** A volunteer sees what they have done, takes a certificate or a calendar along, or leaves. */
export const myHours = flow<MyHoursFacts>({ id: 'my-hours', version: 1, lifetimeSeconds: 3600, light: true })
  .step(
    'next',
    choice({
      options: ({ facts }) => [
        ...((facts.thanks?.tasks ?? 0) > 0 ? [{ id: 'certificate' }] : []),
        ...((facts.thanks?.coming ?? []).some((task) => task.case === undefined) ? [{ id: 'calendar' }] : []),
        { id: 'left' },
      ],
      values: ({ facts }) => valuesOf(facts),
      resets: ['sure'],
    }),
  )
  .step('sure', confirm({ relevant: ({ answers }) => answers.next === 'left' }))
  .end();

export const myHoursTalk = talk({
  flow: myHours,
  loadsBy: ['next'],
  load: async ({ store, person, position, now }: LoadContext) => {
    const kept = await volunteerOf(store, person.urn);
    const { next } = position.answers;
    const [thanks, leaving] = await Promise.all([
      kept && thanksFor(store, kept.record.id, now),
      kept && next === 'left' ? removeVolunteerEverywhere(store, person.urn, now) : undefined,
    ]);
    return { me: kept?.record, thanks, leaving };
  },
  facts: ({ site }: Pick<City, 'site'>, _person, loaded): MyHoursFacts => ({ ...loaded, site }),
  opens: () => ({}),
  closed: ({ me }) => (me === undefined ? { key: 'flows/my-tasks:not_yet', buttons: [TASK_BUTTONS.join] } : undefined),
  finish: ({ next, sure }, { store, facts, now }) => {
    const { me, thanks, leaving } = facts;
    if (!me || !thanks || !next) return noChange('hours_seen', { key: 'common:closed' });
    const values = valuesOf(facts);
    if (next === 'calendar')
      return noChange('calendar_taken', {
        ...(facts.site === undefined
          ? { key: 'flows/my-hours:done.calendar' as const }
          : {
              key: 'flows/my-hours:done.calendar_link' as const,
              values: { link: `${facts.site}${SHIFTS_AT}/${shiftsName(store, me.id)}.ics` },
            }),
        file: { name: 'anlin.ics', text: calendarOf(thanks.coming, now) },
      });
    if (next === 'left') {
      if (sure !== true || !leaving) return noChange('hours_seen', { key: 'common:closed' });
      return { outcome: 'volunteer_left', ...leaving, says: [{ key: 'flows/my-hours:done.left' }] };
    }
    const certificate: Certificate = {
      code: newCertificateCode(),
      hours: thanks.hours,
      tasks: thanks.tasks,
      from: thanks.from ?? now,
      until: thanks.until ?? now,
      at: now,
    };
    return {
      outcome: 'certificate_given',
      checks: [],
      writes: keepCertificate(store, certificate),
      says: [
        {
          key: 'flows/my-hours:done.certificate',
          values: { ...values, code: certificate.code },
          sheet: { name: `anlin-${certificate.code}.pdf`, lines: linesOf(certificate, me.called) },
        },
      ],
    };
  },
});

/** What stands on the paper: what they are called, what they did, and how anybody can check it. */
function linesOf(
  { code, hours, tasks, from, until, at }: Certificate,
  called: string,
): NonNullable<LocalizedMessage['sheet']>['lines'] {
  const values = {
    called,
    code,
    hours,
    tasks,
    from: { day: from },
    until: { day: until },
    at: { day: at },
    link: { link: `${CERTIFICATE_LINK}${code}` },
  };
  const line = (part: string, size: number, y: number) => ({
    said: { key: `flows/my-hours:sheet.${part}` as const, values },
    size,
    y,
  });
  return [
    line('title', 36, 450),
    line('called', 24, 370),
    line('done', 20, 300),
    line('span', 16, 260),
    line('given', 14, 160),
    line('check', 12, 110),
    line('link', 12, 90),
  ];
}

function valuesOf({ thanks }: MyHoursFacts): Readonly<Record<string, Value>> {
  if (!thanks) return {};
  const { tasks, hours, missed, coming } = thanks;
  return {
    tasks,
    hours,
    coming: coming.length === 0 ? '' : { key: 'flows/my-hours:coming', values: { n: coming.length } },
    missed: missed === 0 ? '' : { key: 'flows/my-hours:missed', values: { n: missed } },
  };
}
