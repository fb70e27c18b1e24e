import ipaddr from 'ipaddr.js';

/**
 * Whether an IP address belongs to the public internet. Loopback, private, link-local, shared (CGNAT), multicast,
 * documentation and reserved ranges do not, nor does any IPv6 address that carries an IPv4 address inside (mapped,
 * compatible, NAT64, 6to4, Teredo): where such a one leads depends on the network.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed instanceof ipaddr.IPv6) return parsed.match(globalUnicast);
  return !hostServices.has(parsed.toString());
}

/** Whether a host of a URL is an IP address rather than a name. Takes IPv6 without brackets. */
export function isAddress(host: string): boolean {
  return ipaddr.isValid(host);
}

/** The only part of IPv6 that is given out to the public (RFC 4291, section 2.4, and IANA's registry). */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/** Public by its number, but answered by the host of a virtual machine: Azure's wire server. */
const hostServices: ReadonlySet<string> = new Set(['168.63.129.16']);
