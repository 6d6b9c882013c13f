import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Outcome, Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import type { FinishContext, LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { TASK_BUTTONS } from '../tasks/task-buttons.ts';
import { removeVolunteerEverywhere } from '../volunteer/remove-volunteer.ts';
import type { Volunteer } from '../volunteer/volunteer.ts';
import { keepVolunteer, loadVolunteerOf } from '../volunteer/volunteer-store.ts';
import type { Certificate, HoursSummary } from './volunteer-hours.ts';
import {
  CERTIFICATE_LINK,
  formatCalendar,
  keepCertificate,
  loadCertificate,
  loadHoursSummary,
  newCertificateCode,
  SHIFTS_PATH,
  shiftsFileName,
} from './volunteer-hours.ts';

type MyHoursFacts = {
  readonly me: Kept<Volunteer> | undefined;
  readonly summary: HoursSummary | undefined;
  readonly leaving: Change | undefined;
  /** The last certificate. */
  readonly given: Certificate | undefined;
  readonly site?: string | undefined;
};

/** A volunteer sees completed work, takes a certificate or a calendar, or stops being a volunteer. */
export const myHours = flow<MyHoursFacts>({ id: 'my-hours', version: 1, lifetimeSeconds: 3600, light: true })
  .step(
    'next',
    choice({
      options: ({ facts }) => [
        ...((facts.summary?.tasks ?? 0) > 0 ? [{ id: 'certificate' }] : []),
        ...((facts.summary?.coming ?? []).some((task) => task.case === undefined) ? [{ id: 'calendar' }] : []),
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
    const kept = await loadVolunteerOf(store, person.urn);
    const { next } = position.answers;
    const [summary, leaving, given] = await Promise.all([
      kept && loadHoursSummary(store, kept.record.id, now),
      kept && next === 'left' ? removeVolunteerEverywhere(store, person.urn, now) : undefined,
      kept?.record.certificate === undefined ? undefined : loadCertificate(store, kept.record.certificate),
    ]);
    return { me: kept, summary, leaving, given };
  },
  facts: ({ site }: Pick<City, 'site'>, _person, loaded): MyHoursFacts => ({ ...loaded, site }),
  opens: () => ({}),
  closed: ({ me }) => (me === undefined ? { key: 'flows/my-tasks:not_yet', buttons: [TASK_BUTTONS.join] } : undefined),
  finish: ({ next, sure }, finishing) => {
    const { me, summary, leaving } = finishing.facts;
    if (!me || !summary || !next) return noChange('hours_seen', { key: 'common:closed' });
    switch (next) {
      case 'calendar':
        return noChange('calendar_taken', calendarMessage(me.record, summary, finishing));
      case 'left':
        if (sure !== true || !leaving) return noChange('hours_seen', { key: 'common:closed' });
        return { outcome: 'volunteer_left', ...leaving, says: [{ key: 'flows/my-hours:done.left' }] };
      default:
        return giveCertificate(me, summary, finishing);
    }
  },
});

/** The calendar as a file, with the address to subscribe to it if the server has a public one. */
function calendarMessage(
  me: Volunteer,
  { coming }: HoursSummary,
  { store, facts: { site }, now }: FinishContext<MyHoursFacts>,
): LocalizedMessage {
  const file = { name: 'anlin.ics', text: formatCalendar(coming, now) };
  if (site === undefined) return { key: 'flows/my-hours:done.calendar', file };
  const link = `${site}${SHIFTS_PATH}/${shiftsFileName(store, me.id)}.ics`;
  return { key: 'flows/my-hours:done.calendar_link', values: { link }, file };
}

/** Shows the last certificate again; makes a new one only after more confirmed work. */
function giveCertificate(
  me: Kept<Volunteer>,
  { hours, tasks, from, until }: HoursSummary,
  { store, facts, now }: FinishContext<MyHoursFacts>,
): Outcome {
  const { given } = facts;
  if (given && tasks <= given.tasks && (until ?? 0) <= given.until)
    return noChange('certificate_shown', certificateMessage(given, me.record));
  const code = newCertificateCode();
  const certificate: Certificate = { code, hours, tasks, from: from ?? now, until: until ?? now, at: now };
  const { checks, writes } = keepVolunteer(store, { ...me.record, certificate: code }, me);
  return {
    outcome: 'certificate_given',
    checks,
    writes: [...writes, ...keepCertificate(store, certificate)],
    says: [certificateMessage(certificate, me.record)],
  };
}

function certificateMessage(certificate: Certificate, { called }: Volunteer): LocalizedMessage {
  const { code } = certificate;
  return {
    key: 'flows/my-hours:done.certificate',
    values: { code },
    sheet: { name: `anlin-${code}.pdf`, lines: linesOf(certificate, called) },
  };
}

/** Lines of the printed certificate: name, work, and the link for checking it. */
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

function valuesOf({ summary }: MyHoursFacts): Readonly<Record<string, Value>> {
  if (!summary) return {};
  const { tasks, hours, missed, waiting, coming } = summary;
  return {
    tasks,
    hours,
    waiting: waiting === 0 ? '' : { key: 'flows/my-hours:waiting', values: { count: waiting } },
    coming: coming.length === 0 ? '' : { key: 'flows/my-hours:coming', values: { n: coming.length } },
    missed: missed === 0 ? '' : { key: 'flows/my-hours:missed', values: { n: missed } },
  };
}
