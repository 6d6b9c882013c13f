import { CHAT_PAGE } from '../src/channels/web/web.ts';
import { CONSOLE_PAGE } from '../src/console/page.ts';
import { VISIT_PAGE } from '../src/console/visit-page.ts';
import { openLog } from '../src/log.ts';
import { loadPageFiles } from '../src/page-build/page-files.ts';

// Builds the pages that the bot serves, so that a container image needs no bundler.
for (const page of [CONSOLE_PAGE, CHAT_PAGE, VISIT_PAGE]) await loadPageFiles(page, openLog('info'));
