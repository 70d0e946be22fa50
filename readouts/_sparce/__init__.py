"""SpaRCe: thresholds on features, learned with the weights."""
