import { Hono } from 'hono';
import type { City } from '../city/city.ts';
import type { Wording } from '../i18n.ts';
import { CallRefused } from './call-refused.ts';
import { inFormats, nameOf, respond } from './respond.ts';
import { definitionOf, serviceOf, servicesOf } from './service.ts';

type ServiceSettings = { readonly wording: Wording; readonly city: () => City };

/** Routes that list the services and define their questions. */
export function serviceRoutes({ wording, city }: ServiceSettings): Hono {
  const app = new Hono();

  app.get(inFormats('services'), (c) => {
    const language = wording.languageFor(c.req.query('locale'));
    const current = city();
    const services = servicesOf(current).map((category) => serviceOf(category, current, language));
    return respond(c, 'services', services);
  });

  app.get('/services/:file', (c) => {
    const service = city().categories.get(nameOf(c));
    if (!service?.group) throw new CallRefused(404, `There is no service ${nameOf(c)}.`);
    return respond(c, 'service_definition', definitionOf(service, wording.languageFor(c.req.query('locale'))));
  });

  return app;
}
