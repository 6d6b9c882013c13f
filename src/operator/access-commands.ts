import { makeApiKey } from '../cases/api-key.ts';
import { isWebhookUrl, makeWebhook } from '../cases/webhook.ts';
import { cityOf } from '../city/city.ts';
import { loadCityData } from '../city/city-store.ts';
import { INVITATION_MS, INVITATION_PREFIX, invitationWrites, newToken, OPERATOR } from '../people/invitation.ts';
import { EVERYWHERE, ROLES } from '../people/role.ts';
import { commitOrThrow } from '../store/commit-as-system.ts';
import type { Command } from './command.ts';
import { showUsage, withCity } from './command.ts';

/** People who may use one invitation. */
const INVITATION_USES = 20;

export const inviteCommand: Command = {
  name: 'invite',
  usage: `<${ROLES.join('|')}> [<region, unit, series:<id> or premises:<id>>]`,
  does: 'prints a link that makes up to 20 people organisers, for a week; without a place, everywhere',
  async run(config, [given, scope = EVERYWHERE]) {
    const role = ROLES.find((one) => one === given);
    if (!role) return showUsage(inviteCommand);
    return withCity(config, async (store) => {
      const { regions, units, scopes } = cityOf(await loadCityData(store), []);
      if (scope !== EVERYWHERE && !regions.nameOf(scope) && !units.has(scope) && !scopes.has(scope)) {
        console.error(`There is no region, unit, series or premises ${scope}. Look its code up in the imported file.`);
        return false;
      }
      const now = Date.now();
      const token = newToken();
      const until = now + INVITATION_MS;
      const invitation = { token, grant: { role, scope }, until, left: INVITATION_USES, by: OPERATOR };
      const writes = invitationWrites(store, invitation);
      await commitOrThrow(store, { op: `invite:${token}`, what: 'staff_invited', checks: [], writes }, now);
      console.log(`/start ${INVITATION_PREFIX}${token}`);
      return true;
    });
  },
};

export const apiKeyCommand: Command = {
  name: 'api-key',
  usage: '<name>',
  does: 'prints a key with which a program may file reports (Open311); it is shown once',
  async run(config, [name = '']) {
    if (name === '') return showUsage(apiKeyCommand);
    return withCity(config, async (store) => {
      console.log(await makeApiKey(store, name, Date.now()));
      return true;
    });
  },
};

export const hookCommand: Command = {
  name: 'hook',
  usage: '<https url>',
  does: 'posts every public case event to a URL, signed with the printed secret',
  async run(config, [url = '']) {
    if (!isWebhookUrl(url)) {
      console.error('npm run anlin -- hook https://…   (http only to this machine)');
      return false;
    }
    return withCity(config, async (store) => {
      const { secret } = await makeWebhook(store, url, Date.now());
      console.log(`secret ${secret}\nx-anlin-signature: sha256=HMAC-SHA256(secret, x-anlin-timestamp + "." + body)`);
      return true;
    });
  },
};
