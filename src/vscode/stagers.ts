/**
 * The stagers a person has added: where they are (settings), who signs in (SecretStorage, else the credential files of
 * the old clients), and the open connection. Nothing is cached across a change of secret.
 */
import { homedir } from 'node:os';
import { env } from 'node:process';
import { EventEmitter, type SecretStorage } from 'vscode';
import { GridError } from '../core/errors';
import type { Credentials, Stager } from '../core/ports';
import { noCancel } from './cancel';
import { deadlineSeconds, saveStagers, stagerSettings, type StagerSetting } from './settings';
import { needTrust } from './trust';

/** Where the LTA stager of ASTRON has been (staging.md §1.1); StageIT replaces it. */
export const ltaUrl = 'https://webportal.astron.nl/service-public/xmlrpc';

export class Stagers {
  readonly #changed = new EventEmitter<void>();
  /** A sign-in, here or in another window. */
  readonly onChange = this.#changed.event;

  constructor(private readonly secrets: SecretStorage) {
    secrets.onDidChange(() => this.#changed.fire());
  }

  get all(): readonly StagerSetting[] {
    return stagerSettings();
  }

  find(name: string): StagerSetting {
    const stager = this.all.find((each) => each.name === name);
    if (stager !== undefined) return stager;
    const known = this.all.map((each) => each.name);
    throw new GridError('notFound', `There is no stager "${name}".`, {
      hint: known.length === 0 ? 'Add one first.' : `There are: ${known.join(', ')}.`,
    });
  }

  /** Adds a stager, or changes the one of that name. A password goes to SecretStorage. */
  async add(stager: StagerSetting, password: string | undefined): Promise<void> {
    needTrust('Adding a stager');
    checkName(stager.name);
    checkUrl(stager.url);
    if (password !== undefined) await this.signIn(stager.name, { user: stager.user, password });
    await saveStagers([...this.all.filter((each) => each.name !== stager.name), stager]);
  }

  async remove(name: string): Promise<void> {
    this.find(name);
    await saveStagers(this.all.filter((each) => each.name !== name));
    await this.signOut(name);
  }

  async signIn(name: string, credentials: Credentials): Promise<void> {
    if (credentials.user === '') throw new GridError('rejected', `The user name for ${name} is missing.`);
    await this.secrets.store(secretKey(name), JSON.stringify(credentials));
  }

  async signOut(name: string): Promise<void> {
    await this.secrets.delete(secretKey(name));
  }

  /** Who signs in, or nobody. The editor's own sign-in comes first. */
  async credentials(name: string): Promise<Credentials | undefined> {
    const secret = await this.secrets.get(secretKey(name));
    if (secret !== undefined) return JSON.parse(secret) as Credentials;
    const found = await this.found();
    const wanted = this.find(name).user;
    return found.find((each) => wanted === '' || each.user === wanted);
  }

  /** Accounts in the files and variables that the old clients read. */
  async found(): Promise<readonly (Credentials & { readonly source: string })[]> {
    needTrust('Reading credential files');
    const { findCredentials } = await import('../adapters/credentials');
    const { found } = await findCredentials({ home: homedir(), env, signal: noCancel });
    return found.filter((each) => 'user' in each).map((each) => ({ ...each, source: each.source.replace(homedir(), '~') }));
  }

  /** The stager behind a name. A client lives for one call, so a new password is used at once. */
  async open(name: string): Promise<Stager> {
    needTrust(`Talking to ${name}`);
    const { url } = this.find(name);
    const { createLtaStager } = await import('../adapters/ltaStager');
    return createLtaStager({ name, url, credentials: () => this.credentials(name), deadlineMs: deadlineSeconds() * 1000 });
  }
}

function secretKey(name: string): string {
  return `stager:${name}`;
}

function checkName(name: string): void {
  if (name.trim() === '' || name !== name.trim())
    throw new GridError('rejected', 'The name of a stager must not be empty or begin or end with a space.');
}

/** Hosts that are this machine: a password on the way to them crosses no network. */
const ownMachine = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Rejects what is no http(s) address, an address with a password in it, and one to which a password would travel readable. */
export function checkUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new GridError('rejected', `"${text.replace(/\/\/[^/@]*@/, '//')}" is not the address of a stager.`, {
      hint: 'It begins with https://.',
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new GridError('rejected', 'The address must not hold a user or password.', {
      hint: 'Leave them out; they are asked for and kept in the secret storage.',
    });
  }
  if (url.protocol === 'http:' && !ownMachine.test(url.hostname)) {
    throw new GridError('rejected', `The password would be readable on its way to ${url.host}.`, { hint: 'Use the https:// address.' });
  }
}
