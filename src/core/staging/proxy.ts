/** A grid proxy as a person has to think about it: there or not, whose, until when, and who else can read it. */
import { GridError } from '../errors';
import { duration } from '../wording';

/** What is known of a proxy; nothing of it is secret. */
export interface ProxyFacts {
  readonly path: string;
  /** Of the proxy itself, as OpenSSL wrote names before 1.1: "/C=NL/O=…/CN=…". */
  readonly subject: string;
  /** Whom it stands for: the subject without the proxies' own names. */
  readonly identity: string;
  /** When the first certificate of its chain ends; ms since 1970. */
  readonly ends: number;
  /** Others than its owner may read or write the file; the grid's own tools refuse it then. */
  readonly exposed: boolean;
  /** What a VO says of its holder; undefined where it cannot be learned, null where there surely is none. */
  readonly attributes?: ProxyAttributes | null;
}

export interface ProxyAttributes {
  readonly vo: string;
  /** FQANs in the order of the proxy: the first one counts. */
  readonly names: readonly string[];
  /** Often before the proxy's own end; ms since 1970. */
  readonly ends: number;
}

const renew = 'Make a new one with voms-proxy-init.';

/** The error for a proxy that is not there. */
export function missingProxy(path: string): GridError {
  return new GridError('auth', `There is no grid proxy at ${path}.`, {
    hint: 'Make one with voms-proxy-init, or name its file in X509_USER_PROXY.',
  });
}

/** Whether an error is about the proxy: no sign-in makes another one, a terminal does. */
export function isAboutProxy({ message }: GridError): boolean {
  return message.includes('grid proxy');
}

/** The end that comes first: the proxy's or its attributes'. ms since 1970. */
export function proxyEnds({ ends, attributes }: ProxyFacts): number {
  return Math.min(ends, attributes?.ends ?? Infinity);
}

/**
 * What keeps a proxy from being used for `neededMs` from now; undefined when nothing does. `vo` is the name of the virtual
 * organisation whose attributes are wanted, where one is.
 */
export function proxyProblem(proxy: ProxyFacts, now: number, neededMs = 0, vo?: string): GridError | undefined {
  const { path, ends, exposed, attributes } = proxy;
  if (ends <= now) return new GridError('expired', `The grid proxy ran out ${duration(now - ends)} ago.`, { hint: renew });
  if (exposed) {
    return new GridError('forbidden', `Others on this machine can read the grid proxy ${path}.`, {
      hint: "Take their rights away (chmod 600): the grid's tools refuse it until then.",
    });
  }
  if (ends - now < neededMs) {
    return new GridError('expired', `The grid proxy ends in ${duration(ends - now)}; ${duration(neededMs)} are needed.`, { hint: renew });
  }
  if (attributes === null && vo !== undefined) {
    return new GridError('auth', `The grid proxy has no attributes of a VO.`, {
      hint: `Make a new one with voms-proxy-init --voms ${vo}.`,
    });
  }
  if (attributes === undefined || attributes === null) return undefined;
  if (vo !== undefined && attributes.vo !== vo) {
    return new GridError('auth', `The attributes of the grid proxy are of the VO ${attributes.vo}, not of ${vo}.`, {
      hint: `Make a new one with voms-proxy-init --voms ${vo}.`,
    });
  }
  if (attributes.ends <= now) {
    // How long ago is not told: voms-proxy-info counts down to zero.
    return new GridError('expired', 'The VO attributes of the grid proxy have run out.', { hint: renew });
  }
  if (attributes.ends - now < neededMs) {
    return new GridError(
      'expired',
      `The VO attributes of the grid proxy end in ${duration(attributes.ends - now)}; ${duration(neededMs)} are needed.`,
      { hint: renew },
    );
  }
  return undefined;
}
