/**
 * The stagers a person has added: where they are (settings), who signs in (SecretStorage, else the credential files of
 * the old clients), and the open connection. Nothing is cached across a change of secret.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { EventEmitter, type Disposable, type SecretStorage } from 'vscode';
import type { Gfal } from '../adapters/gfal';
import type { BridgeOptions } from '../adapters/gfalBridgeChild';
import { GridError } from '../core/errors';
import type { LocalitySource, Stager } from '../core/ports';
import { noCancel } from './cancel';
import { deadlineSeconds, gfalPython, saveStagers, stagerSettings, type StagerKind, type StagerSetting } from './settings';
import { kindOf, type Secret } from './stagerKinds';
import { checkAddress, isHome } from './stagerAddress';
import { needTrust } from './trust';

/** An account found outside the editor. */
export type Found = Secret & { /** Path of the file, `~` for the home, or name of the variable. */ readonly source: string };

export class Stagers implements Disposable {
  readonly #changed = new EventEmitter<void>();
  /** A sign-in, here or in another window. */
  readonly onChange = this.#changed.event;
  #gfal: { readonly python: string; readonly bridge: Promise<Gfal> } | undefined;

  /** @param folder of the extension. */
  constructor(
    private readonly secrets: SecretStorage,
    private readonly folder: string,
  ) {
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
    checkAddress(stager.kind, stager.url);
    if (secret !== undefined) await this.signIn(stager.name, secret);
    await saveStagers([...this.all.filter((each) => each.name !== stager.name), stager]);
  }

  /** Whether a stager, added or not, takes this secret, or without one the grid proxy; rejects with what it says. Nothing is kept. */
  async tryOut(stager: StagerSetting, secret: Secret | undefined, signal: AbortSignal): Promise<void> {
    needTrust(`Talking to ${stager.name}`);
    checkAddress(stager.kind, stager.url);
    await (await this.#openKind(stager, () => Promise.resolve(secret))).probe({ signal });
    // gfal2 starts without one, and tells of it with the first file.
    if (stager.kind === 'gfal' && secret === undefined) await (await import('../adapters/proxy')).needProxy(thisAccount, signal);
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
    if (kindOf(stager.kind)?.signsWith === 'bearer') return undefined;
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
    return this.#openKind(stager, () => this.#secretOf(stager));
  }

  /** The token that a stager is called with; undefined for none, or where an account signs in. */
  async tokenOf(stager: StagerSetting): Promise<string | undefined> {
    const secret = await this.#secretOf(stager);
    return secret !== undefined && 'token' in secret ? secret.token : undefined;
  }

  /** The stagers that tell where files are. */
  get tellers(): readonly StagerSetting[] {
    return this.all.filter(({ kind }) => kindOf(kind)?.tells === true);
  }

  /** Whether a stager keeps files longer by a new pin; false for one that is not there any more. */
  extends(name: string): boolean {
    const stager = this.all.find((each) => each.name === name);
    return stager !== undefined && kindOf(stager.kind)?.extends === true;
  }

  /** What a stager is asked through where files are, the fastest way first. Rejects with `rejected` for one that cannot tell. */
  async sources(name: string): Promise<readonly LocalitySource[]> {
    const { kind } = this.find(name);
    const hint = 'A tape, dCache or gfal2 stager can.';
    if (kindOf(kind)?.tells !== true) throw new GridError('rejected', `${name} cannot tell where files are.`, { hint });
    const stager = await this.open(name);
    const source: LocalitySource = {
      name,
      locality: async (links, options) => {
        await stager.locality?.(links, options);
      },
    };
    if (kind !== 'gfal') return [source];
    // Where Python has no gfal2, the programs may still be there.
    return [source, (await import('../adapters/gfalProcess')).openGfalProcess()];
  }

  async #openKind({ kind, name, url }: StagerSetting, secret: () => Promise<Secret | undefined>): Promise<Stager> {
    const facts = kindOf(kind);
    if (facts === undefined) throw new GridError('rejected', `Stagers of the kind "${kind}" are not known.`);
    const proxy = (await import('../adapters/proxy')).proxyPath(thisAccount);
    return facts.open({ name, url, secret, proxy, deadlineMs: deadlineSeconds() * 1000, gfal: () => this.bridge() });
  }

  /** One process of gfal2 for all who need it; another one when the settings name another Python. */
  async bridge(): Promise<Gfal> {
    const python = gfalPython();
    if (this.#gfal?.python !== python) {
      await this.#close();
      this.#gfal = { python, bridge: import('../adapters/gfal').then(({ openGfal }) => openGfal(this.bridgeOptions)) };
    }
    return this.#gfal.bridge;
  }

  /** For processes of gfal2 besides that one. */
  get bridgeOptions(): BridgeOptions {
    const python = gfalPython();
    const script = join(this.folder, 'dist', 'worker', 'gfal_bridge.py');
    return { script, callMs: deadlineSeconds() * 1000, env, ...(python === '' ? {} : { python }) };
  }

  async #close(): Promise<void> {
    const open = this.#gfal;
    this.#gfal = undefined;
    await (await open?.bridge)?.close();
  }

  dispose(): void {
    void this.#close();
    this.#changed.dispose();
  }
}

/** Whose grid proxy is meant. */
export const thisAccount = { env, uid: process.getuid?.() ?? -1 };

function secretKey(name: string): string {
  return `stager:${name}`;
}

function checkName(name: string): void {
  if (name.trim() === '' || name !== name.trim())
    throw new GridError('rejected', 'The name of a stager must not be empty or begin or end with a space.');
}
