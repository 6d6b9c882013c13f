import { channelOf } from '../channels/channel.ts';
import { readerOf } from '../notify/notify.ts';
import type { Reader } from '../notify/reader.ts';
import type { Services } from '../notify/services.ts';
import { linkOn } from '../notify/services.ts';
import { rolesOf } from '../people/role.ts';
import type { Organiser } from './sign-in/session.ts';

/** The reader of a page: an organiser with roles, in the language that they chose in chat. */
export function readerFor({ urn, person, grants }: Organiser, services: Services): Reader {
  const language = person.contact?.language ?? services.wording.languages[0] ?? '';
  const link = linkOn(channelOf(urn, services.channels));
  return { ...readerOf(language, services), roles: rolesOf(grants), link };
}
