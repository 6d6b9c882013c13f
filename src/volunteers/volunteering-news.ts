import type { City } from '../city/city.ts';
import type { LocalizedMessage } from '../delivery/outcome.ts';
import type { Store } from '../store/store.ts';
import { mediationNotification } from './mediation/mediation-news.ts';
import type { Notification } from './notification.ts';
import type { KeptTask } from './tasks/task.ts';
import { TASK_BUTTONS } from './tasks/task-buttons.ts';
import { taskValues } from './tasks/task-card.ts';
import { noticesFor, takerMessage } from './tasks/task-messages.ts';
import { loadTask } from './tasks/task-store.ts';
import { loadMemberIds, loadTeam } from './teams/team-store.ts';
import { volunteerCard } from './volunteer/review-volunteers-flow.ts';
import type { VolunteerId } from './volunteer/volunteer.ts';
import { loadVolunteer } from './volunteer/volunteer-store.ts';

const lookButton = (id: string) => ({ label: 'flows/task-board:look', flow: 'task-board', argument: id }) as const;

/** The notification of a volunteering event; undefined if its subject is deleted. */
export async function volunteeringNotification(
  store: Store,
  event: string,
  city: City,
  now: number,
): Promise<Notification | undefined> {
  const [what = '', id = '', who = ''] = event.split(' ');
  switch (what) {
    case 'applied':
    case 'reviewed':
      return reviewNotification(store, what, id, city);
    case 'cancelled':
    case 'finished':
    case 'urged': {
      const kept = await loadTask(store, id);
      if (!kept) return undefined;
      const all = what === 'cancelled' ? [...kept.takers, ...kept.waiting] : kept.takers;
      const others = all.filter((one) => one !== who && (what !== 'urged' || kept.parts[one]?.state === 'taken'));
      return { people: await noticesFor(store, others, takerMessage(kept.record, what)) };
    }
    case 'short': {
      const kept = await loadTask(store, id);
      if (!kept) return undefined;
      const values = { ...taskValues(kept.record), taken: kept.takers.length };
      return {
        organisers: {
          region: kept.record.region,
          said: { key: 'flows/task-board:news.short', values, buttons: [lookButton(id)] },
        },
      };
    }
    case 'proven':
      return proofNotification(store, await loadTask(store, id), who as VolunteerId);
    case 'confirmed': {
      const kept = await loadTask(store, id);
      const values = kept && taskValues(kept.record);
      const said: LocalizedMessage = {
        key: 'flows/my-tasks:news.confirmed',
        values: values ?? {},
        buttons: [TASK_BUTTONS.hours],
      };
      return kept && { people: await noticesFor(store, [who as VolunteerId], said) };
    }
    case 'phone_seen':
      return { people: await noticesFor(store, [who as VolunteerId], { key: 'flows/my-tasks:news.phone_seen' }) };
    default:
      return mediationNotification(store, what, id, city, now);
  }
}

async function reviewNotification(store: Store, what: 'applied' | 'reviewed', id: string, { regions }: City) {
  const kept = await loadVolunteer(store, id);
  if (!kept) return undefined;
  const { record } = kept;
  const values = volunteerCard(record, regions);
  if (what === 'applied') {
    const buttons = [{ label: 'flows/review-volunteers:look', flow: 'review-volunteers', argument: id }] as const;
    return {
      organisers: { region: record.region, said: { key: 'flows/review-volunteers:news', values, buttons } as const },
    };
  }
  const words = record.reviewed?.words;
  const team = record.state === 'active' && record.team !== undefined ? await loadTeam(store, record.team) : undefined;
  const isIn = team !== undefined && (await loadMemberIds(store, team.record.id)).includes(record.id);
  const active = team !== undefined && !isIn ? 'team_full' : 'active';
  const state = record.state === 'active' ? active : record.state === 'asked' ? 'asked' : 'declined';
  const said: LocalizedMessage = {
    key: `flows/join-volunteers:news.${state}`,
    values: { ...values, team: team?.record.name ?? '', words: words ? { words } : { key: 'common:skipped' } },
    buttons: record.state === 'active' ? [TASK_BUTTONS.all] : [TASK_BUTTONS.change],
  };
  return { people: [{ to: record.urn, said }] };
}

/** Notifies the organisers of the region and the team's leader of a proof. */
async function proofNotification(
  store: Store,
  kept: KeptTask | undefined,
  who: VolunteerId,
): Promise<Notification | undefined> {
  const volunteer = kept && (await loadVolunteer(store, who));
  if (!kept || !volunteer) return undefined;
  const { record } = kept;
  const values = { ...taskValues(record), called: volunteer.record.called };
  const said: LocalizedMessage = { key: 'flows/task-board:news.proven', values, buttons: [lookButton(record.id)] };
  const leader = record.team === undefined ? undefined : (await loadTeam(store, record.team))?.record.leader;
  const leading = leader === undefined || leader === who ? [] : await noticesFor(store, [leader], said);
  return { people: leading, organisers: { region: record.region, said } };
}
