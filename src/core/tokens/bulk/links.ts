/**
 * The links that a token's job works on, as they stand in the pool: its attached list, else the fields that old and new
 * tokens carry links in. Where results go, software and sandboxes are links too, and none of these.
 * Sources: GRID_LRT's `srm.txt` and `$SRMFILE`, its tokens of 2016 (`SURL_SUBBAND`), PiCaS's `input`.
 */
import { GridError } from '../../errors';
import { parseList } from '../../links/list';
import type { SiteTable } from '../../links/site';
import type { CallOptions } from '../../ports';
import { recordIn, stubsOf } from '../document';
import type { Pool } from '../pool';
import type { TokenDocument } from '../state';
import { documentsOf, gapsIn } from './batch';
import type { Failure } from './change';
import type { Which } from './which';

export interface LinksReport {
  /** One link a line, in the order of the tokens and of their lists, duplicates kept. */
  readonly text: string;
  readonly links: number;
  readonly tokens: number;
  /** Tokens without links, and lines that are none. */
  readonly failed: readonly Failure[];
}

export interface LinksOptions extends CallOptions {
  /** By their roots a bare path is known for a link. */
  readonly sites: SiteTable;
  readonly progress?: (tokens: number) => void;
}

export async function linksOf(pool: Pool, which: Which, options: LinksOptions): Promise<LinksReport> {
  const links: string[] = [];
  const failed: Failure[] = [];
  let tokens = 0;
  for await (const batch of documentsOf(pool, which, options)) {
    failed.push(...gapsIn(batch, pool));
    for (const document of batch.documents) {
      const id = String(document._id);
      const found = await linksIn(pool, document, options);
      links.push(...found.links);
      failed.push(...found.problems.map((message) => ({ id, message })));
      options.progress?.(++tokens);
    }
  }
  return { text: links.map((link) => `${link}\n`).join(''), links: links.length, tokens, failed };
}

/** The attachment that holds the links: what the token's configuration calls `$SRMFILE`, else `srm.txt`, else what is named like it. */
export function listName(document: TokenDocument): string | undefined {
  const names = stubsOf(document).map(({ name }) => name);
  const variables = recordIn(recordIn(recordIn(document['config.json'])?.variables)?._attachments);
  const wanted = [variables?.$SRMFILE, 'srm.txt'].find((name) => names.some((each) => each === name));
  return typeof wanted === 'string' ? wanted : names.find((name) => /^srm.*\.txt$|srm\.txt$|\.srm$/i.test(name));
}

interface Found {
  readonly links: readonly string[];
  readonly problems: readonly string[];
}

async function linksIn(pool: Pool, document: TokenDocument, options: LinksOptions): Promise<Found> {
  const name = listName(document);
  if (name === undefined) return linesIn(linkFields(document), options.sites);
  try {
    const { bytes } = await pool.attachment(String(document._id), name, options);
    return linesIn(new TextDecoder().decode(bytes), options.sites);
  } catch (error) {
    if (!(error instanceof GridError) || error.kind !== 'notFound') throw error;
    return { links: [], problems: [error.message] };
  }
}

/** Values of the fields that hold links, one a line. */
export function linkFields(document: TokenDocument): string {
  const fields = Object.keys(document).filter((field) => /^surl/i.test(field));
  return [...fields, 'input'].flatMap((field) => textsIn(document[field])).join('\n');
}

/** Texts that look like links, at any depth: `input` may be one, a list of them, or an object that has them. */
function textsIn(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return value.split(/\s+/).filter((word) => /^[a-z]+:\/\/./i.test(word));
  if (typeof value !== 'object' || value === null || depth > 10) return [];
  return Object.values(value).flatMap((each) => textsIn(each, depth + 1));
}

function linesIn(text: string, sites: SiteTable): Found {
  const { links, junk } = parseList(text, sites);
  const problems = links.length + junk.length === 0 ? ['It has no links.'] : junk.map((line) => `“${line.text.trim()}” is no link.`);
  return { links: links.map((link) => link.text), problems };
}
