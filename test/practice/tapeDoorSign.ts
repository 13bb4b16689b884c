/** Who calls the practice door: a token of its list, a macaroon that it has given, or a certificate; and what each may do. */
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { madeUp } from './stageitMacaroon';

export interface SignOptions {
  /** Users by bearer token. */
  readonly tokens?: Readonly<Record<string, string>>;
  /** Users by a word of the certificate's subject; of a proxy that of whom it stands for. */
  readonly subjects?: Readonly<Record<string, string>>;
  /** Who one is without any of these; nobody when absent or empty. */
  readonly anonymous?: string;
}

interface Issued {
  readonly user: string;
  readonly caveats: readonly string[];
}

export class Signs {
  readonly #tokens: Map<string, string>;
  readonly #issued = new Map<string, Issued>();

  constructor(
    private readonly options: SignOptions,
    private readonly clock: () => number,
  ) {
    this.#tokens = new Map(Object.entries(options.tokens ?? {}));
  }

  /** From now on the token or macaroon is nobody's. */
  revoke(secret: string): void {
    this.#tokens.delete(secret);
    this.#issued.delete(secret);
  }

  /** A macaroon with these caveats, as `activity:LIST,STAGE`, `path:/data`, `before:2026-01-01T00:00:00Z`. */
  macaroon(user: string, caveats: readonly string[]): string {
    const content = madeUp(`practice ${this.#issued.size}`, [`id:1000;1000;${user}`, ...caveats]);
    this.#issued.set(content, { user, caveats });
    return content;
  }

  /** The user, or the status of the refusal. */
  judge(request: IncomingMessage, activity: string, path: string): string | 401 | 403 {
    const [, secret] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (secret === undefined) {
      const { anonymous = '' } = this.options;
      return this.#certified(request) ?? (anonymous === '' ? 401 : anonymous);
    }
    const user = this.#tokens.get(secret);
    if (user !== undefined) return user;
    const issued = this.#issued.get(secret);
    if (issued === undefined) return 401;
    const of = (key: string) => issued.caveats.filter((each) => each.startsWith(`${key}:`)).map((each) => each.slice(key.length + 1));
    if (of('before').some((until) => Date.parse(until) <= this.clock())) return 401;
    const allowed = of('activity').every((list) => activity === '' || list.split(',').includes(activity));
    const inside = of('path').every((root) => path === '' || path === root || path.startsWith(`${root.replace(/\/$/, '')}/`));
    return allowed && inside ? issued.user : 403;
  }

  #certified(request: IncomingMessage): string | undefined {
    const socket = request.socket as Partial<TLSSocket>;
    const peer = socket.getPeerCertificate?.();
    if (peer?.valid_to !== undefined && Date.parse(peer.valid_to) <= Date.now()) return undefined;
    const subject = peer?.subject as Readonly<Record<string, string | string[]>> | undefined;
    const words = Object.values(subject ?? {}).flat();
    return Object.entries(this.options.subjects ?? {}).find(([word]) => words.includes(word))?.[1];
  }
}
