/** Signing in to storage systems: with a token or macaroon, of which is said what it allows, or with the grid proxy. */
import { homedir } from 'node:os';
import { InputBoxValidationSeverity, window, type InputBoxValidationMessage } from 'vscode';
import { bareToken, expiredBearer, lacksStaging, readBearer, type Bearer } from '../../adapters/bearer';
import { findProxy } from '../../adapters/proxy';
import { asGridError, type GridError } from '../../core/errors';
import { proxyEnds, proxyProblem } from '../../core/staging/proxy';
import { duration, listing, moment } from '../../core/wording';
import { noCancel } from '../cancel';
import type { StagerSetting } from '../settings';
import { thisAccount } from '../stagers';
import type { Secret } from '../stagerKinds';
import { needTrust } from '../trust';

/** What is signed in to: a stager, or grid storage (no kind), where a token need not allow recalls. */
export interface Target {
  readonly name: string;
  readonly url: string;
  readonly kind?: StagerSetting['kind'];
}

/** The grid proxy needs nothing but itself; where it cannot sign, or a person has none, a token is asked for. */
export async function askForBearer(
  target: Target,
  title: string,
  refused: GridError | undefined,
): Promise<Secret | 'proxy' | 'later' | undefined> {
  const { kind, url } = target;
  const refusal = refused?.message ?? '';
  if (kind === 'gfal' && !/^(https?|davs?):/i.test(url)) return refused === undefined ? 'proxy' : askAgain(title, refused);
  // Without encryption a proxy signs nothing.
  const withProxy = !/^http:/i.test(url) || kind === 'gfal' || kind === undefined;
  const found = await foundItems(target);
  if (!withProxy && found.length === 0) return askForToken(target, title, refusal);
  const token = { label: 'Token or macaroon…', description: '', detail: "Kept in the editor's secret storage", chosen: 'token' as const };
  const proxy = withProxy ? [{ label: 'Grid proxy', ...(await proxyWords()), chosen: 'proxy' as const }] : [];
  const placeHolder = refusal === '' ? 'What signs your calls?' : `${refusal} What signs your calls?`;
  const choice = await window.showQuickPick([...found, token, ...proxy], { title, placeHolder, ignoreFocusOut: true });
  return choice?.chosen === 'token' ? askForToken(target, title, '') : choice?.chosen;
}

/** Tokens of the grid's own clients: with what each allows, and the door that it was kept for. What has run out comes last. */
async function foundItems({ name, kind }: Target) {
  needTrust('Reading credential files');
  const { findBearers } = await import('../../adapters/bearerFiles');
  const now = Date.now();
  const found = await findBearers({ home: homedir(), ...thisAccount, signal: noCancel });
  const items = found.map(({ source, token, url, problem }) => {
    const bearer = readBearer(token);
    const over = expiredBearer(bearer, name, now);
    const facts = over?.sentence ?? [kind && lacksStaging(bearer), bearerWords(bearer, now, true)].filter(Boolean).join(' ');
    return {
      label: `${over === undefined ? '' : '$(warning) '}${bearer.kind === 'macaroon' ? 'Macaroon' : 'Token'}`,
      description: `from ${source.replace(homedir(), '~')}${url === undefined ? '' : `, kept for ${url}`}`,
      detail: [facts || 'It does not say what it allows, or when it ends.', problem].filter(Boolean).join(' '),
      chosen: { token },
      over: over !== undefined,
    };
  });
  return [...items.filter(({ over }) => !over), ...items.filter(({ over }) => over)];
}

/** Another proxy can be had only outside of the editor. */
async function askAgain(title: string, { message, hint = '' }: GridError): Promise<'proxy' | 'later' | undefined> {
  const again = { label: 'Try Again', detail: hint, chosen: 'proxy' as const };
  const later = { label: 'Later', detail: 'Each call is signed with the proxy that is there then.', chosen: 'later' as const };
  return (await window.showQuickPick([again, later], { title, placeHolder: message, ignoreFocusOut: true }))?.chosen;
}

/** "of /O=…/CN=Ada, lofar, ends in 5 h", or what is wrong with it. */
async function proxyWords(): Promise<{ readonly description: string; readonly detail: string }> {
  try {
    const proxy = await findProxy({ ...thisAccount, signal: noCancel });
    const now = Date.now();
    const problem = proxyProblem(proxy, now);
    const vo = proxy.attributes ? [proxy.attributes.vo] : [];
    return {
      description: problem === undefined ? [...vo, `ends in ${duration(proxyEnds(proxy) - now)}`].join(', ') : '',
      detail: problem?.sentence ?? proxy.identity,
    };
  } catch (thrown) {
    return { description: '', detail: asGridError(thrown).sentence };
  }
}

async function askForToken({ name, kind }: Target, title: string, refusal: string): Promise<Secret | undefined> {
  const token = await window.showInputBox({
    title,
    prompt: `${refusal} A macaroon or token of this storage system${kind === undefined ? '' : ', with the activity STAGE'}`.trim(),
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? 'A token is needed' : verdictOn(value, name, kind)),
  });
  return token === undefined ? undefined : { token: bareToken(token) };
}

/** What a token says of itself, while it is typed or pasted. One that only cannot stage may still check. */
function verdictOn(text: string, name: string, kind: Target['kind']): InputBoxValidationMessage | undefined {
  const bearer = readBearer(text);
  const now = Date.now();
  const over = expiredBearer(bearer, name, now);
  if (over !== undefined) return { message: over.sentence, severity: InputBoxValidationSeverity.Error };
  const lack = kind && lacksStaging(bearer);
  const words = bearerWords(bearer, now, lack === undefined); // what is lacking is told with what it allows
  if (lack !== undefined) {
    const can = kind === 'gfal' ? '' : ' It can check where files are, but not stage them.';
    return { message: `${lack}${can} ${words}`.trim(), severity: InputBoxValidationSeverity.Warning };
  }
  return words === '' ? undefined : { message: words, severity: InputBoxValidationSeverity.Info };
}

/** "A macaroon of ada, ends Fri 06:00, in 21 h, for /pnfs/…." Nothing for what cannot be read. */
function bearerWords({ kind, holder, path, activities, ends }: Bearer, now: number, withActivities: boolean): string {
  if (kind === 'opaque') return '';
  const parts = [
    `${kind === 'macaroon' ? 'A macaroon' : 'A token'}${holder === undefined ? '' : ` of ${holder}`}`,
    // First what a narrow window must not cut off.
    ends === undefined ? 'without an end' : `ends ${moment(ends, now)}, in ${duration(ends - now)}`,
    ...(path === undefined ? [] : [`for ${path}`]),
    ...(activities === undefined || !withActivities ? [] : [`allows ${listing(activities)}`]),
  ];
  return `${parts.join(', ')}.`;
}
