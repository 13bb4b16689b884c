/** One version of a token as it was read, and when it counts as changed. */
import { pretty, readObject, textIn, valueIn, type Verbatim, type VerbatimMap } from './verbatim';

export interface Version {
  readonly rev: string;
  readonly document: VerbatimMap;
  /** As an editor shows it. */
  readonly text: string;
  /** Bytes of the text in UTF-8. */
  readonly bytes: Uint8Array;
  readonly attachments: ReadonlyMap<string, AttachmentVersion>;
}

export interface AttachmentVersion {
  readonly contentType: string;
  readonly length: number;
  /** What the content is known by; another content has another one. */
  readonly digest: string;
  /** Number of the revision in which it was attached. */
  readonly revpos: number;
}

/** @param json of the pool */
export function versionOf(json: string): Version {
  const document = readObject(json);
  const text = pretty(document);
  return {
    rev: textIn(document, '_rev') ?? '',
    document,
    text,
    bytes: new TextEncoder().encode(text),
    attachments: attachmentsOf(document),
  };
}

function attachmentsOf(document: VerbatimMap): ReadonlyMap<string, AttachmentVersion> {
  const stubs = valueIn(document, '_attachments');
  if (stubs?.kind !== 'map') return new Map();
  return new Map(
    stubs.members.flatMap(({ name, value }) => {
      if (value.kind !== 'map') return [];
      const stub = {
        contentType: textIn(value, 'content_type') ?? 'application/octet-stream',
        length: numberIn(valueIn(value, 'length')),
        digest: textIn(value, 'digest') ?? '',
        revpos: numberIn(valueIn(value, 'revpos')),
      };
      return [[name, stub] as const];
    }),
  );
}

function numberIn(value: Verbatim | undefined): number {
  const number = value?.kind === 'plain' ? Number(value.text) : 0;
  return Number.isFinite(number) ? number : 0;
}

const perGeneration = 1_000_000;

/**
 * A number that stands for a version where an editor wants the time of its last change: later revisions have greater
 * ones, and two versions with the same count of writes different ones. CouchDB keeps no times.
 */
export function versionTime(generation: number, name: string): number {
  let hash = 0;
  for (let at = 0; at < name.length; at++) hash = (Math.imul(hash, 31) + name.charCodeAt(at)) >>> 0;
  return generation * perGeneration + (hash % perGeneration);
}

export function revisionTime(rev: string): number {
  return versionTime(Number(/^\d+/.exec(rev)?.[0] ?? 0), rev);
}
