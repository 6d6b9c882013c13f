import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ConsoleSettings } from './console-settings.ts';
import { exportRoutes } from './export.ts';
import { formRoutes } from './forms.ts';
import { ownPagesOnly } from './own-pages.ts';
import { pageRoutes } from './page.ts';
import { alertRoutes } from './pages/alerts.ts';
import { broadcastRoutes } from './pages/broadcasts.ts';
import { bulletinRoutes } from './pages/bulletin.ts';
import { caseRoutes } from './pages/cases.ts';
import { homeRoutes } from './pages/home.ts';
import { honourRoutes } from './pages/honours.ts';
import { inspectionRoutes } from './pages/inspections.ts';
import { letterRoutes } from './pages/letters.ts';
import { peopleRoutes } from './pages/people.ts';
import { posterRoutes } from './pages/posters.ts';
import { rosterRoutes } from './pages/roster.ts';
import { scoreRoutes } from './pages/score.ts';
import { settingsRoutes } from './pages/settings.ts';
import { surveyRoutes } from './pages/surveys.ts';
import { taskRoutes } from './pages/tasks.ts';
import { topicRoutes } from './pages/topics.ts';
import { unitRoutes } from './pages/units.ts';
import { mayOpenPage, PAGES } from './pages.ts';
import { accountRoutes } from './sign-in/account.ts';
import { meRoutes } from './sign-in/me.ts';
import { oauthRoutes } from './sign-in/oauth-routes.ts';
import type { ConsoleEnv } from './sign-in/session.ts';
import { signedIn } from './sign-in/session.ts';
import { sessionRoutes } from './sign-in/session-routes.ts';
import { signInRoutes } from './sign-in/sign-in-routes.ts';

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
