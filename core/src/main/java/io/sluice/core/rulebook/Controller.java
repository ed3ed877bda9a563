package io.sluice.core.rulebook;

/**
 * A party that answers for datasets (GDPR Art. 30(1)(a)).
 *
 * @param id controller id
 * @param name legal name
 * @param contact how to reach its data protection officer
 * @param country ISO 3166-1 alpha-2
 */
public record Controller(String id, String name, String contact, String country) {}
