import { go } from '../router.ts';
import { word } from '../words.ts';

const STEPS = ['channels', 'city', 'invite', 'test', 'poster', 'wave'] as const;
const PAGE_OF = {
  channels: 'settings',
  city: 'settings',
  invite: 'people',
  test: 'broadcasts',
  poster: 'posters',
  wave: 'surveys',
} as const;

/** What a new city does first, in place of empty charts. */
export function FirstSteps() {
  return (
    <section class="first" aria-labelledby="first-title">
      <h2 id="first-title">{word('first.title')}</h2>
      <ol>
        {STEPS.map((step) => (
          <li key={step}>
            <p>{word(`first.${step}`)}</p>
            <button type="button" onClick={() => go(PAGE_OF[step])}>
              {word(`pages.${PAGE_OF[step]}`)}
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
