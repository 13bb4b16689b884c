/**
 * The stagers a person has added: where they are (settings), who signs in (SecretStorage, else the credential files of
 * the old clients), and the open connection. Nothing is cached across a change of secret.
 */
import { homedir } from 'node:os';
import { env } from 'node:process';
import { EventEmitter, type SecretStorage } from 'vscode';
import { GridError } from '../core/errors';
import type { Stager } from '../core/ports';
import { noCancel } from './cancel';
import { deadlineSeconds, saveStagers, stagerSettings, type StagerKind, type StagerSetting } from './settings';
import { kindOf, type Secret } from './stagerKinds';
import { checkUrl, isHome } from './stagerAddress';
import { needTrust } from './trust';

/** An account found outside the editor. */
export type Found = Secret & { /** Path of the file, `~` for the home, or name of the variable. */ readonly source: string };

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

  /** Adds a stager, or changes the one of that name. The secret is stored first: the view asks the stager at once. */
  async add(stager: StagerSetting, secret: Secret | undefined): Promise<void> {
    needTrust('Adding a stager');
    checkName(stager.name);
    checkUrl(stager.url);
    if (secret !== undefined) await this.signIn(stager.name, secret);
    await saveStagers([...this.all.filter((each) => each.name !== stager.name), stager]);
  }

  /** Whether a stager, added or not, takes this secret; rejects with what it says. Nothing is kept. */
  async tryOut(stager: StagerSetting, secret: Secret, signal: AbortSignal): Promise<void> {
    needTrust(`Talking to ${stager.name}`);
    checkUrl(stager.url);
    await (await openKind(stager, () => Promise.resolve(secret))).probe({ signal });
  }

  async remove(name: string): Promise<void> {
    this.find(name);
    await saveStagers(this.all.filter((each) => each.name !== name));
    await this.signOut(name);
  }

  async signIn(name: string, secret: Secret): Promise<void> {
    if ('user' in secret && secret.user === '') throw new GridError('rejected', `The user name for ${name} is missing.`);
    if ('token' in secret && secret.token === '') throw new GridError('rejected', `The token for ${name} is missing.`);
    await this.secrets.store(secretKey(name), JSON.stringify(secret));
  }

  async signOut(name: string): Promise<void> {
    await this.secrets.delete(secretKey(name));
  }

  /** What opens the stager of that name, or nothing. The editor's own sign-in comes first. */
  async #secretOf(stager: StagerSetting): Promise<Secret | undefined> {
    const secret = await this.secrets.get(secretKey(stager.name));
    if (secret !== undefined) return JSON.parse(secret) as Secret;
    // Somebody's password goes to an address only because they said so: by naming the account, or where it belongs.
    if (stager.user === '' && !isHome(stager.url)) return undefined;
    return (await this.found(stager.kind)).find((each) => !('user' in each) || stager.user === '' || each.user === stager.user);
  }

  /** Accounts in the files and variables that the old clients read, of the kind that this stager takes. */
  async found(kind: StagerKind): Promise<readonly Found[]> {
    needTrust('Reading credential files');
    const { findCredentials } = await import('../adapters/credentials');
    const { found } = await findCredentials({ home: homedir(), env, signal: noCancel });
    const wanted = kindOf(kind)?.signsWith;
    return found.flatMap((each): Found[] => {
      const source = each.source.replace(homedir(), '~');
      if ('user' in each) return wanted === 'password' ? [{ user: each.user, password: each.password, source }] : [];
      return wanted === 'token' ? [{ token: each.apiToken, source }] : [];
    });
  }

  /** The stager behind a name. A client lives for one call, so a new password is used at once. */
  async open(name: string): Promise<Stager> {
    needTrust(`Talking to ${name}`);
    const stager = this.find(name);
    return openKind(stager, () => this.#secretOf(stager));
  }
}

async function openKind({ kind, name, url }: StagerSetting, secret: () => Promise<Secret | undefined>): Promise<Stager> {
  const facts = kindOf(kind);
  if (facts === undefined) throw new GridError('rejected', `Stagers of the kind "${kind}" are not known.`);
  return facts.open({ name, url, secret, deadlineMs: deadlineSeconds() * 1000 });
}

function secretKey(name: string): string {
  return `stager:${name}`;
}

function checkName(name: string): void {
  if (name.trim() === '' || name !== name.trim())
    throw new GridError('rejected', 'The name of a stager must not be empty or begin or end with a space.');
}
