package io.sluice.audit.timestamp;

import java.time.Instant;

/**
 * What a token says that holds.
 *
 * @param time when the authority saw the digest
 * @param authority subject of its certificate
 * @param serial number of the token, hexadecimal
 * @param policy object identifier of what it was made under
 */
public record Timestamp(Instant time, String authority, String serial, String policy) {}
