import { Hono } from 'hono';
import type { ConsoleSettings } from './console-settings.ts';
import { ownPagesOnly } from './own-pages.ts';
import type { ConsoleEnv } from './session.ts';
import { signedIn } from './session.ts';
import { sessionRoutes } from './session-routes.ts';
import { signInRoutes } from './sign-in-routes.ts';

/** Opens the organisers' console. Below `/api`, all routes but those of the sign-in need a session. */
export function openConsole(settings: ConsoleSettings): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.use('/api/*', async (c, next) => {
    await next();
    c.header('cache-control', 'no-store');
  });
  app.use('/api/*', ownPagesOnly(settings.site));
  app.route('/api/sign-in', signInRoutes(settings));
  app.use('/api/*', signedIn(settings));
  app.route('/api', sessionRoutes(settings));
  return app;
}
