import { createHash, randomUUID } from 'node:crypto';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { greenhouse } from './greenhouse.ts';
import { type ServedHttp, serveHttp } from './serve-http.ts';

/** An MCP server that accepts only tokens of the authorization server at the same origin. */
export interface OAuthServer extends ServedHttp {
  /** The grants of the tokens that were given so far. */
  readonly grants: string[];
  /** The access tokens so far are no longer accepted. */
  expireTokens(): void;
  /** The refresh tokens so far are no longer accepted. */
  revokeAccess(): void;
}

/** Serves the greenhouse with OAuth: discovery, registration of clients, codes with PKCE, and refresh tokens. */
export async function serveWithOAuth(): Promise<OAuthServer> {
  const grants: string[] = [];
  const accessTokens = new Set<string>();
  const refreshTokens = new Set<string>();
  const challenges = new Map<string, string>();
  const handler = createMcpHandler(() => greenhouse());

  const giveTokens = (grant: string): Response => {
    grants.push(grant);
    const [access, refresh] = [`access-${randomUUID()}`, `refresh-${randomUUID()}`];
    accessTokens.add(access);
    refreshTokens.add(refresh);
    return Response.json({
      access_token: access,
      refresh_token: refresh,
      token_type: 'Bearer',
      expires_in: 3600,
    });
  };
  const exchange = (form: URLSearchParams): Response => {
    const grant = String(form.get('grant_type'));
    const code = String(form.get('code'));
    const challenge = createHash('sha256')
      .update(String(form.get('code_verifier')))
      .digest('base64url');
    const isRightCode = challenges.get(code) === challenge;
    challenges.delete(code);
    const isAllowed =
      grant === 'refresh_token'
        ? refreshTokens.delete(String(form.get('refresh_token')))
        : grant === 'authorization_code' && isRightCode;
    return isAllowed
      ? giveTokens(grant)
      : Response.json({ error: 'invalid_grant' }, { status: 400 });
  };
  /** The page on which a user signs in; this one signs in at once. */
  const authorize = ({ searchParams: asked }: URL): Response => {
    const code = randomUUID();
    challenges.set(code, String(asked.get('code_challenge')));
    const back = new URL(String(asked.get('redirect_uri')));
    back.searchParams.set('code', code);
    back.searchParams.set('state', asked.get('state') ?? '');
    return Response.redirect(back, 302);
  };
  const protect = async (request: Request, origin: string): Promise<Response> => {
    const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? '';
    if (accessTokens.has(token)) return await handler.fetch(request);
    const metadata = `${origin}/.well-known/oauth-protected-resource/mcp`;
    return new Response(null, {
      status: 401,
      headers: { 'www-authenticate': `Bearer resource_metadata="${metadata}"` },
    });
  };

  const served = await serveHttp(async (request) => {
    const url = new URL(request.url);
    const { origin, pathname } = url;
    if (pathname === '/mcp') return await protect(request, origin);
    if (pathname.startsWith('/.well-known/oauth-protected-resource')) {
      return Response.json({ resource: `${origin}/mcp`, authorization_servers: [origin] });
    }
    if (pathname.startsWith('/.well-known/')) return Response.json(describeServer(origin));
    if (pathname === '/authorize') return authorize(url);
    if (pathname === '/token') return exchange(new URLSearchParams(await request.text()));
    if (pathname !== '/register') return new Response(null, { status: 404 });
    return Response.json(
      { ...Object(await request.json()), client_id: 'client-1' },
      { status: 201 },
    );
  });
  return {
    ...served,
    grants,
    expireTokens: () => accessTokens.clear(),
    revokeAccess: () => refreshTokens.clear(),
    close: async () => {
      await handler.close();
      await served.close();
    },
  };
}

function describeServer(origin: string) {
  return {
    issuer: origin,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    registration_endpoint: `${origin}/register`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
  };
}
