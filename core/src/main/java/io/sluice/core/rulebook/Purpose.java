package io.sluice.core.rulebook;

import org.jspecify.annotations.Nullable;

/**
 * A purpose with its legal bases.
 *
 * @param id purpose id
 * @param dpv DPV term
 * @param gdpr6 letter of GDPR Art. 6(1), null where only HIPAA applies
 * @param balancing reference of the balancing test, for letter f
 * @param gdpr9 letter of GDPR Art. 9(2), null where none
 * @param hipaa HIPAA permission code, null where none
 * @param accounting528 exemption code of 45 CFR 164.528(a)(1), null where disclosures are accounted
 * @param consentText version of the consent text, null where consent is not the basis
 * @param directMarketing whether an objection is absolute (Art. 21(3))
 */
public record Purpose(
        String id,
        String dpv,
        @Nullable String gdpr6,
        @Nullable String balancing,
        @Nullable String gdpr9,
        @Nullable String hipaa,
        @Nullable String accounting528,
        @Nullable String consentText,
        boolean directMarketing) {}
