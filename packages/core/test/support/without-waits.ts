/** A copy as JSON without what differs between two runs that wait for the same: fingerprints contain the id of the run. */
export function withoutWaits<Value>(value: Value): Value {
  const text = JSON.stringify(value)
    .replace(/"fingerprint":"\w+"/g, '"fingerprint":""')
    .replace(/"since":\d+/g, '"since":0');
  return JSON.parse(text);
}
