import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { talk } from '../../people/talk.ts';

/** Things to look at, in the order of the walk through a home; each has its sentence in locales. */
export const HOME_CHECKS = ['door', 'charging', 'sockets', 'kitchen', 'gas', 'windows', 'alarm'] as const;

/** The only button of a thing: no answer is asked, so that none can be kept. */
const looked = () => choice<object, object, string>({ options: ['next'], reviewed: false });

/**
 * 平安家庭: a walk through the own home, one thing a message. It asks for no answer and keeps none; a home is no premises, has no
 * points and no level.
 */
export const homeCheck = flow<object>({ id: 'home-check', version: 1, lifetimeSeconds: 3600, light: true })
  .steps(
    Object.fromEntries(HOME_CHECKS.map((id) => [id, looked()])) as Record<
      (typeof HOME_CHECKS)[number],
      ReturnType<typeof looked>
    >,
  ) // one step a thing
  .end();

export const homeCheckTalk = talk({
  flow: homeCheck,
  facts: () => ({}),
  finish: () => noChange('home_checked', { key: 'flows/home-check:done' }),
});
