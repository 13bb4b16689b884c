/** The practice pool by itself, for people: `node --import tsx test/practice/poolServe.ts [port]`. Ctrl+C ends it. */
import { startPool } from './pool';

const port = Number(process.argv[2] ?? 0);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error('usage: node --import tsx test/practice/poolServe.ts [port]');
  process.exit(2);
}
void startPool({ port }).then(
  (pool) => {
    const { user, password } = pool.operator;
    console.log(`token pool  ${pool.url}\ndatabase    ${pool.database}\nuser        ${user}\npassword    ${password}`);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void pool.stop().then(() => process.exit(0)));
  },
  (error: unknown) => {
    console.error(`The practice pool could not start: ${String(error)}`);
    process.exitCode = 1;
  },
);
