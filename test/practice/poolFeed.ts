/**
 * The changes feed of the practice pool, in front of express-pouchdb's own: that one never ends a question without news,
 * and leaves a timer behind for each that was given up, so that its process does not end either.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often it looks for news; ms. */
const lookMs = 50;

/** Answers long questions itself, by asking short ones; hands on everything else. */
export function withFeed(app: RequestListener): RequestListener {
  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://practice');
    if (!url.pathname.endsWith('/_changes') || url.searchParams.get('feed') !== 'longpoll') app(request, response);
    else void poll(request, response, url).catch(() => response.destroy());
  };
}

async function poll(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => {
    gone.abort();
  });
  const end = performance.now() + Number(url.searchParams.get('timeout') ?? 60_000);
  url.searchParams.delete('feed');
  url.searchParams.delete('timeout');
  url.port = String(request.socket.localPort);
  url.hostname = '127.0.0.1';
  const { authorization } = request.headers;
  const ask = () => fetch(url, { headers: authorization === undefined ? {} : { authorization }, signal: gone.signal });
  for (;;) {
    const answer = await ask();
    const text = await answer.text();
    const { results, last_seq: last } = JSON.parse(text) as { readonly results?: readonly unknown[]; readonly last_seq?: number };
    if (!answer.ok || (results?.length ?? 0) > 0 || performance.now() > end) {
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(text);
      return;
    }
    // "now" is the moment of the question, not of each look.
    if (url.searchParams.get('since') === 'now' && last !== undefined) url.searchParams.set('since', String(last));
    await sleep(lookMs, undefined, { signal: gone.signal });
  }
}
