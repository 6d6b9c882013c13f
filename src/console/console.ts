import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { accountRoutes } from './account.ts';
import { alertRoutes } from './alerts.ts';
import { broadcastRoutes } from './broadcasts.ts';
import { bulletinRoutes } from './bulletin.ts';
import { caseRoutes } from './cases.ts';
import type { ConsoleSettings } from './console-settings.ts';
import { exportRoutes } from './export.ts';
import { formRoutes } from './forms.ts';
import { homeRoutes } from './home.ts';
import { honourRoutes } from './honours.ts';
import { inspectionRoutes } from './inspections.ts';
import { letterRoutes } from './letters.ts';
import { meRoutes } from './me.ts';
import { oauthRoutes } from './oauth-routes.ts';
import { ownPagesOnly } from './own-pages.ts';
import { pageRoutes } from './page.ts';
import { mayOpenPage, PAGES } from './pages.ts';
import { peopleRoutes } from './people.ts';
import { posterRoutes } from './posters.ts';
import { rosterRoutes } from './roster.ts';
import { scoreRoutes } from './score.ts';
import type { ConsoleEnv } from './session.ts';
import { signedIn } from './session.ts';
import { sessionRoutes } from './session-routes.ts';
import { settingsRoutes } from './settings.ts';
import { signInRoutes } from './sign-in-routes.ts';
import { surveyRoutes } from './surveys.ts';
import { taskRoutes } from './tasks.ts';
import { topicRoutes } from './topics.ts';
import { unitRoutes } from './units.ts';

/** Four photos of a deed, as the page shrinks them, and more. */
const BODY_MAX_BYTES = 12_000_000;

/** Opens the organisers' console. Below `/api`, all routes but those of the sign-in need a session. */
export function openConsole(settings: ConsoleSettings): Hono<ConsoleEnv> {
  const { services } = settings;
  const app = new Hono<ConsoleEnv>();
  app.use(bodyLimit({ maxSize: BODY_MAX_BYTES }));
  app.use('/api/*', async (c, next) => {
    // Before the route: some set another one, and the stream has sent its headers when it returns.
    c.header('cache-control', 'no-store');
    await next();
  });
  app.use('/api/*', ownPagesOnly(settings.site));
  app.route('/api/sign-in', signInRoutes(settings));
  app.use('/api/*', signedIn(settings));
  app.route('/api', sessionRoutes(settings));
  app.route('/api/me', meRoutes(settings));
  app.use('/api/:page/*', async (c, next) => {
    const page = PAGES.find((one) => one === c.req.param('page'));
    return page && !mayOpenPage(page, c.get('organiser').grants) ? c.json({ error: 'no_right' }, 403) : next();
  });
  app.route('/api/home', homeRoutes(services));
  app.route('/api/cases', caseRoutes(settings));
  app.route('/api/tasks', taskRoutes(services));
  app.route('/api/broadcasts', broadcastRoutes(services));
  app.route('/api/surveys', surveyRoutes(services));
  app.route('/api/inspections', inspectionRoutes(services));
  app.route('/api/bulletin', bulletinRoutes(services));
  app.route('/api/letters', letterRoutes(services));
  app.route('/api/honours', honourRoutes(services));
  app.route('/api/alerts', alertRoutes(services));
  app.route('/api/score', scoreRoutes(services));
  app.route('/api/topics', topicRoutes(services));
  app.route('/api/units', unitRoutes(settings));
  app.route('/api/roster', rosterRoutes(services));
  app.route('/api/account', accountRoutes(services));
  app.route('/api/people', peopleRoutes(services));
  app.route('/api/posters', posterRoutes(services));
  app.route('/api/settings', settingsRoutes(services));
  app.route('/api/export', exportRoutes(services));
  app.route('/api/talks', formRoutes(settings));
  app.get('/api/stream', (c) => settings.stream.respond(c));
  app.all('/api/*', (c) => c.json({ error: 'not_found' }, 404));
  // Outside of the API: the platform leads back by a navigation from another site.
  app.route('/oauth', oauthRoutes(settings));
  app.route('/', pageRoutes(settings));
  return app;
}
