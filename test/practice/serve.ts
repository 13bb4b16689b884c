/** The practice stager by itself, for people: `node --import tsx test/practice/serve.ts [port]`. Ctrl+C ends it. */
import { startStager } from './stager';

const port = Number(process.argv[2] ?? 0);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error('usage: node --import tsx test/practice/serve.ts [port]');
  process.exit(2);
}
void startStager({ port }).then(
  (stager) => {
    console.log(`LTA stager  ${stager.url}\nuser        operator\npassword    practice\ncontrol     ${stager.control}/log`);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stager.stop());
  },
  (error: unknown) => {
    console.error(`The practice stager could not start: ${String(error)}`);
    process.exitCode = 1;
  },
);
