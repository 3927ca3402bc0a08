/** Where Anthropic's API is, unless the settings name a gateway to it. */
export const ANTHROPIC_BASE_URL = 'https://api.anthropic.com/v1';
