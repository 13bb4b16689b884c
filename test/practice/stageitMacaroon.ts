/** Made-up macaroons in the text format of version 1: nobody's key signs them, and no door takes them. */
import { createHash } from 'node:crypto';

/** What a site is called here, and where its files are fetched. */
interface Site {
  readonly name: string;
  readonly webdav: string;
  readonly gridftp: string;
}

const sites: readonly (readonly [RegExp, Site])[] = [
  [
    /juelich/i,
    { name: 'Juelich', webdav: 'https://lofar-webdav.fz-juelich.de:2880', gridftp: 'gsiftp://lofar-gridftp.fz-juelich.de:2811' },
  ],
  [/psnc|poznan/i, { name: 'Poznan', webdav: 'https://lta-webdav.lofar.psnc.pl:2881', gridftp: 'gsiftp://gridftp.lofar.psnc.pl:2811' }],
  [/./, { name: 'SURF', webdav: 'https://webdav.grid.surfsara.nl:2882', gridftp: 'gsiftp://gridftp.grid.sara.nl:2811' }],
];

function siteOf(link: string): Site {
  return sites.find(([host]) => host.test(link))?.[1] ?? { name: '', webdav: '', gridftp: '' };
}

/** Path of an srm link, on its server. */
export function pathOf(link: string): string {
  return link.replace(/^srm:\/\/[^/]*(?:\/srm\/managerv2\?SFN=)?/, '').replace(/^\/*/, '/');
}

/** Where a file is fetched. */
export function addressOf(link: string, door: 'webdav' | 'gridftp'): string {
  return siteOf(link)[door] + pathOf(link);
}

const week = 7 * 24 * 3_600_000;

/** One for each folder of each site that has something to fetch. */
export function macaroonsFor(id: number, online: readonly string[], now: number): readonly unknown[] {
  const scopes = new Map<string, { readonly site: string; readonly path: string }>();
  for (const link of online) {
    const site = siteOf(link).name;
    const path = pathOf(link).replace(/\/[^/]*$/, '');
    scopes.set(`${site} ${path}`, { site, path });
  }
  const validUntil = new Date(now + week).toISOString().replace('Z', '+00:00');
  return [...scopes.values()].map(({ site, path }) => ({
    content: madeUp(`request ${id} at ${site}`, [
      `before:${new Date(now + week).toISOString()}`,
      `path:${path}`,
      'activity:DOWNLOAD,READ_METADATA',
    ]),
    validUntil,
    ltaSite: { name: site },
  }));
}

/** A macaroon with these caveats: base64url without padding, as dCache writes it. */
export function madeUp(identifier: string, caveats: readonly string[]): string {
  const signature = createHash('sha256')
    .update([identifier, ...caveats].join('\n'))
    .digest();
  const packets = [
    packet('location', Buffer.from('Optional.empty')),
    packet('identifier', Buffer.from(identifier)),
    ...caveats.map((caveat) => packet('cid', Buffer.from(caveat))),
    packet('signature', signature),
  ];
  return Buffer.concat(packets).toString('base64url');
}

function packet(key: string, value: Buffer): Buffer {
  const length = 4 + key.length + 1 + value.length + 1;
  return Buffer.concat([Buffer.from(length.toString(16).padStart(4, '0')), Buffer.from(`${key} `), value, Buffer.from('\n')]);
}
