import ipaddr from 'ipaddr.js';

/**
 * Whether an IP address is on the public internet. Loopback, private, link-local, shared (CGNAT), multicast,
 * documentation and reserved ranges are not. IPv6 addresses that contain an IPv4 address (mapped, compatible, NAT64,
 * 6to4, Teredo) are not either, because their target depends on the network.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed instanceof ipaddr.IPv6) return parsed.match(ipaddr.IPv6.parseCIDR(globalUnicast));
  return !hostServices.has(parsed.toString());
}

/** Whether the host of a URL is an IP address and not a name. Expects IPv6 without brackets. */
export function isAddress(host: string): boolean {
  return ipaddr.isValid(host);
}

/** The only range of public IPv6 addresses (RFC 4291, section 2.4, and IANA's registry). */
const globalUnicast = '2000::/3';

/** Azure's wire server: a public address that the host of a virtual machine answers. */
const hostServices: ReadonlySet<string> = new Set(['168.63.129.16']);
