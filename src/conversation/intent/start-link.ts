import { HAND_OVER_LINK } from '../../cases/desk/hand-over.ts';
import { NOTICE_LINK } from '../../creation/notice/public-notices-flow.ts';
import { INVITATION_PREFIX } from '../../people/invitation.ts';
import { LINK_PREFIX } from '../../people/link/link-code.ts';
import { PLACE_LINK, placeOfPayload } from '../../regions/place-link.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import { CERTIFICATE_LINK } from '../../volunteers/hours/volunteer-hours.ts';
import { TEAM_LINK } from '../../volunteers/teams/team.ts';
import type { Intent } from './intent.ts';

/** Payloads after /start, with the flow that each opens. */
const LINKS: readonly {
  readonly starts: string;
  readonly flow: string;
  readonly answers: (payload: string, regions: RegionTree) => Readonly<Record<string, unknown>>;
}[] = [
  {
    starts: INVITATION_PREFIX,
    flow: 'join-staff',
    answers: (payload) => ({ token: payload.slice(INVITATION_PREFIX.length) }),
  },
  {
    starts: HAND_OVER_LINK,
    flow: 'take-over',
    answers: (payload) => ({ token: payload.slice(HAND_OVER_LINK.length) }),
  },
  {
    starts: LINK_PREFIX,
    flow: 'enter-code',
    answers: (payload) => ({ code: { text: payload.slice(LINK_PREFIX.length) } }),
  },
  { starts: TEAM_LINK, flow: 'join-team', answers: (team) => ({ team }) },
  {
    starts: CERTIFICATE_LINK,
    flow: 'check-certificate',
    answers: (payload) => ({ code: payload.slice(CERTIFICATE_LINK.length) }),
  },
  { starts: NOTICE_LINK, flow: 'public-notices', answers: (payload) => ({ round: payload.slice(NOTICE_LINK.length) }) },
  {
    starts: PLACE_LINK,
    flow: 'report-hazard',
    answers: (payload, regions) => {
      const place = placeOfPayload(payload, regions);
      return place ? { place } : {};
    },
  },
];

/** What a payload after /start opens; an unknown one only starts. */
export function openedByLink(payload: string, regions: RegionTree): Intent {
  const link = LINKS.find(({ starts }) => payload.startsWith(starts));
  return link
    ? { type: 'open', flow: link.flow, known: { answers: link.answers(payload, regions) } }
    : { type: 'start' };
}
