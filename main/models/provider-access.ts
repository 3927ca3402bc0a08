import { RectoError } from '#schemas/errors.ts';
import { hostOf } from '#schemas/server-address.ts';
import type { ProviderKeys } from '../secrets/provider-keys.ts';
import type { AllowedOrigins } from '../security/allowed-origins.ts';

/** Who may be sent the author's text, and with which key. Asked before anything goes to a provider. */
export interface ProviderAccess {
  /**
   * Asks the author where nobody has yet. This computer's own servers need no leave.
   * @returns the key that is kept for this provider; null: none is
   * @throws RectoError configuration (no address), forbidden (the author said no)
   */
  open(baseUrl: string): Promise<string | null>;
}

interface ProviderAccessParts {
  allowedOrigins: Pick<AllowedOrigins, 'has' | 'allow'>;
  providerKeys: Pick<ProviderKeys, 'keyFor'>;
}

export function createProviderAccess({ allowedOrigins, providerKeys }: ProviderAccessParts): ProviderAccess {
  const isAllowed = async (baseUrl: string): Promise<boolean> => {
    try {
      return await allowedOrigins.allow(baseUrl, 'model');
    } catch (thrown) {
      // A yes that can't be written down is still a yes.
      if (allowedOrigins.has(baseUrl)) return true;
      throw thrown;
    }
  };
  return {
    async open(baseUrl) {
      if (!isBaseUrl(baseUrl)) {
        throw new RectoError('configuration', 'The text provider has no usable address. Give one in the settings, such as http://127.0.0.1:11434/v1.');
      }
      if (!(await isAllowed(baseUrl))) {
        throw new RectoError('forbidden', `You said no to ${hostOf(baseUrl)}, so nothing was sent there. The draft is as it was; try again to be asked again, or choose another provider in the settings.`);
      }
      return providerKeys.keyFor(baseUrl);
    },
  };
}

/** What is added to it must be its path: a query would let whoever chose it reach anything else on the same server. */
function isBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && !/[?#]/.test(text) && username === '' && password === '';
}
