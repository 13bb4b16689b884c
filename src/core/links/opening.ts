import { type Site, type SiteTable } from './site';

/** A way in which a link of a site may begin. */
export interface Opening {
  readonly text: string;
  readonly site: Site;
  /** What it is for: "srm door". */
  readonly what: string;
  /** The same without the folders behind the door; undefined for a bare path. */
  readonly door: string | undefined;
}

/** All ways, by site in the order of the table: what a list is most often written in comes first. */
export function openings(table: SiteTable): Opening[] {
  return table.sites.flatMap((site) => {
    const { srm, gsiftp, door, roots } = site;
    const folders = roots.length === 0 ? ['/'] : roots.map((root) => `${root}/`);
    const found: Opening[] = [];
    for (const folder of folders) {
      const add = (what: string, head: string): unknown => found.push({ text: head + folder, site, what, door: head });
      if (srm !== undefined) add('srm door', `srm://${srm.host}:${srm.port}`);
      if (gsiftp !== undefined) add('GridFTP door', `gsiftp://${gsiftp.host}:${gsiftp.port}`);
      if (srm !== undefined && door !== undefined) add('download door', `${door}srm://${srm.host}:${srm.port}`);
      if (folder !== '/') found.push({ text: folder, site, what: 'path', door: undefined });
    }
    return found;
  });
}
