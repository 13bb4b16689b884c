/**
 * Tells a person what campaigns have come to, and starts what is to follow: once, by the one window that asks the
 * stagers. The right to tell is a file that can be made once, so a second window stays silent even when both lead for a
 * moment.
 */
import { createHash } from 'node:crypto';
import { commands, window, type Disposable } from 'vscode';
import { asGridError } from '../core/errors';
import { parseLink } from '../core/links/link';
import type { Campaign } from '../core/staging/campaign';
import type { Desk } from '../core/staging/desk';
import { isQuiet, noticesOf, passings, type Notice, type Passing } from '../core/staging/threshold';
import { count, plural } from '../core/wording';
import { failure, info } from './log';
import { quietHours, stallHours } from './settings';
import type { Sites } from './sites';
import type { Watch } from './watch';

/** Changes that come together are looked at together. */
const settleMs = 300;
/** Stalls and the end of quiet hours come without a change. */
const lookAgainMs = 60_000;
/** A gap in the news after which it is worth saying what was missed. */
const nightMs = 60 * 60_000;

export class Notices implements Disposable {
  readonly #stop: () => void;
  readonly #again: NodeJS.Timeout;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  /** How things stood when this window began; undefined once what was missed has been told. */
  #before: ReadonlyMap<string, { readonly online: number; readonly failed: number; readonly at: number }> | undefined;

  constructor(
    private readonly desk: Desk,
    private readonly watch: Watch,
    private readonly sites: Sites,
    private readonly clock: () => number,
  ) {
    this.#stop = desk.onChange(() => this.#soon());
    this.#again = setInterval(() => this.#soon(), lookAgainMs);
  }

  /** Remembers how things stood; to be called once the journal has been read and before the stagers are asked. */
  remember(): void {
    this.#before = new Map(
      this.desk.campaigns.map(({ id, progress, requests }) => [
        id,
        { online: progress.online, failed: progress.failed, at: Math.max(0, ...requests.map((request) => request.checkedAt)) },
      ]),
    );
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#looking = this.#looking.then(() => this.#look()).catch((error: unknown) => failure('A notice was not told.', error));
    }, settleMs);
  }

  async #look(): Promise<void> {
    if (!this.watch.leads) return;
    const now = this.clock();
    const date = new Date(now);
    const quiet = isQuiet(quietHours(), date.getHours() * 60 + date.getMinutes());
    if (!quiet) this.#tellMissed(now);
    for (const campaign of this.desk.campaigns) {
      const record = this.desk.book.memory.campaign(campaign.id);
      if (record === undefined) continue;
      const observationOf = (link: string) => parseLink(link, this.sites.table)?.observation;
      for (const passing of passings(campaign, record, observationOf, now)) await this.#follow(campaign, passing, quiet);
      if (quiet) continue;
      for (const notice of noticesOf(campaign, record.told, now, stallHours() * 3_600_000)) await this.#tell(campaign, notice);
    }
  }

  /** What came while no window was open, of campaigns that go on; the end of one is told as such. */
  #tellMissed(now: number): void {
    const before = this.#before;
    const heard = [...(before ?? [])].some(([id]) =>
      this.desk.campaigns.some((campaign) => campaign.id === id && campaign.requests.some((request) => now - request.checkedAt < nightMs)),
    );
    if (before === undefined || !heard) return;
    this.#before = undefined;
    const news = this.desk.campaigns.flatMap((campaign) => {
      const was = before.get(campaign.id);
      if (was === undefined || was.at === 0 || now - was.at < nightMs) return [];
      const online = campaign.progress.online - was.online;
      const failed = campaign.progress.failed - was.failed;
      if (online <= 0 && failed <= 0) return [];
      return [`${campaign.name}: ${plural(Math.max(0, online), 'file')} more online${failed > 0 ? `, ${count(failed)} failed` : ''}`];
    });
    if (news.length > 0) void window.showInformationMessage(`While this window was closed: ${news.join('; ')}.`);
  }

  async #tell(campaign: Campaign, { what, sentence, tone }: Notice): Promise<void> {
    if (!(await this.#claim('told', campaign.id, what))) return;
    await this.desk.book.note({ e: 'told', at: this.clock(), campaign: campaign.id, what });
    info(sentence);
    void this.#show(campaign, sentence, tone);
  }

  async #show(campaign: Campaign, sentence: string, tone: Notice['tone']): Promise<void> {
    const show = tone === 'plain' ? window.showInformationMessage : window.showWarningMessage;
    const { online } = campaign.progress;
    const tokens = `Tokens of ${count(online)} Online…`;
    const choice = await show(sentence, 'Show', ...(online > 0 ? [tokens] : []));
    if (choice === tokens) await commands.executeCommand('grid.tokens.createOnline', { node: 'campaign', campaign });
    if (choice === 'Show') await commands.executeCommand('grid.staging.open', { node: 'campaign', campaign });
  }

  async #follow(campaign: Campaign, { threshold, what }: Passing, quiet: boolean): Promise<void> {
    if (!(await this.#claim('fired', `${campaign.id} ${threshold.threshold}`, what))) return;
    const { command, args = [] } = threshold;
    const passed = `${campaign.name} has passed ${what}.`;
    info(command === undefined ? passed : `${passed} Running ${command}.`);
    const error = command === undefined ? undefined : await runCommand(command, args);
    const outcome = error === undefined ? {} : { error };
    await this.desk.book.note({ e: 'fired', at: this.clock(), campaign: campaign.id, threshold: threshold.threshold, what, ...outcome });
    if (error !== undefined) {
      // Told in any hour: what was to happen did not.
      const choice = await window.showErrorMessage(`${passed} The command ${command ?? ''} failed: ${error}`, 'Run Again');
      if (choice === 'Run Again') await runCommand(command ?? '', args);
    } else if (command === undefined && !quiet) void this.#show(campaign, passed, 'plain');
  }

  #claim(kind: string, subject: string, what: string): Promise<boolean> {
    const name = createHash('sha256').update(`${subject}\n${what}`).digest('hex').slice(0, 32);
    return this.desk.book.journal.claim(`${kind}.${name}`);
  }

  dispose(): void {
    this.#stop();
    clearTimeout(this.#timer);
    clearInterval(this.#again);
  }
}

/** The message of what went wrong; undefined when it went well. */
async function runCommand(command: string, args: readonly unknown[]): Promise<string | undefined> {
  try {
    await commands.executeCommand(command, ...args);
    return undefined;
  } catch (thrown) {
    failure(`The follow-up ${command} failed.`, thrown);
    return asGridError(thrown).message;
  }
}
