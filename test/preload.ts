// The product, loaded before vitest reports each import of a worker to its main process: that takes longer than the import.
import '../src/console/console.ts';
import '../src/demo/simulator/server.ts';
import '../src/demo/wechat/server.ts';
import '../src/demo/wecom/server.ts';
import '../src/open.ts';
import '../src/open-routes.ts';
