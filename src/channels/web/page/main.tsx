import { render } from 'preact';
import { Composer } from './composer.tsx';
import { hint } from './hint.ts';
import { language } from './language.ts';
import { Log } from './log.tsx';
import { open, trouble } from './state.ts';
import { grow, size } from './text-size.ts';
import { word } from './words.ts';

function Page() {
  return (
    <>
      <header>
        <h1>{word('name')}</h1>
        <button type="button" class="size" onClick={grow} aria-pressed={size.value !== 'usual'}>
          {size.value === 'largest' ? word('usual') : word('larger')}
        </button>
      </header>
      <Log />
      <footer>
        {trouble.value && (
          <p class="hint" role="status">
            {word(trouble.value)}
          </p>
        )}
        {hint.value && (
          <p class="hint" role="status">
            {word(hint.value)}
          </p>
        )}
        <Composer />
      </footer>
    </>
  );
}

const app = document.getElementById('app');
/** A blank page would leave the person without a way: the words name one. */
function broken() {
  const note = document.createElement('p');
  note.className = 'hint';
  note.textContent = word('broken');
  app?.append(note);
}
addEventListener('unhandledrejection', broken, { once: true });
document.documentElement.lang = language;
document.title = word('title');
try {
  if (app) {
    app.textContent = '';
    render(<Page />, app);
  }
  void open();
} catch {
  broken();
}
