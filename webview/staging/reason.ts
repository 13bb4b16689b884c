/** Failures by what the stager said. Messages that differ only in a checksum, a number or a path are one reason. */
import type { FileState } from '../../src/core/staging/state';
import { troubleCodes, type Campaign } from './campaign';

export interface Reason {
  /** Stable name of the reason: its message with what varies left out. */
  readonly key: string;
  /** As it is shown: the message itself where all say the same. */
  readonly words: string;
  readonly state: FileState;
  readonly files: readonly number[];
  readonly sites: readonly string[];
}

/** What varies from file to file: paths, file names, checksums and long numbers. */
const varying = /\b[a-z][a-z0-9+.-]*:\/\/\S+|(?:\/[^\s,;:]+){2,}|\S+\.(?:tar|MS|h5|fits)\b\S*|\b(?=[0-9a-f]*\d)[0-9a-f]{6,}\b|\b\d{5,}\b/gi;

/** What only leads up to such a value says nothing without it. */
const leading = /(?:^|[:,;]?\s+)(?:expected|read|got|found) …/gi;

/** A message with what varies left out. */
export function pattern(message: string): string {
  const constant = message.replace(varying, '…');
  const bare = constant.replace(leading, '').trim();
  return bare === '' ? constant : bare;
}

/** Lost first among equals, else most files first. O(files in trouble). */
export function reasonsOf(campaign: Campaign): Reason[] {
  const found = new Map<string, { key: string; state: FileState; files: number[]; messages: Set<number>; sites: Set<string> }>();
  const keys: string[] = [];
  const { files } = campaign;
  for (let file = 0; file < campaign.size; file++) {
    if (troubleCodes[campaign.codes[file] ?? 0] !== 1) continue;
    const state = campaign.state(file);
    const message = files.message[file] ?? -1;
    const key = message < 0 ? '' : (keys[message] ??= pattern(files.messages[message] ?? ''));
    const own = `${state} ${key}`;
    let reason = found.get(own);
    if (reason === undefined) found.set(own, (reason = { key, state, files: [], messages: new Set(), sites: new Set() }));
    reason.files.push(file);
    reason.messages.add(message);
    if (campaign.site(file) !== '') reason.sites.add(campaign.site(file));
  }
  return [...found.values()]
    .map(({ key, state, files: members, messages, sites }) => ({
      key,
      words: key === '' ? 'No reason given' : messages.size === 1 ? campaign.message(members[0] ?? -1) : key,
      state,
      files: members,
      sites: [...sites],
    }))
    .sort((a, b) => b.files.length - a.files.length || (a.key < b.key ? -1 : 1));
}
