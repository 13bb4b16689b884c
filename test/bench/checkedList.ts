/**
 * What a checked list of many lines costs, for people: `node --expose-gc --import tsx test/bench/checkedList.ts`. Memory a line
 * at 50 000, 100 000 and 200 000 lines, and how long the words take that the gutter, the panel and the reload wait for.
 */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { parseList } from '../../src/core/links/list';
import { sites } from '../../src/core/links/site';
import { LocalityCheck, unpackCheck, type PackedCheck } from '../../src/core/staging/check';
import { DeskNews } from '../../src/core/staging/newer';
import { countFiles } from '../../src/core/staging/state';
import { ToldList } from '../../src/core/staging/told';

const { table } = sites();
const host = [
  'srm.grid.sara.nl:8443/pnfs/grid.sara.nl',
  'lofar-srm.fz-juelich.de:8443/pnfs/fz-juelich.de',
  'lta-head.lofar.psnc.pl:8443/lofar',
];

function textOf(lines: number): string {
  return Array.from({ length: lines }, (_, n) => {
    const band = String(n % 488).padStart(3, '0');
    return `srm://${host[n % 3] ?? ''}/data/lofar/ops/L${700_000 + Math.floor(n / 488)}/L${700_000 + Math.floor(n / 488)}_SB${band}_uv.MS_0123abcd.tar\n`;
  }).join('');
}

async function used(): Promise<number> {
  for (let k = 0; k < 4; k++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
}

async function timed<T>(row: Record<string, string>, name: string, run: () => T | Promise<T>): Promise<T> {
  const begin = performance.now();
  const value = await run();
  row[`${name}, ms`] = (performance.now() - begin).toFixed(0);
  return value;
}

function heard(links: readonly string[]): LocalityCheck {
  const check = new LocalityCheck(links);
  for (const [n, link] of links.entries())
    check.hear(link, n % 50 === 0 ? { problem: 'Door does not answer.' } : { locality: n % 2 === 0 ? 'ONLINE' : 'NEARLINE' });
  return check;
}

/** Beside the links, which the list has. */
async function bytesOf(lines: number): Promise<string> {
  const links = textOf(lines).trimEnd().split('\n');
  const checks = [heard(links)];
  const before = await used();
  for (let k = 0; k < 4; k++) checks.push(heard(links));
  return (((await used()) - before) / lines / (checks.length - 1)).toFixed(0);
}

async function measure(): Promise<void> {
  const rows: Record<string, string>[] = [];
  for (const lines of [50_000, 100_000, 200_000]) {
    const row: Record<string, string> = { lines: String(lines), 'bytes a line': await bytesOf(lines) };
    const list = parseList(textOf(lines), table);
    const links = list.links.map(({ text }) => text);
    const check = await timed(row, 'hear', () => heard(links));
    const told = new ToldList();
    told.add(check, 'Door', 1, true);
    const news = new DeskNews();
    news.renew([], 0);
    await timed(row, 'look at all', () => countFiles(list.links.map(({ text }) => told.of(text)?.state ?? 'unknown')));
    await timed(row, 'look at a screen', () => list.links.slice(lines / 2, lines / 2 + 60).map(({ text }) => told.of(text)));
    const bytes = await timed(row, 'keep', () => promisify(gzip)(JSON.stringify(told.parts.map((part) => part.check.packed))));
    row['kept, kB'] = (bytes.length / 1000).toFixed(0);
    await timed(row, 'restore', async () => (JSON.parse((await promisify(gunzip)(bytes)).toString()) as PackedCheck[]).map(unpackCheck));
    rows.push(row);
  }
  console.table(rows);
}

void measure();
