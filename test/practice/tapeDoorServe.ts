/**
 * The practice tape door by itself, for people: `node --import tsx test/practice/tapeDoorServe.ts folder [port] [latency in ms]`.
 * Everything in the folder lies on tape. Ctrl+C ends it.
 */
import { startTapeDoor } from './tapeDoor';

const [folder = '', port = '0', latency = '0'] = process.argv.slice(2);
const numbers = [Number(port), Number(latency)];
if (folder === '' || !numbers.every((each) => Number.isInteger(each) && each >= 0 && each <= 65_535)) {
  console.error('usage: node --import tsx test/practice/tapeDoorServe.ts folder [port] [latency in ms]');
  process.exit(2);
}
const token = 'practice-token';
void startTapeDoor({
  folder,
  port: Number(port),
  latencyMs: Number(latency),
  tokens: { [token]: 'operator' },
  anonymous: 'operator',
  macaroons: true,
  pace: { queueMs: 4000, perFileMs: 1500 },
}).then(
  (door) => {
    console.log(
      `tape door  ${door.url}\ngfal2      ${door.url.replace('http', 'dav')}\ntoken      ${token}, or none\ncontrol    ${door.control}/log`,
    );
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void door.stop());
  },
  (error: unknown) => {
    console.error(`The practice tape door could not start: ${String(error)}`);
    process.exitCode = 1;
  },
);
