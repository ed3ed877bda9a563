package io.sluice.protection.transform;

import io.sluice.protection.text.Identifiers;

/**
 * Whom a record names.
 *
 * @param subject what it says of its primary subject
 * @param all what it says of everybody
 */
public record RecordIdentifiers(Identifiers subject, Identifiers all) {}
