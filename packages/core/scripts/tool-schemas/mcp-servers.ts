/** An MCP server on npm that runs over stdio and lists its tools without an account. */
export interface McpServer {
  /** The package, with its version. */
  readonly package: string;
  readonly args?: readonly string[];
}

const reference = '@modelcontextprotocol/server-';

/** Public MCP servers. */
export const mcpServers: readonly McpServer[] = [
  ...[
    'everything',
    'memory',
    'sequential-thinking',
    'github',
    'gitlab',
    'slack',
    'google-maps',
  ].map((name) => ({ package: `${reference}${name}` })),
  ...['brave-search', 'puppeteer', 'everart', 'gdrive'].map((name) => ({
    package: `${reference}${name}`,
  })),
  { package: `${reference}filesystem`, args: ['/tmp'] },
  { package: `${reference}postgres`, args: ['postgresql://127.0.0.1:9/none'] },
  { package: `${reference}redis`, args: ['redis://127.0.0.1:9'] },
  { package: '@notionhq/notion-mcp-server' },
  { package: '@playwright/mcp', args: ['--headless'] },
  { package: 'chrome-devtools-mcp', args: ['--headless'] },
  { package: '@stripe/mcp', args: ['--tools=all', '--api-key=sk_test_none'] },
  { package: '@supabase/mcp-server-supabase', args: ['--access-token=sbp_none'] },
  { package: 'firecrawl-mcp' },
  { package: 'tavily-mcp' },
  { package: 'exa-mcp-server' },
  { package: '@upstash/context7-mcp' },
  { package: 'mongodb-mcp-server', args: ['--connectionString', 'mongodb://127.0.0.1:9'] },
  { package: '@sentry/mcp-server', args: ['--access-token=none'] },
  { package: '@heroku/mcp-server' },
  { package: '@cloudflare/mcp-server-cloudflare', args: ['run', 'none'] },
  { package: 'figma-developer-mcp', args: ['--stdio', '--figma-api-key=none'] },
  { package: '@elastic/mcp-server-elasticsearch' },
  { package: 'airtable-mcp-server' },
  { package: '@browserbasehq/mcp-server-browserbase' },
  { package: 'mcp-server-kubernetes' },
];

/** Keys that servers want before they start. None of them is valid, and no tool is called. */
export const noKeys: Readonly<Record<string, string>> = {
  AIRTABLE_API_KEY: 'pat.none',
  BRAVE_API_KEY: 'none',
  BROWSERBASE_API_KEY: 'none',
  BROWSERBASE_PROJECT_ID: 'none',
  CLOUDFLARE_ACCOUNT_ID: 'none',
  CLOUDFLARE_API_TOKEN: 'none',
  ES_API_KEY: 'none',
  ES_URL: 'http://127.0.0.1:9',
  EVERART_API_KEY: 'none',
  EXA_API_KEY: 'none',
  FIGMA_API_KEY: 'none',
  FIRECRAWL_API_KEY: 'fc-none',
  GEMINI_API_KEY: 'none',
  GITHUB_PERSONAL_ACCESS_TOKEN: 'none',
  GITLAB_PERSONAL_ACCESS_TOKEN: 'none',
  GOOGLE_MAPS_API_KEY: 'none',
  HEROKU_API_KEY: 'none',
  NOTION_TOKEN: 'ntn_none',
  SENTRY_ACCESS_TOKEN: 'none',
  SLACK_BOT_TOKEN: 'xoxb-none',
  SLACK_TEAM_ID: 'T0NONE',
  TAVILY_API_KEY: 'tvly-none',
};
