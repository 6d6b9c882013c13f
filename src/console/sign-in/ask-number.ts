import type { Urn } from '../../channels/channel.ts';
import { commitRendered, renderForEach } from '../../notify/notify.ts';
import { buttonChoice } from '../../notify/render-message.ts';
import type { Services } from '../../notify/services.ts';
import { CONFIRM_BROWSER, questionValues } from '../../people/sign-in/confirm-browser-flow.ts';
import type { WaitingBrowser } from '../../people/sign-in/sign-in.ts';
import type { SystemChange } from '../../store/commit-as-system.ts';

/** Commits a waiting browser, and asks its organiser in the chat for the number on the page. False on a conflict. */
export async function askNumber(
  to: Urn,
  waiting: WaitingBrowser,
  change: SystemChange,
  services: Services,
): Promise<boolean> {
  const said = {
    key: `flows/${CONFIRM_BROWSER}:answer.ask`,
    values: questionValues(waiting),
    buttons: [{ label: 'common:not_me', flow: CONFIRM_BROWSER, argument: `${waiting.id}.no` }],
  } as const;
  const numbers = waiting.shown.map((number) =>
    buttonChoice({ type: 'go', flow: CONFIRM_BROWSER, argument: `${waiting.id}.${number}` }, String(number)),
  );
  const notices = (await renderForEach([{ to, said }], services)).map((notice) => ({
    ...notice,
    message: { ...notice.message, choices: [numbers, ...(notice.message.choices ?? [])] },
  }));
  return commitRendered(change, notices, services);
}
